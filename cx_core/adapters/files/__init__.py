"""Files in folders.

- `attachment_files` and `waiting_files`: encrypted; `import_files`: in pieces. `folder_files`: a folder that is synced.
- `pictures`: what a preview shows.
- `handed_in_files`: how old those are that wait.
"""
