"""What supervisors and administrators set and look into: levels, policies, erasure, the audit log, accounts."""
