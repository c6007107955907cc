"""The ways out to colleagues: signed webhooks and mail, over real sockets, to whom they may reach and nobody else."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from cx_core.adapters.notify.smtp import Mail, good_address
from cx_core.adapters.notify.webhook import Webhooks, signed
from cx_core.errors import BadInput, SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.ports import Dispatch
from cx_core.records import NotificationWay
from tests.receivers import Answer, certify, hooked, letterbox

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SENDER = "rung@example.com"


def now() -> datetime:
    return datetime.now(UTC)


def dispatch(address: str, way: NotificationWay = "webhook", subject: str = "Hello", text: str = "Words") -> Dispatch:
    return Dispatch("msg_1", "s1", way, address, subject, text, {"type": "ticket.escalated", "data": {"ticket": "T-1"}})


def test_that_the_signature_is_the_one_of_the_standard() -> None:
    """The example that the standard's own libraries are tested with."""
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, '{"test": 2432232314}')
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_that_a_receiver_can_verify_what_it_gets_and_sees_when_it_was_changed() -> None:
    with hooked() as hook:
        assert Webhooks(now, [hook.host]).send(dispatch(hook.url), SECRET) == "It answered 204 No Content."
    call = hook.calls[0]
    assert Webhook(SECRET).verify(call.body, call.headers) == {"type": "ticket.escalated", "data": {"ticket": "T-1"}}
    assert (call.path, call.id) == ("/hook?team=floor", "msg_1")
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(call.body.replace(b"T-1", b"T-2"), call.headers)


@pytest.mark.parametrize(
    ("answer", "says", "error"),
    [
        (500, "500", SystemUnreachable),
        (404, "404", SystemUnreachable),
        (429, "429", SystemUnreachable),
        (410, "410", SystemRefused),
        (302, "Redirects are not followed", SystemRefused),
        (307, "Redirects are not followed", SystemRefused),
        ("hang", "did not answer in time", SystemUnreachable),
        ("drip", "did not answer in time", SystemUnreachable),
        ("drop", "broke off", SystemUnreachable),
    ],
)
def test_that_what_goes_wrong_is_said_and_takes_no_longer_than_it_may(
    answer: Answer, says: str, error: type[SystemTrouble]
) -> None:
    began = time.monotonic()
    with hooked(answer) as hook, pytest.raises(error, match=says):
        Webhooks(now, [hook.host], seconds=0.4).send(dispatch(hook.url), SECRET)
    assert time.monotonic() - began < 5
    assert len(hook.calls) == 1, "a redirect leads nowhere"


def test_that_nobody_listening_is_said() -> None:
    with hooked() as hook:
        pass
    with pytest.raises(SystemUnreachable, match="refused"):
        Webhooks(now, [hook.host]).send(dispatch(hook.url), SECRET)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "10.0.0.7",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::a00:1]",
        "[2002:7f00:1::]",
        "[fec0::1]",
        "[ff02::1]",
    ],
)
def test_that_an_address_of_ones_own_network_is_refused_however_it_is_written(host: str) -> None:
    address = f"https://{host}/hook"
    assert "private network" in Webhooks(now).refuses(address)
    with pytest.raises(SystemRefused, match="private network"):
        Webhooks(now).send(dispatch(address), SECRET)


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "hooks.example.com",
        "",
        "https://",
        "https://user:secret@hooks.example.com/",
        "https://hooks.example.com:99999/",
        "https://[::1/",
        "https://hooks.example.com/a b",
        "https://hooks.example.com/\r\nHost: other",
        "https://hooks.example.com/\x00",
        "https://hooks.example.com/" + "a" * 400,
        "https://hooks.example.com/é",
    ],
)
def test_that_what_is_no_plain_https_address_is_refused(address: str) -> None:
    assert Webhooks(now).refuses(address)
    with pytest.raises(SystemRefused):
        Webhooks(now).send(dispatch(address), SECRET)


@pytest.mark.parametrize("address", ["https://hooks.example.com", "https://93.184.216.34:8443/a?b=c"])
def test_that_the_open_internet_is_reached(address: str) -> None:
    assert Webhooks(now).refuses(address) == ""


Found = list[tuple[Any, ...]]


def looked_up(*rounds: list[str]) -> Callable[..., Found]:
    """A name service whose answers change."""
    answers = list(rounds)

    def look(host: str, port: int, *_: object, **__: object) -> Found:
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    return look


def test_that_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", looked_up(["93.184.216.34", "127.0.0.1"]))
    with pytest.raises(SystemRefused, match="private network"):
        Webhooks(now).send(dispatch("https://hooks.example.com/"), SECRET)


def test_that_a_name_is_looked_up_once_so_that_it_cannot_change_its_mind(monkeypatch: pytest.MonkeyPatch) -> None:
    reached: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", looked_up(["93.184.216.34"], ["127.0.0.1"]))
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(SystemUnreachable):
        Webhooks(now).send(dispatch("https://hooks.example.com/"), SECRET)
    assert reached == [("93.184.216.34", 443)]


def test_that_only_a_server_whose_certificate_is_trusted_is_told_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certify(tmp_path / "localhost.pem")
    with hooked(certificate=certificate) as hook:
        with pytest.raises(SystemUnreachable, match="certificate is not trusted"):
            Webhooks(now, ["localhost"]).send(dispatch(hook.url), SECRET)
        assert hook.calls == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        Webhooks(now, ["localhost"]).send(dispatch(hook.url), SECRET)
    assert [call.id for call in hook.calls] == ["msg_1"]


def test_that_a_trickle_is_cut_off_under_tls_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = certify(tmp_path / "localhost.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    began = time.monotonic()
    with hooked("drip", certificate=certificate) as hook, pytest.raises(SystemUnreachable, match="in time"):
        Webhooks(now, ["localhost"], seconds=0.5).send(dispatch(hook.url), SECRET)
    assert time.monotonic() - began < 5


# --- mail -----------------------------------------------------------------------------------


def test_that_a_mail_is_plain_text_to_one_address() -> None:
    with letterbox() as box:
        said = Mail(box.url, SENDER, now).send(dispatch("nadia@example.com", "email", "A ticket", "It is T-1.\n"))
    assert said == "127.0.0.1 took it."
    letter = box.letters[0]
    assert box.recipients == [["nadia@example.com"]]
    assert (letter["Subject"], letter["To"], letter["From"]) == ("A ticket", "nadia@example.com", f"Rung <{SENDER}>")
    assert (letter["Message-ID"], letter.get_content_type()) == ("<msg_1@example.com>", "text/plain")
    assert letter.get_content().split() == ["It", "is", "T-1."]


def test_that_no_header_and_no_recipient_can_be_added() -> None:
    with letterbox() as box:
        mail = Mail(box.url, SENDER, now)
        mail.send(
            dispatch("nadia@example.com", "email", "Hello\r\nBcc: eve@example.com\r\n\r\nwords", "a\r\n.\r\nRCPT")
        )
        for address in ("nadia@example.com\r\nBcc: eve@example.com", "nadia@example.com, eve@example.com"):
            with pytest.raises(SystemRefused):
                mail.send(dispatch(address, "email"))
    assert box.recipients == [["nadia@example.com"]]
    assert box.letters[0]["Bcc"] is None
    assert box.letters[0]["Subject"] == "Hello Bcc: eve@example.com words"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nadia",
        "nadia@",
        "@example.com",
        "nadia@localhost",
        "a b@example.com",
        "nadia@example.com\n",
        "Nadia <nadia@example.com>",
        "nadia@example.com,eve@example.com",
        "nadia@[10.0.0.1]",
        '"a b"@example.com',
        "nadia@example.com>",
        "nadiä@example.com",
        "nadia@exa mple.com",
        "a" * 250 + "@example.com",
        "a@b@example.com",
        "nadia(now)@example.com",
        "nadia@example.com.",
        "nadia@.example.com",
    ],
)
def test_that_what_is_not_one_plain_address_is_refused(address: str) -> None:
    assert not good_address(address)


def test_that_a_plain_address_is_taken() -> None:
    assert all(good_address(one) for one in ("nadia@example.com", "n.h+floor@mail.example.org", "o'neil_1@example.net"))


@pytest.mark.parametrize(
    ("refuse", "error"), [("550 no such user", SystemRefused), ("451 try later", SystemUnreachable)]
)
def test_that_a_refused_recipient_is_said_without_their_address(refuse: str, error: type[SystemTrouble]) -> None:
    with letterbox(refuse) as box, pytest.raises(error, match=refuse[:3]) as raised:
        Mail(box.url, SENDER, now).send(dispatch("nadia@example.com", "email"))
    assert "nadia" not in str(raised.value)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server does not count TLS from the start as TLS
@pytest.mark.parametrize("scheme", ["smtps", "smtp"])
def test_that_a_password_is_sent_under_tls_only_and_to_a_trusted_server(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certify(tmp_path / "localhost.pem")
    with letterbox(scheme=scheme, certificate=certificate) as box:
        url = f"{scheme}://ida:pass%40word@localhost:{box.port}"
        with pytest.raises(SystemUnreachable):
            Mail(url, SENDER, now).send(dispatch("nadia@example.com", "email"))
        assert box.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        Mail(url, SENDER, now).send(dispatch("nadia@example.com", "email"))
    assert box.logins == [("ida", "pass@word")]
    assert box.recipients == [["nadia@example.com"]]


def test_that_a_mail_server_that_cannot_do_tls_gets_nothing_unless_that_is_meant() -> None:
    with letterbox() as box, pytest.raises(SystemUnreachable, match="STARTTLS"):
        Mail(box.url.replace("smtp+plain", "smtp"), SENDER, now).send(dispatch("nadia@example.com", "email"))
    assert box.letters == []


def test_that_a_mail_server_that_is_away_or_silent_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp+plain://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(SystemUnreachable, match="in time"):
            Mail(url, SENDER, now, seconds=0.3).send(dispatch("nadia@example.com", "email"))
    with pytest.raises(SystemUnreachable, match="cannot be reached"):
        Mail(url, SENDER, now, seconds=0.3).send(dispatch("nadia@example.com", "email"))


def test_that_what_is_not_set_is_named() -> None:
    assert Mail("", "", now).missing == "To send e-mail, set CX_SMTP_URL and CX_MAIL_FROM."
    assert Mail("smtps://mail.example.com", "", now).missing == "To send e-mail, set CX_MAIL_FROM."
    assert Mail("smtps://mail.example.com", SENDER, now).missing == ""


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "https://mail.example.com",
        "smtps://",
        "smtps://u:pass-word@h:x",
        "smtp+plain://u:pass-word@h",
    ],
)
def test_that_a_setting_that_cannot_be_used_is_said_without_its_password(url: str) -> None:
    with pytest.raises(BadInput, match="CX_SMTP_URL") as raised:
        Mail(url, SENDER, now)
    assert "pass-word" not in str(raised.value)
