"""Rung's core: everything but pixels."""

__version__ = "0.1.0"
