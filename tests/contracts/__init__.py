"""What any implementation of a port must do, tried on each that exists.

To try another business's systems or another store, give `conftest.py` a fixture parameter for it.
A package, so that a file here may be called as one of `tests/integration` is.
"""
