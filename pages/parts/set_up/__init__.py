"""The steps of the Set up page.

- `business`: the business's own facts. `first_ticket`: a message as a customer would write it.
- `reopening`: whether what was set counts yet. `learning`: that Rung cannot read yet.
"""
