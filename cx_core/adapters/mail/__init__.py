"""Mail: read into records, written from them.

- `mail_reading`: a mail's bytes to a `ReadMail`, by `header_values`, `mail_bodies` (its parts) and `mail_html`.
- `mail_process`: the same in a process of its own, by `mail_worker`: what a mailbox uses.
- `sender_authentication`: whether the mailbox's server vouches for the sender; `microsoft_results` where that is
  Microsoft's, which does not name itself. `bounce_reports`: what became of a mail of ours.
- `mail_writing`: a mail of ours to bytes. `mail_format`: both, as mailboxes ask for them.
"""
