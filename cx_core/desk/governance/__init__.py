"""What the copilot may do, what it did, and what is kept.

- `autonomy_levels`, and how far they are earned: `earned_levels`.
- `kill_switches`, `policies`, `policy_sets` with `policy_replay`, `model_admin`.
- `audit_access`; `customer_erasure` of an `erasure_scope`; what keeps Rung from acting: `startup_faults`.
"""
