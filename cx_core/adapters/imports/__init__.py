"""Exports of other help desks, read record by record in a process of their own.

- `import_process`: starts that process, hands it the file piece by piece, and checks what it says.
  `import_worker`: runs in it. `range_file`: the file as the process sees it, of which it asks for pieces.
- `export_files`: what kind of file it is, the files of an archive, and the records of each.
- `record_splitting`: where a record of JSON or XML begins and ends, without reading the file whole.
- `zendesk`, `freshdesk`, `csv_exports`, `mail_archive`: a record of each as rows; `record_fields` and
  `desk_users`: what they share.
"""
