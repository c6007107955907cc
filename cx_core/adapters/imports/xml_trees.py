"""One element of XML as nested fields. It stands alone, so no document type is there to define anything."""

from __future__ import annotations

import re
from xml.parsers import expat

from cx_core.adapters.imports.record_fields import Fields, RowError

DEEPEST = 60
_NOT_XML = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)
"""Control characters, also written as references: XML has none, exports do."""


class _Tree:
    """A list of values for each name; what is only text is a text."""

    def __init__(self) -> None:
        self._open: list[tuple[str, dict[str, list[object]], list[str]]] = []
        self.root: object = {}

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise RowError("its elements stand in each other too deep")
        self._open.append((name, {}, []))

    def end(self, _name: str) -> None:
        name, children, said = self._open.pop()
        value: object = {key: many[0] if len(many) == 1 else many for key, many in children.items()}
        if not children:
            value = "".join(said)
        if self._open:
            self._open[-1][1].setdefault(name, []).append(value)
        else:
            self.root = value

    def data(self, said: str) -> None:
        if self._open:
            self._open[-1][2].append(said)


def tree(fragment: bytes, encoding: str) -> Fields:
    """Raises RowError."""
    made = _Tree()
    parser = expat.ParserCreate(encoding)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = made.start, made.end
    parser.CharacterDataHandler = made.data
    try:
        parser.Parse(_NOT_XML.sub(b"", fragment), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise RowError("it is no well-formed XML") from error
    return made.root if isinstance(made.root, dict) else {}
