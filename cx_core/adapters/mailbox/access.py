"""What signs us in to a mailbox: its password, or an access token that is refreshed before it ends."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import httpx

from cx_core.errors import MailboxRefused, SystemUnreachable
from cx_core.ports import Clock, Store
from cx_core.ports.outside.mailboxes import Vault
from cx_core.records import Mailbox

SECONDS = 15.0
EARLY = timedelta(minutes=2)
"""A token is refreshed so long before it ends: a conversation that has begun goes on with it."""
SHORTEST = timedelta(minutes=5)
"""How long a token is taken to last whose server does not say (RFC 6749 5.1 only recommends that it does)."""


class MailboxSignIn(NamedTuple):
    """`token`: `secret` is an access token for XOAUTH2; else a password."""

    user: str
    secret: str
    token: bool

    def __repr__(self) -> str:
        return f"MailboxSignIn({self.user})"

    def xoauth2(self) -> str:
        """The initial response of SASL XOAUTH2, before it is put into base64."""
        return f"user={self.user}\x01auth=Bearer {self.secret}\x01\x01"


class MailboxAccess:
    """Secrets stay encrypted in the database; what is decrypted here is neither logged nor kept."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, terms: ssl.SSLContext) -> None:
        self._store, self._vault, self._clock = store, vault, clock
        self._terms = terms
        self._one_at_a_time = threading.Lock()

    def sign_in(self, mailbox: Mailbox) -> MailboxSignIn:
        """Raises MailboxRefused where there is no usable secret, SystemUnreachable where no token can be had now."""
        if mailbox.sign_in == "password":
            return MailboxSignIn(mailbox.user, str(self._kept(mailbox).get("password", "")), token=False)
        with self._one_at_a_time:
            kept = self._kept(mailbox)
            until = datetime.fromisoformat(kept["until"]) if kept.get("until") else None
            if not kept.get("access_token") or until is None or until - EARLY <= self._clock():
                kept = self._refreshed(mailbox, kept)
            return MailboxSignIn(mailbox.user, str(kept["access_token"]), token=True)

    def forget_token(self, mailbox: Mailbox) -> None:
        """Have the next sign-in get another token: the server did not take this one."""
        if mailbox.sign_in == "xoauth2":
            with self._one_at_a_time:
                kept = self._kept(mailbox)
                self._keep(mailbox, {name: kept[name] for name in kept if name not in ("access_token", "until")}, None)

    def _kept(self, mailbox: Mailbox) -> dict[str, Any]:
        with self._store.look() as unit:
            sealed = unit.mailboxes.secret(mailbox.id)
        content = self._vault.unseal(sealed, f"mailbox:{mailbox.id}") if sealed else None
        if content is None:
            raise MailboxRefused("Its password or token cannot be read any more. Enter it again.")
        return dict(json.loads(content))

    def _keep(self, mailbox: Mailbox, kept: Mapping[str, Any], until: datetime | None) -> None:
        sealed = self._vault.seal(json.dumps(kept).encode(), f"mailbox:{mailbox.id}")
        with self._store.begin() as unit:
            unit.mailboxes.put_secret(mailbox.id, sealed)
            unit.mailboxes.put_state(unit.mailboxes.state(mailbox.id).replace(token_until=until))

    def _refreshed(self, mailbox: Mailbox, kept: Mapping[str, Any]) -> dict[str, Any]:
        """RFC 6749 section 6. A new refresh token replaces the old one, which may be void from now on."""
        given = {"grant_type": "refresh_token", "refresh_token": kept.get("refresh_token", "")}
        given |= {"client_id": mailbox.client_id}
        if kept.get("client_secret"):
            given["client_secret"] = kept["client_secret"]
        answer = self._asked(mailbox.token_url, given)
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token:
            raise MailboxRefused("The token server answered without an access token.")
        span = timedelta(seconds=float(lasts)) if isinstance(lasts, int | float) and lasts > 0 else SHORTEST
        until = self._clock() + span
        made = {**kept, "access_token": token, "until": until.isoformat()}
        if isinstance(answer.get("refresh_token"), str):
            made["refresh_token"] = answer["refresh_token"]
        self._keep(mailbox, made, until)
        return made

    def _asked(self, url: str, given: Mapping[str, str]) -> dict[str, Any]:
        try:
            with httpx.Client(verify=self._terms, timeout=SECONDS, follow_redirects=False) as client:
                response = client.post(url, data=dict(given), headers={"Accept": "application/json"})
            answer = response.json() if response.content else {}
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SystemUnreachable(f"The token server does not answer: {type(error).__name__}.") from error
        except ValueError:
            answer = {}
        if response.is_success and isinstance(answer, dict):
            return answer
        code = str(answer.get("error", "")) if isinstance(answer, dict) else ""
        said = f"{response.status_code} {code}".strip()[:120]
        if response.status_code >= 500 or response.status_code == 429:
            raise SystemUnreachable(f"The token server answered {said}.")
        raise MailboxRefused(f"The token server answered {said}. Connect the mailbox again with a new refresh token.")
