"""Articles: read, written, uploaded, and how they do."""
