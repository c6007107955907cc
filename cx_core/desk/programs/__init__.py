"""What programs may do: the tokens they sign in with, and what the HTTP API asks of the desk."""
