"""Parts of reading what is said about time."""
