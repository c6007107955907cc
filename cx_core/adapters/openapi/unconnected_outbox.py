"""The way out to customers where none is connected yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NoReturn

from cx_core.errors import SystemRefused
from cx_core.records import File


class UnconnectedOutbox:
    """Implements ports.Outbox by refusing: nothing is ever said to be sent that was not."""

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
    ) -> NoReturn:
        raise SystemRefused("No way out to customers is connected, so nothing was sent.")
