"""The first account of an installation, made in the browser by whoever can read the server's log."""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256

from cx_core.desk.service import Service
from cx_core.errors import BadInput
from cx_core.records import Role
from cx_core.views import Refusal

_SETUP = "first administrator"
_BYTES = 20
"""160 random bits, which nobody guesses however often they try: so the right key is never made to wait."""
NOT_NOW = Refusal(code="stale", text="There is an account already. Sign in.")


class FirstAdministrator(Service):
    """Nobody is signed in yet: the one-time key stands for a role."""

    def wanted(self) -> bool:
        """Whether there is no account yet."""
        return self._accounts.none_yet()

    def key(self) -> str:
        """The key to print in the log; empty once there is an account. Every process has the same."""
        return _grouped(self._key()) if self.wanted() else ""

    def make(self, key: str, name: str, email: str, password: str, address: str) -> str | Refusal:
        """Make the first administrator and sign them in: the session's token. `address`: where they come from."""
        if not self.wanted():
            return NOT_NOW
        given = "".join(key.split()).replace("-", "").upper()
        if not hmac.compare_digest(given.encode(), self._key().encode()):
            if refusal := self._accounts.attempt(f"{_SETUP} {address}", f"{_SETUP} {address}"):
                return refusal
            return Refusal(code="denied", text="That is not the key. It stands in the log of the server, at its start.")
        try:
            self._accounts.create(email, name, Role.ADMINISTRATOR, password, "one-time key", first=True)
        except BadInput as refused:
            return Refusal(code="denied", text=str(refused))
        return self._accounts.sign_in(email, password, address)

    def _key(self) -> str:
        secret = self._sealer.mark(_SETUP)
        return base64.b32encode(sha256(secret.encode()).digest()[:_BYTES]).decode()


def _grouped(key: str) -> str:
    return "-".join(key[at : at + 4] for at in range(0, len(key), 4))
