"""What the business knows, as it is kept: articles, what became of them, and how they are.

- `articles`: their life and versions, uploads, findings. `text_difference`: what changed between two of them.
  `handed_in`: versions that programs handed in.
- `questions` asked of them. `passage_usage`: what became of what a proposal rested on. How they are: `health`.
- Tickets as knowledge: `solved_cases`, those of `good_outcomes`.
"""
