"""Callbacks that Rung keeps by itself: the one act that needs no business system.

- `callback_rows`: as rows. `callback_office`: as a business system beside the others.
"""
