"""The ways out to colleagues and their systems.

- `dispatch` by `smtp` and `webhook`.
"""
