"""What people and programs may ask for; pages and the command line call only this.

- `desk`: the services, made once and each named as its module: `desk.approvals` is `tickets/approvals`. They rest on
  `service`, and one that needs another gets it in its constructor.
- What advisors do: `tickets`. What editors do: `knowledge`; what becomes of the files that they hand in: `ingestion`.
- The history of another help desk: `imports`.
- What supervisors and administrators decide: `governance`, `accounts`; what they see: `reporting`.
- A business of one's own, from its facts to the first ticket: `set_up`.
- Task types that administrators make, try and put in force: `task_types`.
- What programs may do, through the HTTP API: `programs`.
- Messengers, called and calling by signed webhooks: `messengers`.
- What visitors of a web chat do, and what is settled about it: `chat`.
- A level tried before it goes live: `simulation`.
- What goes on by itself: `operations`. How messages come in and go out: `channels`.
"""
