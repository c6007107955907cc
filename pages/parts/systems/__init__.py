"""The sections of the Systems page, one file each."""
