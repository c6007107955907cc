"""Task types that administrators make on the Task types page, beside those of the knowledge folder."""
