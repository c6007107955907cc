"""Work in figures.

- `advisor_stats`: a person's own days, of `daily_figures`. `floor`: what waits, and who has what.
"""
