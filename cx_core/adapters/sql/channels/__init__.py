"""Rows of the ways in and out of Rung."""
