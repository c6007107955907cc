"""Files in folders.

- `attachment_files` and `waiting_files`: encrypted. `folder_files`: a folder that is synced.
- `pictures`: what a preview shows.
"""
