"""Mail servers, spoken to: `imap_folder` reads a mailbox, `smtp_hand_in` sends, `access` signs in to both.

`mail_servers` puts them together as the desk asks for them, `server_trouble` says in words what went wrong.
"""
