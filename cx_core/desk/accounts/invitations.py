"""Invitations: a link with which somebody chooses their own password, so that no administrator ever knows it."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

from pydantic import ValidationError

from cx_core.desk.service import Means, Service, allow
from cx_core.errors import BadInput
from cx_core.records import Person, PersonId, Record, Role
from cx_core.views import Refusal

LASTS = timedelta(days=3)
LONGEST = 4_000
PATH = "/join"
_GONE = Refusal(code="stale", text="This invitation does not count any more. Ask for a new one.")
_TRIED = "invitation"


class Invitation(Record):
    """Who may make an account, until when. It is kept nowhere: the link carries it, marked by the key store."""

    id: str
    email: str
    name: str
    role: Role
    by: PersonId
    until: datetime


class InvitationService(Service):
    """Administrators invite; whoever has the link accepts."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._public_url = means.public_url

    def invite(self, person: Person, email: str, name: str, role: Role) -> str | Refusal:
        """The link to hand over. It counts once, for three days, and is void once the same address is invited anew."""
        allow(person, Role.ADMINISTRATOR)
        email, name = email.strip().casefold(), name.strip()
        if len(email) > 320 or not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            return Refusal(code="denied", text="That is not an e-mail address. Give one such as name@example.com.")
        if not 0 < len(name) <= 120:
            return Refusal(code="denied", text="Give a name of 1 to 120 characters.")
        if email in {state.person.email for state in self._accounts.listed()}:
            return Refusal(code="already", text=f"There is an account for {email} already.")
        made = Invitation(id=uuid4().hex, email=email, name=name, role=role, by=person.id, until=self._clock() + LASTS)
        with self._store.begin() as unit:
            payload = {"email": email, "role": role.value, "until": made.until.isoformat()}
            unit.record("account_invited", actor=person.id, payload=payload)
            body = made.model_dump_json()
            mark = unit.mark_anew(*_exact(email, body))
        sealed = base64.urlsafe_b64encode(body.encode()).decode().rstrip("=") + "." + mark
        return f"{self._public_url}{PATH}?invitation={quote(sealed)}"

    def read(self, sealed: str) -> Invitation | Refusal:
        """The invitation of a link, if it counts."""
        body, _, mark = sealed.partition(".")
        if len(sealed) > LONGEST or not mark:
            return _GONE
        try:
            text = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
        except (binascii.Error, ValueError):
            return _GONE
        try:
            made = Invitation.model_validate_json(text)
        except ValidationError:
            return _GONE
        if not self._sealer.marked_last(*_exact(made.email, text), mark):
            return _GONE
        by = self._accounts.account(made.by)
        used = any(state.person.email == made.email for state in self._accounts.listed())
        if used or made.until <= self._clock() or by is None or by.role is not Role.ADMINISTRATOR:
            return _GONE
        return made

    def accept(self, sealed: str, password: str, address: str) -> str | Refusal:
        """Make the account with this password and sign them in: the session's token."""
        made = self.read(sealed)
        if isinstance(made, Refusal):
            return made
        if refusal := self._accounts.attempt(f"{_TRIED} {made.id}", address):
            return refusal
        try:
            self._accounts.create(made.email, made.name, made.role, password, made.by)
        except BadInput as refused:
            return Refusal(code="denied", text=str(refused))
        return self._accounts.sign_in(made.email, password, address)


def _exact(email: str, body: str) -> tuple[str, str]:
    """The name of the mark, of which the newest alone counts, and what it is made over."""
    return f"invitation {email}", f"invitation\n{body}"
