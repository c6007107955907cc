"""A ticket in people's hands.

- Found and opened: `inbox`, `lookup`, `customer_tickets`, `solved_case_search`; kept as a story: `case_files`.
- Answered: `approvals`, by two people `dual_approval`, counted for the second by `pending_decisions`; put right first:
  `goal_correction`, `added_actions`; in a share, before the proposal is seen: `first_answers`. Stopped
  meanwhile: `stopped_tickets`.
- Who writes: `customer_confirmation` sends a one-time code, `code_entry` compares what comes back;
  `consent_entry` takes a yes to what cannot be undone.
- Words: `ticket_macros`, `rewrites`, `streamed_drafts`, `notes`, `ticket_attachments`.
- `callbacks`: calls to make.
- Come in by `inbound_messages`; put off, handed over, merged, reopened by `ticket_lifecycle`; rated by
  `customer_ratings`; remembered by `solved_case_collection`.
"""
