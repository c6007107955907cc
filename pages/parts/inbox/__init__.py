"""The Inbox: the queue, the ticket that is open, and what may be done with it; the reply has a folder of its own."""
