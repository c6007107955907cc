"""The business's own systems and rules, and the ways out of Rung."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, Protocol, runtime_checkable

from cx_core.records import (
    ActionName,
    BusinessRecord,
    File,
    NotificationWay,
    Receipt,
    Value,
)


class BackOffice(Protocol):
    """The business's own systems. Reads are free; a write happens once per key, whatever happens."""

    def find_customers(self, address: str) -> tuple[BusinessRecord, ...]:
        """Customers (kind "customer") with this e-mail address or id; several may share one name, none an id."""
        ...

    def search(self, text: str, most: int) -> tuple[BusinessRecord, ...]:
        """Customers and their records by a name, mail, phone, postcode or number, best first; for people to choose."""
        ...

    def read(self, name: ActionName, arguments: Mapping[str, Value]) -> tuple[BusinessRecord, ...]:
        """A read action of the catalogue. Raises SystemUnreachable; an unknown id gives ()."""
        ...

    def write(self, name: ActionName, arguments: Mapping[str, Value], key: str) -> Receipt:
        """Do it, and keep the receipt in the same transaction as the effect.

        The same key again returns the first receipt and changes nothing. Raises SystemRefused (nothing
        was changed) and SystemUnreachable (it is unknown whether something was changed: ask `receipt`).
        """
        ...

    def receipt(self, key: str) -> Receipt | None:
        """The receipt kept under this key, if the write happened."""
        ...

    def undo(self, key: str, undo_key: str) -> Receipt:
        """Take the write of `key` back, once per `undo_key`. Raises SystemRefused past `undo_until`."""
        ...


@runtime_checkable
class CountedAnswers(Protocol):
    """A back office of several systems, of which a call may ask none: then nothing was heard of any."""

    @property
    def heard(self) -> int:
        """How many answers of systems came to this thread so far."""
        ...


class Expression(Protocol):
    """A formula of the knowledge folder over values and functions given to it; it ends, and it changes nothing."""

    @property
    def names(self) -> frozenset[str]:
        """Of all variables and functions it mentions."""
        ...

    def __call__(self, values: Mapping[str, object], functions: Mapping[str, Callable[..., object]]) -> object:
        """Its value: bool, int, float, str, or lists and mappings of these. Raises UnknownFact."""
        ...


class PolicyEngine(Protocol):
    """Decides one request by rules that stay as they are: others are another engine, see `PoliciesInForce`.

    Total: an error inside is an answer of not allowed, with the error named.
    """

    @property
    def version(self) -> str: ...

    @property
    def trouble(self) -> str:
        """Why nothing can be decided, naming file and line; empty if all is well."""
        ...

    def says(self, policy: str) -> str:
        """The rule with this id in plain words, placeholders in braces; empty if there is none."""
        ...

    def decide(
        self,
        *,
        principal: tuple[str, str, Mapping[str, object]],
        action: str,
        resource: tuple[str, str, Mapping[str, object]],
        context: Mapping[str, object],
    ) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
        """(allowed, ids of the policies that decided, errors). Principal and resource: type, id, attributes."""
        ...


class Outbox(Protocol):
    """The way out to customers."""

    def deliver(
        self,
        *,
        key: str,
        channel: str,
        address: str,
        subject: str,
        text: str,
        files: Sequence[File] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Send once per key; returns the channel's reference. Raises SystemTrouble.

        `headers` for a channel that is mail: they say what it answers, and whether a program sent it.
        """
        ...


class BusinessSystems(NamedTuple):
    """What Rung works on, and the way out to its customers."""

    back_office: BackOffice
    outbox: Outbox


class Dispatch(NamedTuple):
    """One notification, or a trial of the way, addressed and in words. `id` is the same however often it is sent."""

    id: str
    subscription: str
    way: NotificationWay
    address: str
    subject: str
    text: str
    content: Mapping[str, object]


class Dispatcher(Protocol):
    """The way out to colleagues and their systems, never to customers."""

    def missing(self, way: NotificationWay) -> str:
        """What must be set before anything can be sent this way; empty if nothing."""
        ...

    def refuses(self, way: NotificationWay, address: str) -> str:
        """Why nothing is ever sent to this address; empty if it may be."""
        ...

    def secret(self, subscription: str) -> str:
        """What this subscription's webhook calls are signed with; made when first asked for."""
        ...

    def forget(self, subscription: str) -> None:
        """The next secret is another one."""
        ...

    def send(self, dispatch: Dispatch) -> str:
        """What the receiver answered, in a few words. Raises SystemRefused (final) and SystemUnreachable."""
        ...
