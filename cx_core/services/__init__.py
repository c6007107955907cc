"""What the desk is made of: one class for each kind of question people ask it."""
