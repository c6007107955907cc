"""The sections of the Connections page, one file each."""
