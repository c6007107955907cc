"""What any `Outbox` does: a message goes out once per key, as it was given, to an address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypedDict, Unpack

from cx_core.errors import SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.records import File
from tests.contracts.conftest import Business

ADDRESS = "maria.keller@example.com"
LABEL = File(name="label.pdf", content=b"%PDF-1 label", media_type="application/pdf")
PHOTO = File(name="photo.png", content=b"\x89PNG photo", media_type="image/png")


class Given(TypedDict, total=False):
    """What of a message is not as usual."""

    key: str
    channel: str
    address: str
    subject: str
    text: str
    files: tuple[File, ...]
    headers: dict[str, str]


def send(business: Business, **given: Unpack[Given]) -> str:
    message: Given = {
        "key": "m-1",
        "channel": "email",
        "address": ADDRESS,
        "subject": "Your payment",
        "text": "Your refund is on its way.",
    }
    message.update(given)
    return business.outbox.deliver(**message)


def test_that_a_message_goes_out_once_per_key(business: Business) -> None:
    first = send(business, files=(LABEL,))
    assert first
    business.clock.forward(minutes=1)
    assert send(business, files=(LABEL,)) == first
    assert [one.reference for one in business.sent(ADDRESS)] == [first]
    second = send(business, key="m-2", files=(LABEL,))
    assert second != first
    assert [one.reference for one in business.sent(ADDRESS)] == [first, second]


def test_that_a_message_goes_out_as_it_was_given(business: Business) -> None:
    headers = {"In-Reply-To": "<a@example.com>", "Auto-Submitted": "auto-replied"}
    send(business, files=(LABEL, PHOTO), headers=headers, text="Zwei Zeilen:\nÄpfel – 5 €, 日本 🙂")
    (sent,) = business.sent(ADDRESS)
    assert (sent.channel, sent.address, sent.subject) == ("email", ADDRESS, "Your payment")
    assert sent.text == "Zwei Zeilen:\nÄpfel – 5 €, 日本 🙂"
    assert sent.files == ("label.pdf", "photo.png")
    assert dict(sent.headers) == headers


def test_that_a_message_without_files_or_headers_has_none(business: Business) -> None:
    send(business, channel="chat")
    (sent,) = business.sent(ADDRESS)
    assert (sent.channel, sent.files, sent.headers) == ("chat", (), ())


OTHERS: tuple[Given, ...] = (
    {"text": "Something else."},
    {"address": "sam@example.com"},
    {"channel": "chat"},
    {"files": ()},
    {"files": (PHOTO,)},
    {"files": (LABEL, PHOTO)},
    {"files": (LABEL.replace(content=b"%PDF-1 another label"),)},
)


def test_that_another_message_under_the_key_is_refused_and_does_not_go_out(business: Business) -> None:
    first = send(business, files=(LABEL,))
    before = business.sent("")
    for other in OTHERS:
        message: Given = {"files": (LABEL,)}
        message.update(other)
        assert is_refused(business, message), other
    assert business.sent("") == before
    assert send(business, files=(LABEL,)) == first


def test_that_a_message_needs_an_address_and_a_key(business: Business) -> None:
    lacking: tuple[Given, ...] = ({"address": ""}, {"address": "  "}, {"key": ""})
    for message in lacking:
        assert is_refused(business, message), message
    assert business.sent("") == ()


def is_refused(business: Business, message: Given) -> bool:
    try:
        send(business, **message)
    except SystemRefused:
        return True
    return False


def test_that_a_key_used_at_once_carries_one_message(business: Business) -> None:
    barrier = Barrier(4)

    def run(_: int) -> str | SystemTrouble:
        barrier.wait()
        try:
            return send(business)
        except SystemTrouble as trouble:
            return trouble

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(run, range(4)))
    (sent,) = business.sent(ADDRESS)
    assert all(one == sent.reference or isinstance(one, SystemUnreachable) for one in answers), answers
    assert send(business) == sent.reference
