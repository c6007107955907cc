"""Policies in Cedar.

- `cedar_engine` of `policy_rules` and `policy_schema`, in `policy_slices`; which set counts: `policy_in_force`.
- What is wrong with a set: `policy_check` by `policy_logic`, `policy_unknowns` and `policy_sentences`; `case_files`.
"""
