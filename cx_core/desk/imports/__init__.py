"""The history of another help desk, taken in.

- `imports`: what administrators ask for: hand a file in, look, choose, begin, pause, remove. `import_work`: does it in
  the background. `import_runs`: goes through the file, batch by batch.
- `imported_tickets`: a ticket as it came, as one of ours. `imported_articles`: an article, as any document comes in.
- `import_removal`: takes out again what nobody has worked on.
"""
