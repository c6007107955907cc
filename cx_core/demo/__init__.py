"""A simulated past for the demonstration: made of the same parts as what happens now, and marked as simulated.

- `story_dice`: who wrote when about what, and what people did about it. `simulated_past` tells a story in full, of
  `scenery`, as a `simulated_ticket`, with what became of its passages (`simulated_usage`), to `simulated_records`.
  `history` writes it into the store.
- What customers write while the demonstration runs: `feed_messages`.
"""
