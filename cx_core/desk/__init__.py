"""What people and programs may ask for; pages and the command line call only this.

- `desk`: everything, as one object, whose parts rest on `service`.
- What advisors do: `tickets`. What editors do: `knowledge`; what becomes of the files that they hand in: `ingestion`.
- What supervisors and administrators decide: `governance`, `accounts`; what they see: `reporting`.
- What goes on by itself: `operations`.
"""
