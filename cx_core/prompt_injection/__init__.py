"""Orders to the copilot in what the world writes: found, and set apart.

- `screening` of messages, `document_screening` of what editors hand in, by `weighing` each sentence; `disguise` and
  `decoding` for what hides, `illegible` for what nobody can read. `unknown_contacts` that a text names;
  `doubtful_passages` are read and never sure.
"""
