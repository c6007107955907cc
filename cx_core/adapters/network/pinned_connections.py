"""Connections to web addresses that somebody typed in, which is reason to be careful with them.

A name is looked up once, every address it stands for must be one of the open internet, and the connection goes to an
address that was checked; so nobody reaches our own network through us, neither by a name that points there nor by one
that changes its mind. Hosts of our own network are reached only where an administrator lists them.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlsplit

from cx_core.errors import SystemRefused, SystemUnreachable

SECONDS = 10.0
"""For reaching the other side, and again for all of the call, however slowly it drips."""
LONGEST = 400


class WebAddress(NamedTuple):
    """A web address, taken apart."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The host as a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


class PinnedConnections:
    """`listed`: hosts that may be on our own network, and may be spoken to without TLS; `setting` is where they are."""

    def __init__(self, listed: Collection[str], setting: str, seconds: float = SECONDS, longest: int = LONGEST) -> None:
        self._listed = frozenset(listed)
        self._seconds = seconds
        self._longest = longest
        self._setting = setting
        self._private = f"That address is on a private network. If it is meant, list its host in {setting}."

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whom this machine trusts, read when something is first sent: no page waits for it."""
        return ssl.create_default_context()

    def refuses(self, address: str) -> str:
        """Why nothing is ever sent there; empty if it may be. The name is not looked up."""
        try:
            place = self.place(address)
            literal = _literal(place.host)
        except SystemRefused as refusal:
            return str(refusal)
        if literal is not None and place.host not in self._listed and not _open(literal):
            return self._private
        return ""

    def place(self, address: str) -> WebAddress:
        """Raises SystemRefused where nothing is ever sent."""
        if len(address) > self._longest or any(ord(mark) <= 32 or ord(mark) == 127 for mark in address):
            raise SystemRefused("That is no web address: it is too long, or has spaces in it.")
        try:
            parts = urlsplit(address)
            host, port = (parts.hostname or "").encode("idna").decode().rstrip("."), parts.port
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            path.encode("ascii")
        except ValueError as error:
            raise SystemRefused("That is no web address. Give one such as https://example.com/hook.") from error
        if parts.scheme not in ("https", "http") or not host:
            raise SystemRefused("That is no web address. Give one such as https://example.com/hook.")
        if parts.username is not None or parts.password is not None:
            raise SystemRefused("A web address must not hold a user name or password.")
        if parts.scheme == "http" and host not in self._listed:
            raise SystemRefused(
                f"The address must begin with https://. Only hosts listed in {self._setting} may use http."
            )
        return WebAddress(parts.scheme == "https", host, port or (443 if parts.scheme == "https" else 80), path)

    @contextmanager
    def connected(self, place: WebAddress) -> Iterator[http.client.HTTPConnection]:
        """A connection to an address that was checked, cut off when the time is up."""
        raw = socket.create_connection((self._checked(place), place.port), timeout=self._seconds)
        lever, late = raw.dup(), threading.Event()  # a second handle: TLS takes the first one over
        cut = threading.Timer(self._seconds, _cut, (lever, late))
        cut.daemon = True
        cut.start()
        try:
            if place.secure:
                raw = self._trust.wrap_socket(raw, server_hostname=place.host)
            connection = http.client.HTTPConnection(place.host, place.port)
            connection.sock = raw
            yield connection
        except (OSError, http.client.HTTPException) as error:
            if late.is_set():
                raise TimeoutError from error
            raise
        finally:
            cut.cancel()
            raw.close()
            lever.close()

    def _checked(self, place: WebAddress) -> str:
        """An address of this name, looked up once. If any of them is not of the open internet, none is used."""
        try:
            found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise SystemUnreachable(f"The name {place.host} is not known.") from error
        addresses = [str(one[4][0]) for one in found]
        if place.host not in self._listed and not all(_open(ipaddress.ip_address(one)) for one in addresses):
            raise SystemRefused(self._private)
        return addresses[0]


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address a host is written as, in any of the ways the system reads ("127.1", "0x7f000001"); None: a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def _open(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether this is an address of the open internet, looking into IPv6 addresses that stand for an IPv4 one."""
    if isinstance(address, ipaddress.IPv6Address):
        within = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if within is not None:
            return _open(within)
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """RFC 6052, the well-known prefix."""
    if address in ipaddress.IPv6Network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _cut(connection: socket.socket, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):  # it had ended by itself
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def call_trouble() -> Iterator[None]:
    """What goes wrong on the way, as SystemUnreachable in plain words."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise SystemUnreachable(f"Its certificate is not trusted: {error.verify_message}.") from error
    except TimeoutError as error:
        raise SystemUnreachable("It did not answer in time.") from error
    except ConnectionRefusedError as error:
        raise SystemUnreachable("Nobody listens there: the connection was refused.") from error
    except (OSError, http.client.HTTPException) as error:
        raise SystemUnreachable(f"The connection broke off, or took too long: {type(error).__name__}.") from error
