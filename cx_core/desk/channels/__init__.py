"""The ways in from customers and out to them.

- `mailbox_watch` keeps a fetcher at each mailbox; `mail_fetching` stores what it finds, `mail_intake` makes tickets
  of it. Both queues are worked on by `mail_claims`.
- `channel_outbox` finds the channel a message goes out by; `mail_channel` queues it, `mail_sending` hands it in;
  `outbox_channel` is for what came by no mailbox. `sendings`: how far each has come, as a ticket shows it.
- `mailbox_admin` is the Connections page's, with `mailbox_form` for what is typed there and `mails_set_apart` for what
  could not be taken in; `undelivered` brings a ticket
  back whose reply did not arrive.
"""
