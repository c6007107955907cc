"""What happened, told from the record.

- `audit_chain`: entries sealed one to the next, and how a log is checked.
- `case_story`: one ticket, told of its entries alone; `case_page`: the same as a page to keep.
- `simulated_events`: how those of a simulated past are marked.
"""
