"""Rows of mailboxes and of the mails that came and went by them: `mail_rows`."""
