"""Does every slot of a macro lead somewhere? What is wrong is named with the file and the line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cx_core.adapters.knowledge.file_faults import line_of, line_with
from cx_core.catalogue import SLOT_OF_MACRO, ActionSpec, Macro, TaskType
from cx_core.errors import KnowledgeError
from cx_core.records import ActionName, TaskTypeName

_FIELDS = {"agent": ("name", "first_name"), "company": ("name",), "ticket": ("id", "subject")}
_BRACED = re.compile(r"\{[^{}]*\}?|\}")


def check_macros(
    folder: Path,
    macros: Mapping[str, Macro],
    actions: Mapping[ActionName, ActionSpec],
    task_types: Mapping[TaskTypeName, TaskType],
) -> None:
    """Raises KnowledgeError for the first slot or task type that leads nowhere. `folder`: where the files lie."""
    kinds = {one.of for action in actions.values() for one in action.arguments.values() if one.of}
    kinds |= {action.gives for action in actions.values() if action.gives}
    for macro in macros.values():
        file = f"{macro.name}.yaml"
        for at, name in enumerate(macro.task_types):
            if name not in task_types:
                line = line_of((folder / file).read_text(encoding="utf-8"), ("task_types", at))
                text = f"macros/{file}: line {line}: task_types: {name!r} is not a task type of the folder."
                raise KnowledgeError(text)
        for field in macro.only_if:
            if why := _wrong(f"{{{field}}}", kinds):
                line = line_of((folder / file).read_text(encoding="utf-8"), ("only_if", field))
                raise KnowledgeError(f"macros/{file}: line {line}: only_if: {field} {why}")
        for slot in _BRACED.findall(macro.text):
            if why := _wrong(slot, kinds):
                text = (folder / file).read_text(encoding="utf-8")
                line = line_with(slot, text, line_of(text, ("text",)))
                raise KnowledgeError(f"macros/{file}: line {line}: text: {slot} {why}")


def _wrong(slot: str, kinds: set[str]) -> str:
    match = SLOT_OF_MACRO.fullmatch(slot)
    if match is None:
        return "is not a slot. Write {order.expected}, or words without braces."
    root, field = match[1], match[2]
    if root in _FIELDS:
        fields = _FIELDS[root]
        return "" if field in fields else f"is not known. Use {' or '.join(f'{{{root}.{one}}}' for one in fields)}."
    if root not in kinds:
        return f"leads nowhere. Begin with one of {', '.join(sorted({*_FIELDS, *kinds}))}."
    return ""
