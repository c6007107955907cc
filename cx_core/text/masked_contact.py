"""A contact as somebody may read it who only claims to have it."""

from __future__ import annotations

MARK = "…"


def masked_contact(contact: str) -> str:
    """ "m…@example.com" of an e-mail address, the last two digits of a number."""
    name, at, domain = contact.rpartition("@")
    if at:
        return f"{name[:1]}{MARK}@{domain}"
    return f"{MARK}{contact[-2:]}" if len(contact) > 4 else MARK
