"""What an administrator settles about web chat: widgets, where they may be used, and how their sites sign."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from cx_core.desk.chat.chat_presence import ChatPresence
from cx_core.desk.service import Means, Service, allow
from cx_core.ports import Unit
from cx_core.records import Person, Role
from cx_core.records.chat import ChatWidget, HostAlgorithm
from cx_core.views import Refusal
from cx_core.views.channels.chat import ChatWidgetView

MOST_WIDGETS = 50
MOST_ORIGINS = 20
LONGEST_NAME = 80
LONGEST_GREETING = 300
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
GONE = Refusal(code="stale", text="This widget was removed meanwhile.")


class ChatWidgetService(Service):
    """For administrators: whoever changes a widget decides which sites may speak to the desk."""

    def __init__(self, means: Means, presence: ChatPresence) -> None:
        super().__init__(means)
        self._presence = presence
        self._tokens = means.host_tokens
        self._public_url = means.public_url

    def widgets(self, person: Person) -> tuple[ChatWidgetView, ...]:
        """Every widget, with how it is doing."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            found = [(one, unit.chat.last_message(one.id)) for one in unit.chat.widgets()]
        return tuple(
            ChatWidgetView(
                widget=one,
                snippet=self._snippet(one),
                sessions=self._presence.open_now(one.id),
                last_message=last,
            )
            for one, last in found
        )

    def add(self, person: Person, name: str, origins: Sequence[str], greeting: str = "") -> ChatWidget | Refusal:
        """A widget for pages of these origins, such as https://shop.example."""
        allow(person, Role.ADMINISTRATOR)
        good = _settled(name, origins, greeting)
        if isinstance(good, Refusal):
            return good
        widget = ChatWidget(id=secrets.token_hex(6), by=person.id, at=self._clock(), **good)  # type: ignore[arg-type]
        with self._store.begin() as unit:
            if len(unit.chat.widgets()) >= MOST_WIDGETS:
                return Refusal(code="denied", text=f"There are {MOST_WIDGETS} already. Remove one first.")
            self._put(unit, person, "chat_widget_added", widget)
        return widget

    def change(self, person: Person, id: str, name: str, origins: Sequence[str], greeting: str) -> Refusal | None:
        """What is given takes the place of what was there. A page of an origin that is left out is refused at once."""
        allow(person, Role.ADMINISTRATOR)
        good = _settled(name, origins, greeting)
        return good if isinstance(good, Refusal) else self._changed(person, id, good)

    def pause(self, person: Person, id: str, *, active: bool) -> Refusal | None:
        """Paused: it is not shown to new visitors; conversations that have begun go on."""
        allow(person, Role.ADMINISTRATOR)
        return self._changed(person, id, {"active": active})

    def sign_in_by(self, person: Person, id: str, algorithm: HostAlgorithm, public_key: str = "") -> str | Refusal:
        """How the host site signs who its visitor is. Returns, for HS256, a new secret, which is shown this once."""
        allow(person, Role.ADMINISTRATOR)
        key = public_key.strip() if algorithm == "ES256" else ""
        if algorithm == "ES256" and (wrong := self._tokens.wrong_key(key)):
            return Refusal(code="denied", text=wrong)
        values: dict[str, object] = {"signed_by": algorithm, "public_key": key, "trouble": "", "trouble_at": None}
        if (refusal := self._changed(person, id, values)) is not None:
            return refusal
        self._tokens.forget(id)
        return self._tokens.secret(id) if algorithm == "HS256" else ""

    def remove(self, person: Person, id: str) -> Refusal | None:
        """For good, with its secret and the tokens of its visitors. Tickets stay."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            widget = unit.chat.widget(id)
            if widget is None:
                return GONE
            unit.chat.remove_widget(id)
            unit.record("chat_widget_removed", actor=person.id, payload=_on_record(widget))
        self._tokens.forget(id)
        return None

    def _changed(self, person: Person, id: str, values: dict[str, object]) -> Refusal | None:
        with self._store.begin() as unit:
            widget = unit.chat.widget(id)
            if widget is None:
                return GONE
            self._put(unit, person, "chat_widget_changed", widget.replace(**values))
        return None

    def _put(self, unit: Unit, person: Person, kind: str, widget: ChatWidget) -> None:
        unit.chat.put_widget(widget)
        unit.record(kind, actor=person.id, payload=_on_record(widget))

    def _snippet(self, widget: ChatWidget) -> str:
        return f'<script src="{self._public_url}/chat/widget.js" data-widget="{widget.id}" async></script>'


def _settled(name: str, origins: Sequence[str], greeting: str) -> dict[str, object] | Refusal:
    name, greeting = " ".join(name.split()), greeting.strip()
    if not name or len(name) > LONGEST_NAME:
        return Refusal(code="empty", text=f"Give it a name of at most {LONGEST_NAME} characters.")
    if len(greeting) > LONGEST_GREETING:
        return Refusal(code="denied", text=f"A greeting has at most {LONGEST_GREETING} characters.")
    made: list[str] = []
    for given in origins:
        origin = web_origin(given)
        if not origin:
            return Refusal(
                code="denied", text=f"“{given.strip()}” is not the address of a site. Write it as https://shop.example."
            )
        made.append(origin)
    if not made or len(made) > MOST_ORIGINS:
        return Refusal(code="empty", text=f"Say on which sites it is used: 1 to {MOST_ORIGINS} origins.")
    return {"name": name, "greeting": greeting, "origins": tuple(dict.fromkeys(made))}


def web_origin(given: str) -> str:
    """Scheme, host and port as browsers send them; empty if it is none. http only for this machine itself."""
    try:
        parts = urlsplit(given.strip().lower())
        port, host = parts.port, (parts.hostname or "").encode("idna").decode()
    except ValueError:
        return ""
    host = f"[{host}]" if ":" in host else host
    plain = not (parts.path.rstrip("/") or parts.query or parts.fragment or parts.username or parts.password)
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL)
    if not (plain and secure and host) or "*" in host:
        return ""
    usual = port is None or port == (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{host}" if usual else f"{parts.scheme}://{host}:{port}"


def _on_record(widget: ChatWidget) -> dict[str, object]:
    return widget.model_dump(mode="json", include={"id", "name", "origins", "active", "signed_by"})
