"""Many advisors at once on the real app, at human pace: what they wait for, and whether anything is lost."""

from bench.floor.run import measure

__all__ = ["measure"]
