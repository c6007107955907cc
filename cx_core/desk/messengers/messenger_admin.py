"""Messengers added, changed, paused and removed, with their templates. For administrators."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from cx_core.desk.messengers.messenger_channel import LONGEST
from cx_core.desk.service import Means, Service, allow
from cx_core.ports import Unit
from cx_core.records import Person, Role
from cx_core.records.channels.messengers import GAP, Messenger, ReplyTemplate
from cx_core.views import Refusal
from cx_core.views.channels.messengers import MessengerAdded, MessengerForm, MessengerView

MOST, MOST_TEMPLATES, MOST_GAPS = 20, 100, 10
LONGEST_NAME = 60
LONGEST_WINDOW = 24 * 30
SHOWN, RECENT = 20, timedelta(days=14)
_TEMPLATE_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*")
_TOUCHING = re.compile(r"\}\s*\{")
GONE = Refusal(code="stale", text="That messenger is not in the list any more.")


class MessengerService(Service):
    """What the Connections page asks."""

    def __init__(self, means: Means) -> None:
        super().__init__(means)
        self._calls, self._public_url = means.messenger_calls, means.public_url

    def messengers(self, person: Person) -> tuple[MessengerView, ...]:
        """Each with how it is doing, oldest first."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.look() as unit:
            return tuple(self._shown(unit, messenger) for messenger in unit.messengers.all())

    def add(self, person: Person, form: MessengerForm) -> MessengerAdded | Refusal:
        """A channel, and the secret that both sides sign with."""
        allow(person, Role.ADMINISTRATOR)
        form = form.replace(name=" ".join(form.name.split()), address=form.address.strip())
        if wrong := self._wrong(form):
            return Refusal(code="denied", text=wrong)
        messenger = Messenger(id=secrets.token_hex(6), by=person.id, at=self._clock(), **form.model_dump())
        with self._store.begin() as unit:
            if len(unit.messengers.all()) >= MOST:
                return Refusal(code="denied", text=f"There are {MOST}, which is the most. Remove one first.")
            self._put(unit, person, "messenger_added", messenger)
        return MessengerAdded(id=messenger.id, secret=self._calls.secret(messenger.id))

    def change(self, person: Person, id: str, form: MessengerForm) -> Refusal | None:
        """What is given takes the place of what was there."""
        allow(person, Role.ADMINISTRATOR)
        form = form.replace(name=" ".join(form.name.split()), address=form.address.strip())
        if wrong := self._wrong(form):
            return Refusal(code="denied", text=wrong)
        return self._changed(person, id, lambda messenger: messenger.replace(**form.model_dump()))

    def pause(self, person: Person, id: str, *, active: bool) -> Refusal | None:
        """Paused: what comes in is sent back to be delivered later, and what goes out waits."""
        allow(person, Role.ADMINISTRATOR)
        return self._changed(person, id, lambda messenger: messenger.replace(active=active))

    def new_secret(self, person: Person, id: str) -> MessengerAdded | Refusal:
        """Another secret; from now on nothing that was signed with the one before is believed."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            messenger = unit.messengers.get(id)
            if messenger is None:
                return GONE
            unit.record("messenger_secret_renewed", actor=person.id, payload=_on_record(messenger))
        self._calls.forget(id)
        return MessengerAdded(id=id, secret=self._calls.secret(id))

    def put_template(self, person: Person, id: str, template: ReplyTemplate) -> Refusal | None:
        """Add a template, or change the one with this name and language."""
        allow(person, Role.ADMINISTRATOR)
        template = template.replace(
            name=template.name.strip(), language=template.language.strip(), text=template.text.strip()
        )
        if wrong := _wrong_template(template):
            return Refusal(code="denied", text=wrong)
        with self._store.look() as unit:
            messenger = unit.messengers.get(id)
        if messenger is not None and len(_others(messenger, template)) >= MOST_TEMPLATES:
            return Refusal(code="denied", text=f"There are {MOST_TEMPLATES}, which is the most. Remove one first.")
        return self._changed(person, id, lambda one: one.replace(templates=(*_others(one, template), template)))

    def drop_template(self, person: Person, id: str, template: ReplyTemplate) -> Refusal | None:
        allow(person, Role.ADMINISTRATOR)
        return self._changed(person, id, lambda one: one.replace(templates=_others(one, template)))

    def remove(self, person: Person, id: str) -> Refusal | None:
        """For good, with its secret. Tickets stay; what waits to go out is refused, and its tickets come back."""
        allow(person, Role.ADMINISTRATOR)
        with self._store.begin() as unit:
            messenger = unit.messengers.get(id)
            if messenger is None:
                return GONE
            unit.messengers.remove(id)
            unit.record("messenger_removed", actor=person.id, payload=_on_record(messenger))
        self._calls.forget(id)
        return None

    # --- inside -----------------------------------------------------------------------------

    def _shown(self, unit: Unit, messenger: Messenger) -> MessengerView:
        called, queued = f"{self._public_url}/channels/{messenger.id}", unit.outgoing_messages.queued(messenger.id)
        return MessengerView(
            messenger=messenger,
            state=unit.messengers.state(messenger.id),
            messages_url=f"{called}/messages",
            receipts_url=f"{called}/receipts",
            delivered_at=unit.outgoing_messages.last_delivered(messenger.id),
            queued=len(queued),
            put_off=next((message.words for message in queued if message.words), ""),
            refused=unit.outgoing_messages.failed(messenger.id, self._clock() - RECENT, SHOWN),
        )

    def _wrong(self, form: MessengerForm) -> str:
        if not form.name or len(form.name) > LONGEST_NAME:
            return f"Give it a name of at most {LONGEST_NAME} characters."
        if not 0 <= form.window_hours <= LONGEST_WINDOW:
            return f"The time for free text has 1 to {LONGEST_WINDOW} hours, or 0 for no limit."
        if not form.address:
            return "Say where replies are delivered to."
        return self._calls.refuses(form.address)

    def _changed(self, person: Person, id: str, change: Callable[[Messenger], Messenger]) -> Refusal | None:
        with self._store.begin() as unit:
            messenger = unit.messengers.get(id)
            if messenger is None:
                return GONE
            self._put(unit, person, "messenger_changed", change(messenger))
        return None

    def _put(self, unit: Unit, person: Person, kind: str, messenger: Messenger) -> None:
        unit.messengers.put(messenger)
        unit.record(kind, actor=person.id, payload=_on_record(messenger))


def _others(messenger: Messenger, template: ReplyTemplate) -> tuple[ReplyTemplate, ...]:
    same = (template.name, template.language)
    return tuple(one for one in messenger.templates if (one.name, one.language) != same)


def _wrong_template(template: ReplyTemplate) -> str:
    """What to mend of it; empty: nothing."""
    if not _TEMPLATE_NAME.fullmatch(template.name):
        return "Name it as the provider does: up to 100 letters, digits, dots, hyphens and underscores."
    if not _LANGUAGE.fullmatch(template.language):
        return "Give its language as the provider does, such as en or en_GB."
    if not template.text or len(template.text) > LONGEST:
        return f"A template has 1 to {LONGEST:,} characters."
    numbers = template.gaps
    if sorted(numbers) != list(range(1, len(numbers) + 1)) or len(numbers) > MOST_GAPS:
        return f"Number its gaps from 1 on without leaving one out, up to {MOST_GAPS}: {{1}}, {{2}}."
    if _TOUCHING.search(template.text) or not GAP.sub("", template.text).strip():
        return "Put words between its gaps."
    return ""


def _on_record(messenger: Messenger) -> dict[str, object]:
    """Of the address only the host: the rest of it is often a password of its own."""
    return {
        "messenger": messenger.id,
        "name": messenger.name,
        "host": urlsplit(messenger.address).netloc,
        "window_hours": messenger.window_hours,
        "vouches": messenger.vouches,
        "templates": [template.name for template in messenger.templates],
        "active": messenger.active,
    }
