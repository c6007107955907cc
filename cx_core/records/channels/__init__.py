"""What the ways in and out of Rung are made of: mails, and what programs sign in with."""
