"""The ways in from customers and out to them.

- `mailbox_watch` keeps a fetcher at each mailbox; `mail_fetching` stores what it finds, `mail_intake` makes tickets
  of it.
- `channel_outbox` finds the channel a message goes out by; `mail_channel` queues it, `mail_sending` hands it in.
- `mailbox_admin` is the Connections page's; `undelivered` brings a ticket back whose reply did not arrive.
"""
