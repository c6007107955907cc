"""A business of one's own: its facts (`company`), and what a new installation still lacks (`first_steps`)."""
