"""What is wrong in a YAML file, with the line to mend and what to do there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args

import yaml
from pydantic import BaseModel, ValidationError

from cx_core.text.wording import perhaps

SAFE_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The C loader is about eight times as fast, and is there wherever PyYAML came as a wheel."""

DEEPEST = 50
"""Lists and mappings inside one another; the C loader ends the whole program on some ten thousand of them."""

Place = Sequence[str | int]
"""Keys and positions that lead to a value: ("facts", "held", "type")."""

_ADVICE = {
    "missing": "Add the field.",
    "extra_forbidden": "Mend its spelling or take it out.",
    "string_type": "Put quotes around it.",
    "too_short": "Add more.",
    "literal_error": "Choose one of these.",
}


def refuse_deep(text: str) -> None:
    """Raises yaml.YAMLError where lists and mappings lie deeper than `DEEPEST` inside one another, or it is no YAML."""
    depth = 0
    for event in yaml.parse(text, SAFE_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            mark: Any = event.start_mark  # the C loader's own kind of mark
            raise yaml.composer.ComposerError(None, None, "it is nested too deep", mark)


def composed(text: str) -> yaml.Node | None:
    """What it says, with its places; None where it says nothing. Raises as `refuse_deep` does."""
    refuse_deep(text)
    return yaml.compose(text, SAFE_LOADER)


def line_of(text: str, place: Place, first_line: int = 1) -> int:
    """Where that value, or the nearest thing around it that is there, begins in its file."""
    try:
        node = composed(text)
    except (yaml.YAMLError, UnicodeError):
        return first_line
    line = first_line
    for part in place:
        found = _below(node, part)
        if found is None:
            break
        key, node = found
        line = first_line + key.start_mark.line
    return line


def line_with(word: str, text: str, line: int) -> int:
    """Where a word of the value that begins at this line stands; that line if it cannot be found."""
    before, after = (r"(?<!\w)" if re.match(r"\w", word) else ""), (r"(?!\w)" if re.search(r"\w\Z", word) else "")
    whole = re.compile(before + re.escape(word) + after)
    rest = enumerate(text.splitlines()[line - 1 :], line)
    return next((at for at, one in rest if whole.search(one)), line) if word else line


def _below(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Where the part is named, and its value."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part]
    return None


def not_yaml(error: yaml.MarkedYAMLError, text: str, first_line: int = 1) -> str:
    """What keeps a text from being YAML: "line 3: not YAML: ..."."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return f"not YAML: {error.problem}. Mend the file."
    lines = text.splitlines()
    at = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in at[: len(at) - len(at.lstrip())]:
        return f"line {mark.line + first_line}: not YAML: a tab sets it in. Use spaces."
    return f"line {mark.line + first_line}: not YAML: {error.problem}. Mend it; quote text with ': '."


def misfit(error: ValidationError, kind: type[BaseModel], text: str, first_line: int = 1) -> str:
    """The first thing that does not fit, a name that is not known before what is missing for want of it.

    As "line 6: facts.held.typ: no such field (perhaps type is meant). ...".
    """
    found = error.errors(include_url=False, include_input=False)
    first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
    place = [part for part in first["loc"] if part != "[key]"]
    said = first["msg"]
    if first["type"] == "extra_forbidden":
        said = f"no such field{perhaps(str(place[-1]), [*_fields(kind, place[:-1])])}"
    where = ".".join(str(part) for part in place) or "the whole file"
    line = f"line {line_of(text, place, first_line)}: " if text else ""
    return f"{line}{where}: {said}. {_ADVICE.get(first['type'], 'Mend the value.')}"


def _fields(kind: type[BaseModel], place: Place) -> dict[str, Any]:
    """The fields of what stands at a place. Keys and positions between two kinds of record name no field."""
    for part in place:
        field = kind.model_fields.get(str(part))
        kind = kind if field is None else _record_in(field.annotation) or kind
    return dict(kind.model_fields)


def _record_in(annotation: object) -> type[BaseModel] | None:
    """The kind of record in an annotation such as dict[str, FactSpec]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _record_in(part))), None)
