"""A host site that signs who its visitor is, by RFC 7515 and nothing of ours."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from cx_core.desk.desk import Desk
from tests.conftest import MONDAY
from tests.integration.chat.conftest import ADMINISTRATOR

NOW = int(MONDAY.timestamp())


def part(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def claims(widget: str, subject: object, **other: object) -> dict[str, object]:
    return {"sub": subject, "aud": widget, "iat": NOW, "exp": NOW + 600, **other}


def by_secret(secret: str, payload: Mapping[str, object], **header: object) -> str:
    """HS256, or whatever else the header says of itself."""
    head = {"alg": "HS256", "typ": "JWT", **header}
    body = f"{part(json.dumps(head).encode())}.{part(json.dumps(payload).encode())}"
    return f"{body}.{part(hmac.new(secret.encode(), body.encode(), hashlib.sha256).digest())}"


def by_key(key: ec.EllipticCurvePrivateKey, payload: Mapping[str, object], **header: object) -> str:
    """ES256."""
    head = {"alg": "ES256", **header}
    body = f"{part(json.dumps(head).encode())}.{part(json.dumps(payload).encode())}"
    r, s = decode_dss_signature(key.sign(body.encode(), ec.ECDSA(SHA256())))
    return f"{body}.{part(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def signed(desk: Desk, widget: str, subject: str) -> str:
    """A good token, by a secret that is set up for it."""
    secret = desk.chat_widgets.sign_in_by(ADMINISTRATOR, widget, "HS256")
    assert isinstance(secret, str)
    assert secret
    return by_secret(secret, claims(widget, subject))
