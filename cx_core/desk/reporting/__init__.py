"""Work in figures.

- `advisor_stats`: a person's own days. `floor`: what waits, and who has what.
"""
