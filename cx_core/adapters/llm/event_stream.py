"""An answer that comes in pieces, read from server-sent events of the chat completions protocol."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any

DONE = "[DONE]"


class Stream:
    """Iterate it for the words as they come. Afterwards it says whether all came, and what is on the bill."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body
        self.text = ""
        self.whole = False
        self.input_tokens = 0
        self.output_tokens = 0

    def __iter__(self) -> Iterator[str]:
        for data in self._events():
            if data == DONE:
                return
            try:
                event = json.loads(data)
            except ValueError:
                self.whole = False
                return
            piece = self._read(event) if isinstance(event, dict) else ""
            self.text += piece
            if piece:
                yield piece

    def _read(self, event: dict[str, Any]) -> str:
        """The words of one event. Only a reason to stop that is the model's own makes the answer whole."""
        used = event.get("usage")
        if isinstance(used, dict):
            self.input_tokens = int(used.get("prompt_tokens") or 0)
            self.output_tokens = int(used.get("completion_tokens") or 0)
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return ""
        self.whole = self.whole or choice.get("finish_reason") == "stop"
        delta = choice.get("delta")
        content = delta.get("content") if isinstance(delta, dict) else None
        return content if isinstance(content, str) else ""

    def _events(self) -> Iterator[str]:
        """What stands behind `data:`, line by line, wherever the network cut the bytes."""
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        rest = ""
        for piece in self._body:
            *lines, rest = (rest + decoder.decode(piece)).split("\n")
            yield from (line[5:].strip() for line in lines if line.startswith("data:"))
        if rest.startswith("data:"):
            yield rest[5:].strip()
