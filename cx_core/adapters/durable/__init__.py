"""Work that survives the process.

- `dbos_runner`: durable workflows in Rung's own database. `durable_rows`: what it may decode there. `hand_over`:
  tickets handed to it by a thread of its own.
- `recurring`: work that is looked for again and again.
"""
