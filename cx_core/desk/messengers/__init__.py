"""Messengers connected by signed webhooks.

- `messenger_intake`: messages and receipts that the other side calls with.
- `messenger_channel` queues what goes out and says what may be sent now; `messenger_sending` delivers it.
- `messenger_admin` is the Connections page's.
"""
