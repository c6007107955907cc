"""The reply to the open ticket: written, changed, checked against the plan, and sent."""
