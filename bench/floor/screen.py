"""What one open page shows, kept from the server's messages as Streamlit's own client keeps it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

Path = tuple[int, ...]
_KEYED = re.compile(r"^\$\$ID-[0-9a-f]+-(.+)$", re.DOTALL)
_TOLD = frozenset({ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY})


@dataclass(frozen=True)
class Shown:
    """One element in its place, and the fragment and run that drew it."""

    element: Element
    fragment: str
    run: str

    @cached_property
    def kind(self) -> str:
        return self.element.WhichOneof("type") or ""

    @cached_property
    def id(self) -> str:
        return str(getattr(getattr(self.element, self.kind), "id", "")) if self.kind else ""

    @cached_property
    def key(self) -> str:
        """The name the page gave it; a widget's id ends in it."""
        found = _KEYED.match(self.id)
        return found[1] if found and found[1] != "None" else ""

    @cached_property
    def data(self) -> dict[str, Any]:
        """What one of our own components was given to draw."""
        given = json.loads(self.element.bidi_component.json or "{}") if self.kind == "bidi_component" else {}
        return given if isinstance(given, dict) else {}


class Screen:
    """Elements by their place. What a run did not draw again goes when that run is finished."""

    def __init__(self) -> None:
        self.query = ""
        self.page = ""
        """Hash of the page shown. A message with another one counts as going elsewhere, which clears widgets."""
        self.errors: list[str] = []
        self.ticks: dict[str, float] = {}
        """Fragments that refresh by themselves, and every how many seconds."""
        self._nodes: dict[Path, Shown | None] = {}
        self._runs: dict[Path, tuple[str, str]] = {}
        self._run, self._fragments = "", frozenset[str]()
        self._by_key: dict[str, Shown] | None = None

    def __getitem__(self, key: str) -> Shown | None:
        if self._by_key is None:
            self._by_key = {shown.key: shown for shown in self if shown.key}
        return self._by_key.get(key)

    def of_ticket(self, key: str) -> Shown | None:
        """Return the element whose key is this one followed by a ticket and its version."""
        return next((shown for shown in self if shown.key and shown.key.startswith(f"{key}-T-")), None)

    def __iter__(self) -> Iterator[Shown]:
        return (shown for shown in self._nodes.values() if shown)

    def apply(self, message: ForwardMsg) -> bool:
        """Take a message in. Whether it ended a run."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._begin(message)
        elif kind == "delta":
            self._draw(message)
        elif kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.ticks[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "script_finished":
            self._finish(message.script_finished)
            return True
        return False

    def _begin(self, message: ForwardMsg) -> None:
        run = message.metadata.run
        self._run, self._fragments = run.script_run_id, frozenset(run.fragment_ids)
        self.page = message.new_session.page_script_hash
        if not self._fragments:
            self.ticks.clear()

    def _draw(self, message: ForwardMsg) -> None:
        place, delta = tuple(message.metadata.delta_path), message.delta
        self._by_key = None
        if delta.WhichOneof("type") == "new_element":
            for below in [path for path in self._nodes if len(path) > len(place) and path[: len(place)] == place]:
                del self._nodes[below], self._runs[below]
            shown = Shown(delta.new_element, delta.fragment_id, self._run)
            self._nodes[place] = shown
            if shown.kind == "exception":
                self.errors.append(f"{shown.element.exception.type}: {shown.element.exception.message}")
        elif delta.WhichOneof("type") == "add_block":
            self._nodes[place] = None
        else:
            return
        self._runs[place] = (self._run, delta.fragment_id)

    def _finish(self, status: int) -> None:
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self.errors.append("the page's script could not be read")
        if status not in _TOLD:
            return
        for place, (run, fragment) in list(self._runs.items()):
            if run != self._run and (not self._fragments or fragment in self._fragments):
                del self._nodes[place], self._runs[place]
                self._by_key = None


def texts(nodes: Sequence[dict[str, Any]]) -> list[str]:
    """All texts of a paper's nodes, in order."""
    found = []
    for node in nodes:
        found += [str(node["text"])] if node.get("text") else []
        found += texts(node.get("kids", []))
    return found
