"""Calls to one system over pinned connections, showing who we are to its own host and to nobody else.

Redirects are not followed. Errors name what happened, never an address with its query, a header or a body.
"""

from __future__ import annotations

import http.client
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

from cx_core.adapters.network.pinned_connections import PinnedConnections, WebAddress, call_trouble
from cx_core.adapters.openapi.answers import WireAnswer, at, parsed
from cx_core.adapters.openapi.requests import WireRequest, header
from cx_core.errors import SystemRefused, SystemTrouble, SystemUnreachable
from cx_core.records import Connector

MOST_ANSWER = 4_000_000
TOKEN_LEEWAY = 30.0


class NotSent(SystemUnreachable):
    """The request never left, so nothing can have been done."""


class Secret(NamedTuple):
    """What a system knows us by. `name` is a user name or client id, where it has one."""

    value: str = ""
    name: str = ""

    def __repr__(self) -> str:
        return "Secret(...)"


class Shown(NamedTuple):
    """By what a system is shown who calls."""

    headers: Mapping[str, str]
    query: list[tuple[str, str]]

    def __repr__(self) -> str:
        return "Shown(...)"


class ToolServer(Protocol):
    """Calls tools of MCP servers."""

    def call(self, connector: Connector, request: WireRequest, shown: Shown, *, writes: bool) -> WireAnswer:
        """The result as an answer with a status. Raises NotSent and SystemUnreachable."""
        ...


class SystemCalls:
    """Sends requests to connectors' systems. `secret` gives what is kept for a version of a connector."""

    def __init__(
        self, ways: PinnedConnections, secret: Callable[[Connector], Secret], tools: Callable[[], ToolServer]
    ) -> None:
        """`tools`: made when the first tool is called, since its library is large."""
        self._ways = ways
        self._secret = secret
        self._tools = tools
        self._tokens: dict[tuple[str, str, str], tuple[str, float]] = {}
        self._lock = threading.Lock()
        self._here = threading.local()

    @property
    def heard(self) -> int:
        """How many answers came to this thread so far."""
        return int(getattr(self._here, "heard", 0))

    def send(self, connector: Connector, request: WireRequest) -> WireAnswer:
        """The answer, whatever its status. Raises NotSent, SystemRefused (not sent either) and SystemUnreachable."""
        if connector.api.kind == "mcp":
            return self._tool_called(connector, request)
        answer = self._once(connector, request)
        if answer.status == 401 and connector.security.kind == "oauth2":  # a token that ended early: nothing was done
            with self._lock:
                self._tokens.clear()
            answer = self._once(connector, request)
        return answer

    def _tool_called(self, connector: Connector, request: WireRequest) -> WireAnswer:
        writes = any(f"/{one.operation}" == request.path and one.kind == "write" for one in connector.classified)
        answer = self._tools().call(connector, request, self.shown(connector), writes=writes)
        self._here.heard = self.heard + 1
        return answer

    def _once(self, connector: Connector, request: WireRequest) -> WireAnswer:
        shown, query = self.shown(connector)
        pairs = [*request.query, *query]
        address = connector.address.rstrip("/") + request.path + (f"?{urlencode(pairs)}" if pairs else "")
        place = self._place(address)
        headers = {**request.headers, **shown}
        body = request.body
        if body is not None:
            headers["Content-Type"] = request.media
        answer = self._exchange(place, request.method, body, headers)
        self._here.heard = self.heard + 1
        return answer

    def _place(self, address: str) -> WebAddress:
        try:
            return self._ways.place(address)
        except SystemRefused as refusal:
            raise NotSent(f"The system cannot be called: {refusal}") from None

    def _exchange(self, place: WebAddress, method: str, body: bytes | None, headers: Mapping[str, str]) -> WireAnswer:
        sent = False
        full = {
            "Host": place.named,
            "User-Agent": "Rung-Connector/1",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            **headers,
        }
        try:
            with ExitStack() as stack:
                stack.enter_context(call_trouble())
                connection = stack.enter_context(self._ways.connected(place))
                sent = True
                connection.request(method, place.path, body, full)
                return _whole(connection)
        except SystemTrouble as trouble:
            if sent:
                raise
            raise NotSent(str(trouble)) from None
        except ValueError:  # http.client's own check of a header, whose message would show it
            raise NotSent("The request could not be written.") from None

    def shown(self, connector: Connector, secret: Secret | None = None) -> Shown:
        """Who we are, by the kept credentials or by `secret`. Raises NotSent."""
        security = connector.security
        if security.kind == "none":
            return Shown({}, [])
        secret = secret or self._secret(connector)
        if not secret.value:
            raise NotSent("No credentials are kept for this system. An administrator enters them.")
        try:
            if security.kind == "header":
                return Shown({security.name: header(security.name, secret.value)}, [])
            if security.kind == "query":
                return Shown({}, [(security.name, secret.value)])
            if security.kind == "basic":
                return Shown({"Authorization": _basic(secret if secret.name else Secret(name=secret.value))}, [])
            token = secret.value if security.kind == "bearer" else self._token(connector, secret)
            return Shown({"Authorization": f"Bearer {header('The token', token)}"}, [])
        except SystemRefused:
            raise NotSent("The credentials kept for this system cannot be sent. Enter them again.") from None

    def _token(self, connector: Connector, secret: Secret) -> str:
        """OAuth2 client credentials (RFC 6749, 4.4), kept until shortly before they end."""
        name = (connector.id, connector.security.token_url, secret.name + secret.value)
        with self._lock:
            known = self._tokens.get(name)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        place = self._place(connector.security.token_url)
        if place.host != self._place(connector.address).host:
            raise NotSent("The token address is on another host, and credentials are sent to the system's own alone.")
        fields = {"grant_type": "client_credentials"}
        if connector.security.scope:
            fields["scope"] = connector.security.scope
        headers = {"Authorization": _basic(secret), "Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = self._exchange(place, "POST", urlencode(fields).encode(), headers)
            body = parsed(answer)
        except SystemTrouble as trouble:
            raise NotSent(f"No token: {trouble}") from None
        token, seconds = at(body, "/access_token"), at(body, "/expires_in")
        if answer.status != 200 or not isinstance(token, str) or not token:
            raise NotSent(f"No token was given; the answer was {answer.status}.")
        lasts = float(seconds) if isinstance(seconds, int) and not isinstance(seconds, bool) else 60.0
        with self._lock:
            self._tokens[name] = (token, time.monotonic() + max(0.0, lasts - TOKEN_LEEWAY))
        return token


def _basic(secret: Secret) -> str:
    return "Basic " + b64encode(f"{secret.name}:{secret.value}".encode()).decode()


def _whole(connection: http.client.HTTPConnection) -> WireAnswer:
    """The answer, if all of it came."""
    answer = connection.getresponse()
    body = answer.read(MOST_ANSWER + 1)
    if len(body) > MOST_ANSWER:
        raise SystemUnreachable(f"The system answered more than {MOST_ANSWER:,} bytes.")
    if answer.length:
        raise SystemUnreachable("The connection broke off in the middle of the answer.")
    return WireAnswer(answer.status, body)
