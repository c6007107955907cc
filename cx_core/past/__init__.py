"""The simulated past: stories of `learn/history.py` told in full, as records that a store can keep."""
