"""Makes operations of the tools that an MCP server lists. What cannot be called or pinned is left out with the reason.

A description is for people who classify a tool. Nothing of it is ever given to a model.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple

from mcp import types

from cx_core.adapters.openapi.document import Json, containers, pointer, read_document
from cx_core.adapters.openapi.operations import (
    MOST_FIELDS,
    argument_of,
    named_arguments,
    operation_hash,
    unique_names,
)
from cx_core.adapters.openapi.references import References, check_references
from cx_core.adapters.openapi.schemas import Schemas, VisitBudget
from cx_core.errors import BadInput
from cx_core.records import AnswerField, ImportedApi, ImportedOperation, PinnedTool, SkippedOperation
from cx_core.text.visible_text import visible

MOST_TOOLS = 300
LONGEST_DEFINITION = 60_000
"""Characters of one tool with its schemas."""
LONGEST_SERVER = 120
_TOOL_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
"""As the specification recommends; a name with other letters can look like another tool's."""


class ToolListing(NamedTuple):
    """What a server said of itself and its tools."""

    server: str
    version: str
    tools: tuple[types.Tool, ...]


def read_tools(listing: ToolListing) -> ImportedApi:
    """The tools as operations. Raises BadInput where none can be used."""
    if len(listing.tools) > MOST_TOOLS:
        raise BadInput(f"The server lists {len(listing.tools):,} tools; at most {MOST_TOOLS} are read.")
    times = Counter(tool.name for tool in listing.tools)
    operations: list[ImportedOperation] = []
    skipped: list[SkippedOperation] = []
    for tool in listing.tools:
        try:
            if times[tool.name] > 1:
                raise BadInput(f"{times[tool.name]} tools are called so.")
            operations.append(tool_operation(listing.server, tool))
        except BadInput as error:
            skipped.append(SkippedOperation(at=visible(tool.name)[:120], why=str(error)))
    if not operations:
        first = f" {skipped[0].at}: {skipped[0].why}" if skipped else ""
        raise BadInput(f"The server offers no tool that can be used.{first}")
    return ImportedApi(
        kind="mcp",
        title=visible(listing.server)[:120] or "MCP server",
        version=visible(listing.version)[:40],
        operations=tuple(operations),
        skipped=tuple(skipped),
        hash=tools_hash(operations),
    )


def tools_hash(operations: Iterable[ImportedOperation]) -> str:
    """SHA-256 over all tools, in whatever order the server lists them."""
    return sha256(" ".join(sorted(one.hash for one in operations)).encode()).hexdigest()


def tool_operation(server: str, tool: types.Tool) -> ImportedOperation:
    """The operation that a tool is. Raises BadInput with the reason why it cannot be used."""
    if not _TOOL_NAME.fullmatch(tool.name):
        raise BadInput("A tool’s name is of up to 100 letters, digits, dots, strokes and underscores.")
    pinned = _pinned(server, tool)
    inputs, outputs = _checked(pinned.input_schema), _checked(pinned.output_schema) if pinned.output_schema else None
    budget = VisitBudget()
    budget.begin()
    leaves = Schemas(References(inputs), budget).leaves(inputs, "/inputSchema")
    records_at, fields = _answer(outputs, budget) if outputs is not None else ("", ())
    made = ImportedOperation(
        id=tool.name,
        method="POST",
        path=f"/{tool.name}",
        title=visible(tool.title or tool.name)[:160],
        description=visible(tool.description or ""),
        body="json",
        arguments=named_arguments([argument_of(leaf, "body", leaf.at) for leaf in leaves if leaf.at]),
        records_at=records_at,
        fields=fields,
        tool=pinned,
    )
    return made.replace(hash=operation_hash(made))


def _pinned(server: str, tool: types.Tool) -> PinnedTool:
    annotations = tool.annotations.model_dump(by_alias=True, mode="json", exclude_none=True) if tool.annotations else {}
    made = PinnedTool(
        server=server,
        name=tool.name,
        title=tool.title or "",
        description=tool.description or "",
        input_schema=_canonical(tool.input_schema),
        output_schema=_canonical(tool.output_schema) if tool.output_schema is not None else "",
        annotations=_canonical(annotations),
    )
    if sum(len(str(part)) for part in made.model_dump().values()) > LONGEST_DEFINITION:
        raise BadInput(f"It is described in more than {LONGEST_DEFINITION:,} characters.")
    return made


def _canonical(value: Mapping[str, object]) -> str:
    try:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise BadInput("Its schema is not JSON that can be read.") from error


def _checked(schema: str) -> dict[str, Json]:
    """The schema, small and with references inside itself alone. Raises BadInput."""
    document = read_document(schema.encode())
    check_references(document)
    for way, part in containers(document):
        if isinstance(part, dict) and isinstance(part.get("patternProperties"), dict):
            raise BadInput("Its schema names properties by pattern, which is not read.")
        if way is not None and isinstance(part, dict) and isinstance(part.get("$schema"), str):
            raise BadInput("A part of its schema is of another dialect.")
    return document


def _answer(schema: dict[str, Json], budget: VisitBudget) -> tuple[str, tuple[AnswerField, ...]]:
    """Where records stand in a result, and what is in one."""
    schemas = Schemas(References(schema), budget)
    at, record = schemas.list_in(schema, "/outputSchema")
    leaves = schemas.leaves(record, "/outputSchema" + pointer("items"), answer=True)
    shallow = sorted((leaf for leaf in leaves if leaf.at), key=lambda leaf: leaf.at.count("/"))[:MOST_FIELDS]
    names = unique_names([leaf.at.partition("/*")[0] for leaf in shallow])
    return at, tuple(
        AnswerField(name=name, at=leaf.at, wire=leaf.wire, proposed=leaf.proposed)
        for name, leaf in zip(names, shallow, strict=True)
    )
