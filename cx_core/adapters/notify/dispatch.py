"""The two ways out to colleagues and their systems, and the secrets that webhook calls are signed with."""

from __future__ import annotations

from base64 import b64encode

from cx_core.adapters.keys.key_store import KeyStore
from cx_core.adapters.notify.smtp import Mail, good_address
from cx_core.adapters.notify.webhook import Webhooks
from cx_core.ports import Clock, Dispatch
from cx_core.records import NotificationWay
from cx_core.settings import Settings, hosts


class Dispatches:
    """Implements ports.Dispatcher. Secrets lie in the key store, apart from the database that knows the addresses."""

    def __init__(self, settings: Settings, keys: KeyStore, clock: Clock) -> None:
        self._keys = keys
        self._mail = Mail(settings.smtp_url.get_secret_value(), settings.mail_from, clock)
        self._webhooks = Webhooks(clock, hosts(settings.webhook_hosts))

    def missing(self, way: NotificationWay) -> str:
        return self._mail.missing if way == "email" else ""

    def refuses(self, way: NotificationWay, address: str) -> str:
        if way == "webhook":
            return self._webhooks.refuses(address)
        return "" if good_address(address) else "That is not an e-mail address. Give one such as name@example.com."

    def secret(self, subscription: str) -> str:
        return f"whsec_{b64encode(self._keys.secret(_name(subscription))).decode()}"

    def forget(self, subscription: str) -> None:
        self._keys.drop_secret(_name(subscription))

    def send(self, dispatch: Dispatch) -> str:
        if dispatch.way == "email":
            return self._mail.send(dispatch)
        return self._webhooks.send(dispatch, self.secret(dispatch.subscription))


def _name(subscription: str) -> str:
    return f"hook-{subscription}"
