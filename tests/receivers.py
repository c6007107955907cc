"""Who is told: a web server and a mail server on this machine, over real sockets, that keep what they get."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Answer = int | str
"""A status; or "hang", "drip", "drop"."""


@dataclass
class Call:
    """One POST as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Hook:
    """A web server. `answers` are given one after the other, the last for ever."""

    answers: list[Answer] = field(default_factory=lambda: [204])
    calls: list[Call] = field(default_factory=list)
    says: bytes = b""
    heard: Callable[[], None] = lambda: None
    port: int = 0
    host: str = "127.0.0.1"
    scheme: str = "http"
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}/hook?team=floor"


@contextmanager
def hooked(*answers: Answer, certificate: Path | None = None) -> Iterator[Hook]:
    """A web server that answers so; with a certificate (and its key, in one file) it is https://localhost."""
    hook = Hook(list(answers) or [204])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.calls.append(Call(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            hook.heard()
            _say(self, hook, hook.answers.pop(0) if len(hook.answers) > 1 else hook.answers[0])

        def do_GET(self) -> None:
            hook.calls.append(Call(f"GET {self.path}", {}, b""))

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer((hook.host, 0), Handler)
    hook.port = server.server_address[1]
    if certificate is not None:
        hook.host, hook.scheme = "localhost", "https"
        terms = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        terms.load_cert_chain(certificate)
        server.socket = terms.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield hook
    finally:
        hook.over.set()
        server.shutdown()
        server.server_close()


def _say(handler: BaseHTTPRequestHandler, hook: Hook, answer: Answer) -> None:
    if answer == "hang":
        hook.over.wait(20)
    elif answer == "drip":
        while not hook.over.wait(0.05):
            try:
                handler.wfile.write(b"H")
            except OSError:
                return
    elif answer == "drop":
        handler.connection.shutdown(socket.SHUT_RDWR)
    else:
        handler.send_response(int(answer))
        handler.send_header("Location", hook.url)
        handler.send_header("Content-Length", str(len(hook.says)))
        handler.end_headers()
        handler.wfile.write(hook.says)


def certify(path: Path) -> Path:
    """A certificate of localhost's own, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(private + made.public_bytes(Encoding.PEM))
    return path


@dataclass
class Letterbox:
    """A mail server. `refuse`: what it answers to a recipient instead of taking it."""

    refuse: str = ""
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.port}"

    def login(self, server: SMTP, session: Session, envelope: Envelope, way: str, given: object) -> AuthResult:
        """Everybody may sign in; who did is kept."""
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=True)

    async def handle_RCPT(  # noqa: N802  # the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        parsed = BytesParser(policy=default).parsebytes(cast(bytes, envelope.content))
        self.letters.append(parsed)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 OK"


@contextmanager
def letterbox(refuse: str = "", *, scheme: str = "smtp+plain", certificate: Path | None = None) -> Iterator[Letterbox]:
    """A mail server on this machine; with a certificate it is localhost, and speaks TLS as `scheme` says."""
    box = Letterbox(refuse)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = int(probe.getsockname()[1])
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    if certificate is not None:
        terms = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        terms.load_cert_chain(certificate)
        under = {"ssl_context": terms} if scheme == "smtps" else {"tls_context": terms, "require_starttls": True}
        server = Controller(
            box,
            hostname="localhost",
            port=box.port,
            authenticator=box.login,
            auth_required=True,
            auth_require_tls=scheme != "smtps",
            **under,
        )
    server.start()
    try:
        yield box
    finally:
        server.stop()


def await_until(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait for something another thread does."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)
