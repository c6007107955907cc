"""A simulated past for the demonstration: made of the same parts as what happens now, and marked as simulated.

- `story_dice`: who wrote when about what, and what people did about it. `simulated_past` tells a story in full, of
  `scenery`, as a `simulated_ticket`, with what became of its passages (`simulated_usage`), to `simulated_records`.
  `history` writes it into the store.
- How some task types came to level 3, and one lost it: `level_careers` says which, `simulated_levels` tells it day by
  day, `level_history` writes it.
- What customers write while the demonstration runs: `feed_messages`.
"""
