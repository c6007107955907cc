"""What Rung is worth and how fast it is. `python -m bench` runs every suite on shipped data."""
