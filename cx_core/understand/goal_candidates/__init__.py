"""Task types that a message may be about: `evidence` for each of them, and the `judge` of which are its goals."""
