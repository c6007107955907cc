"""What the ways in and out of Rung are made of, but for mail: what programs sign in with."""
