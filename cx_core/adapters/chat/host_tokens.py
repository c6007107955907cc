"""Tokens by which a host site says who its visitor is: JSON Web Tokens (RFC 7519), verified as RFC 8725 advises.

The algorithm is the widget's, never the token's. A token must say whom it is about, for which widget, since when and
until when; one that lasts longer than a day is refused.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from cx_core.adapters.keys.key_store import KeyStore
from cx_core.errors import BadInput
from cx_core.ports.outside.chat import HostClaim
from cx_core.records.chat import ChatWidget

LONGEST = 4096
LEEWAY = 60
"""Seconds by which the clocks of two machines may differ."""
LONGEST_LIFE = 24 * 60 * 60
LONGEST_SUBJECT = 320
_PART = re.compile(r"[A-Za-z0-9_-]+")
_ES256_BYTES = 64


class KeyedHostTokens:
    """Implements ports.chat.HostTokens. Secrets lie in the key store, apart from the database that knows widgets."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys

    def secret(self, widget: str) -> str:
        return urlsafe_b64encode(self._keys.secret(_name(widget))).rstrip(b"=").decode()

    def forget(self, widget: str) -> None:
        self._keys.drop_secret(_name(widget))

    def wrong_key(self, pem: str) -> str:
        return "" if _public_key(pem) else "That is no public key of the curve P-256 in PEM."

    def claim(self, widget: ChatWidget, token: str, now: datetime) -> HostClaim:
        try:
            return HostClaim(subject=self._verified(widget, token, int(now.timestamp())))
        except BadInput as error:
            return HostClaim(trouble=str(error))

    def _verified(self, widget: ChatWidget, token: str, now: int) -> str:
        if not widget.signed_by:
            raise BadInput("This widget takes no tokens.")
        parts = token.split(".")
        if len(token) > LONGEST or len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
            raise BadInput("It is not three parts in base64url.")
        header, signature = _object(parts[0]), _bytes(parts[2])
        if header.get("alg") != widget.signed_by:
            raise BadInput(f"It is not signed by {widget.signed_by}.")
        if "crit" in header or header.get("typ", "JWT") not in ("JWT", "jwt"):
            raise BadInput("Its header asks for what is not supported.")
        signed = f"{parts[0]}.{parts[1]}".encode()
        if not self._signed(widget, signed, signature):
            raise BadInput("Its signature is wrong.")
        return _subject(_object(parts[1]), widget.id, now)

    def _signed(self, widget: ChatWidget, signed: bytes, signature: bytes) -> bool:
        if widget.signed_by == "HS256":
            key = self.secret(widget.id).encode()
            return hmac.compare_digest(hmac.new(key, signed, hashlib.sha256).digest(), signature)
        public = _public_key(widget.public_key)
        if public is None or len(signature) != _ES256_BYTES:
            return False
        numbers = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        try:
            public.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(SHA256()))
        except InvalidSignature:
            return False
        return True


def _subject(claims: Mapping[str, object], audience: str, now: int) -> str:
    subject, given, issued, expires = (claims.get(name) for name in ("sub", "aud", "iat", "exp"))
    if type(issued) is not int or type(expires) is not int:
        raise BadInput("It needs iat and exp as whole seconds.")
    if given not in (audience, [audience]):
        raise BadInput("Its aud is not this widget.")
    if expires <= now:
        raise BadInput("It has expired.")
    not_before = claims.get("nbf", issued)
    if type(not_before) is not int or max(issued, not_before) > now + LEEWAY:
        raise BadInput("It is not valid yet.")
    if expires - issued > LONGEST_LIFE:
        raise BadInput("It lasts longer than a day.")
    if not isinstance(subject, str) or not subject.strip() or len(subject) > LONGEST_SUBJECT:
        raise BadInput("Its sub is no customer id or e-mail address.")
    if not subject.isprintable():
        raise BadInput("Its sub has signs in it that nobody sees.")
    return subject.strip()


def _object(part: str) -> dict[str, object]:
    try:
        value = json.loads(_bytes(part))
    except (ValueError, RecursionError) as error:
        raise BadInput("It is not JSON.") from error
    if not isinstance(value, dict):
        raise BadInput("It is not a JSON object.")
    return value


def _bytes(part: str) -> bytes:
    try:
        return urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadInput("It is not base64url.") from error


def _public_key(pem: str) -> ec.EllipticCurvePublicKey | None:
    try:
        key = load_pem_public_key(pem.encode())
    except Exception:  # noqa: BLE001 - the library raises several kinds for what an administrator pasted
        return None
    return key if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1) else None


def _name(widget: str) -> str:
    return f"chat-{widget}"
