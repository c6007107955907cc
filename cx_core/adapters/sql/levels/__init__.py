"""Rows of levels: where they stand and what they rest on (`level_rows`, `evidence_rows`), and trials of them
(`simulation_rows`)."""
