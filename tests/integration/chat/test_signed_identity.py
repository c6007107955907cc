"""A host site says who its visitor is by a signed token; anything else than a good one vouches for nobody."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cx_core.desk.desk import Desk
from cx_core.records.chat import ChatSession
from cx_core.views import Refusal
from tests.integration.chat.at_the_widget import Visitor
from tests.integration.chat.conftest import ADMINISTRATOR
from tests.integration.chat.host_site import NOW, by_key, by_secret, claims, part, signed
from tests.scripted import LENA, InlineWorks, person


def session(desk: Desk, visitor: Visitor) -> ChatSession:
    widget = desk.chat_visitors.admitted(visitor.widget, visitor.origin).widget
    assert widget is not None
    found = desk.chat_visitors.who(widget, visitor.token)
    assert found is not None
    return found


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def test_that_a_good_token_vouches_for_its_subject(desk: Desk, visitor: Visitor) -> None:
    visitor.begin(token=signed(desk, visitor.widget, LENA), email="somebody.else@example.com")
    found = session(desk, visitor)
    assert (found.address, found.identity) == (LENA, 1)


def test_that_a_good_token_by_a_key_pair_vouches_too(desk: Desk, visitor: Visitor) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    assert desk.chat_widgets.sign_in_by(ADMINISTRATOR, visitor.widget, "ES256", pem(key)) == ""
    visitor.begin(token=by_key(key, claims(visitor.widget, LENA)))
    assert (session(desk, visitor).address, session(desk, visitor).identity) == (LENA, 1)
    other = ec.generate_private_key(ec.SECP256R1())
    for token in (
        by_key(other, claims(visitor.widget, LENA)),
        by_secret(pem(key), claims(visitor.widget, LENA)),  # algorithm confusion: the public key as a secret
        by_secret(pem(key), claims(visitor.widget, LENA), alg="ES256"),
        by_key(key, claims(visitor.widget, LENA), alg="HS256"),
    ):
        visitor.begin(token=token)
        assert session(desk, visitor).identity == 0


CLAIMS: tuple[dict[str, object], ...] = (
    {"exp": NOW},
    {"exp": NOW - 1},
    {"exp": None},
    {"exp": str(NOW + 600)},
    {"exp": True},
    {"exp": NOW + 2 * 86_400},
    {"iat": None},
    {"iat": NOW + 120},
    {"nbf": NOW + 120},
    {"nbf": "now"},
    {"aud": "another"},
    {"aud": None},
    {"aud": ["another"]},
    {"aud": []},
    {"sub": ""},
    {"sub": None},
    {"sub": 7},
    {"sub": "a\nb"},
    {"sub": "x" * 321},
)


@pytest.mark.parametrize("wrong", CLAIMS, ids=str)
def test_that_a_token_that_says_too_little_vouches_for_nobody(
    desk: Desk, visitor: Visitor, wrong: dict[str, object]
) -> None:
    secret = desk.chat_widgets.sign_in_by(ADMINISTRATOR, visitor.widget, "HS256")
    assert isinstance(secret, str)
    visitor.begin(token=by_secret(secret, claims(visitor.widget, LENA) | wrong))
    found = session(desk, visitor)
    assert (found.identity, found.address) == (0, f"visitor-{found.id}")
    (shown,) = desk.chat_widgets.widgets(ADMINISTRATOR)
    assert shown.widget.trouble  # an administrator sees why


def test_that_a_forged_token_vouches_for_nobody(desk: Desk, visitor: Visitor) -> None:
    good = signed(desk, visitor.widget, LENA)
    head, body, signature = good.split(".")
    none = part(json.dumps({"alg": "none"}).encode())
    forged = (
        f"{none}.{body}.",
        f"{none}.{body}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{head}.{part(json.dumps(claims(visitor.widget, 'other@example.com')).encode())}.{signature}",
        f"{head}.{body}.{signature}A",
        good + ".x",
        good + "=",
        f" {good}",
        by_secret("", claims(visitor.widget, LENA)),
        by_secret("guess", claims(visitor.widget, LENA)),
        "x" * 5000,
        "..",
        f"{part(b'[]')}.{body}.{signature}",
        f"{part(b'x')}.{body}.{signature}",
    )
    for token in forged:
        visitor.begin(token=token)
        assert session(desk, visitor).identity == 0, token
    assert Visitor(visitor.client, visitor.widget).begin(token=good).token


def test_that_a_critical_header_is_not_ignored(desk: Desk, visitor: Visitor) -> None:
    secret = desk.chat_widgets.sign_in_by(ADMINISTRATOR, visitor.widget, "HS256")
    assert isinstance(secret, str)
    visitor.begin(token=by_secret(secret, claims(visitor.widget, LENA), crit=["b64"], b64=False))
    assert session(desk, visitor).identity == 0


def test_that_a_new_secret_ends_the_old_one_and_is_kept_apart(desk: Desk, visitor: Visitor, works: InlineWorks) -> None:
    old = signed(desk, visitor.widget, LENA)
    secret = desk.chat_widgets.sign_in_by(ADMINISTRATOR, visitor.widget, "HS256")
    assert isinstance(secret, str)
    visitor.begin(token=old)
    assert session(desk, visitor).identity == 0
    database = (works.settings.data_dir / "rung.db").read_bytes()
    assert secret.encode() not in database
    assert visitor.token.encode() not in database


def test_that_without_being_set_up_no_token_counts(desk: Desk, visitor: Visitor) -> None:
    token = signed(desk, visitor.widget, LENA)
    desk.chat_widgets.sign_in_by(ADMINISTRATOR, visitor.widget, "")
    visitor.begin(token=token)
    assert session(desk, visitor).identity == 0


def test_that_an_address_that_is_typed_is_only_claimed(desk: Desk, visitor: Visitor) -> None:
    visitor.begin(email=LENA)
    assert (session(desk, visitor).address, session(desk, visitor).identity) == (LENA, 0)
    for wrong in ("no address", "a@b", "a@x.example, b@x.example", "x" * 300 + "@example.com"):
        visitor.begin(email=wrong)
        assert session(desk, visitor).address.startswith("visitor-")


def test_that_only_administrators_settle_a_widget(desk: Desk, visitor: Visitor) -> None:
    from cx_core.errors import NotAllowed

    for role in ("advisor", "supervisor", "editor"):
        somebody = person(next(one for one in type(ADMINISTRATOR.role) if one.value == role))
        for call in (
            desk.chat_widgets.widgets,
            lambda who: desk.chat_widgets.add(who, "X", ["https://x.example"]),
            lambda who: desk.chat_widgets.change(who, visitor.widget, "X", ["https://x.example"], ""),
            lambda who: desk.chat_widgets.pause(who, visitor.widget, active=False),
            lambda who: desk.chat_widgets.sign_in_by(who, visitor.widget, "HS256"),
            lambda who: desk.chat_widgets.remove(who, visitor.widget),
        ):
            with pytest.raises(NotAllowed):
                call(somebody)


@pytest.mark.parametrize(
    "origin",
    ["", "*", "null", "shop.example", "http://shop.example", "https://shop.example/path", "https://*.shop.example",
     "https://user@shop.example", "javascript:alert(1)", "https://shop.example?x=1"],
)  # fmt: skip
def test_that_what_is_no_origin_is_refused(desk: Desk, origin: str) -> None:
    assert isinstance(desk.chat_widgets.add(ADMINISTRATOR, "X", [origin]), Refusal)
