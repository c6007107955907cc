"""What a tool gave, as an answer that a classification can read; all else is not understood.

A result is data: its `structuredContent`, held against the output schema that was signed, or one text that is JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from cx_core.adapters.openapi.answers import WireAnswer
from cx_core.errors import SystemUnreachable
from cx_core.records import PinnedTool

LONGEST_RESULT = 1_000_000
"""Characters."""
MOST_STEPS = 20_000
"""References followed when a result is held against its schema; more branch without end."""
Raw = Mapping[str, Any]


def wire_answer(tool: PinnedTool, result: Raw) -> WireAnswer:
    """The result as JSON. Raises SystemUnreachable: whatever a tool did is then not known."""
    if result.get("resultType", "complete") != "complete":
        raise SystemUnreachable("The tool asks for more before it answers, and is given nothing.")
    if result.get("isError"):
        raise SystemUnreachable("The tool answered with an error of its own.")
    structured = result.get("structuredContent")
    if tool.output_schema:
        if structured is None:
            raise SystemUnreachable("The tool’s answer is not understood: it lacks the structure that was promised.")
        _check(json.loads(tool.output_schema), structured)
    text = _one_text(result.get("content")) if structured is None else _written(structured)
    if len(text) > LONGEST_RESULT:
        raise SystemUnreachable(f"The tool answered more than {LONGEST_RESULT:,} characters.")
    return WireAnswer(200, text.encode("utf-8", "replace"))


def _written(structured: object) -> str:
    try:
        return json.dumps(structured, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise SystemUnreachable("The tool’s answer is not understood: it is not JSON.") from error


def _one_text(content: object) -> str:
    parts = content if isinstance(content, list) else []
    if len(parts) != 1 or not isinstance(parts[0], dict) or parts[0].get("type") != "text":
        raise SystemUnreachable("The tool’s answer is not understood: it is not one text.")
    text = parts[0].get("text")
    if not isinstance(text, str) or not text.lstrip().startswith(("{", "[")):
        raise SystemUnreachable("The tool’s answer is not understood: it is not JSON.")
    return text


def _check(schema: Mapping[str, Any], structured: object) -> None:
    plain = {name: value for name, value in schema.items() if name != "$schema"}
    try:
        wrong = next(iter(_bounded()(plain, registry=Registry()).iter_errors(structured)), None)
    except (Unresolvable, RecursionError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise SystemUnreachable("The tool’s answer cannot be held against its schema.") from error
    if wrong is not None:
        raise SystemUnreachable("The tool’s answer is not understood: it is not what its schema promises.")


def _bounded() -> type[Validator]:
    """A validator that evaluates no pattern of a server's and compares no list with itself: both may take for ever."""
    left = MOST_STEPS
    followed = Draft202012Validator.VALIDATORS["$ref"]

    def reference(validator: Validator, value: object, instance: object, schema: object) -> Iterator[ValidationError]:
        nonlocal left
        left -= 1
        if left < 0:
            raise ValueError("too many references")
        yield from followed(validator, value, instance, schema) or ()

    def nothing(*_: object) -> Iterator[ValidationError]:
        return iter(())

    skipped = dict.fromkeys(("pattern", "format", "uniqueItems", "$dynamicRef"), nothing)
    made: type[Validator] = extend(Draft202012Validator, {**skipped, "$ref": reference})
    return made
