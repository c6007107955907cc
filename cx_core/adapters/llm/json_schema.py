"""A record as the JSON schema that a language model is held to."""

from __future__ import annotations

from typing import cast

from cx_core.records import Record


def strict(answer: type[Record]) -> dict[str, object]:
    """The record as JSON schema in the strict form: every field is required, and no other allowed."""
    return cast("dict[str, object]", _required(answer.model_json_schema()))


def _required(schema: object) -> object:
    if isinstance(schema, list):
        return [_required(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _required(value) for key, value in schema.items() if key not in ("default", "title")}
    if isinstance(properties := schema.get("properties"), dict):
        made["properties"] = {name: _required(inner) for name, inner in properties.items()}
        made["required"] = list(properties)
        made["additionalProperties"] = False
    return made
