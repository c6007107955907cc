"""Policies in Cedar.

- `cedar_engine` of `policy_rules` and `policy_schema`, in `policy_slices`; which set counts: `policy_in_force`.
- Rules that nobody wrote, of the limits of own task types: `own_rules`.
- What is wrong with a set: `policy_check` by `policy_logic`, `policy_unknowns` and `policy_sentences`; `case_files`.
"""
