"""What administrators set on pages and a desk opens with: its facts in `company_rows`, `own_task_type_rows`."""
