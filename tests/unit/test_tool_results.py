"""What a tool of an MCP server may give, and how it is listed: bounds that no server leaves."""

from __future__ import annotations

import json
import time

import pytest
from mcp import types

from cx_core.adapters.mcp.tool_listing import ToolListing, read_tools, tool_operation
from cx_core.adapters.mcp.tool_results import wire_answer
from cx_core.adapters.openapi.answers import parsed
from cx_core.adapters.openapi.values import Unreadable
from cx_core.catalogue.connector_check import operation_changes
from cx_core.errors import BadInput, SystemUnreachable
from cx_core.records import PinnedTool
from cx_core.text.visible_text import visible

OBJECT = {"type": "object", "properties": {"id": {"type": "string"}}}


def pinned(schema: object = None) -> PinnedTool:
    return PinnedTool(server="s", name="t", input_schema="{}", output_schema=json.dumps(schema) if schema else "")


def text(*parts: str) -> dict[str, object]:
    return {"content": [{"type": "text", "text": part} for part in parts]}


def listed(**changes: object) -> types.Tool:
    return types.Tool(name="t", description="x", input_schema=OBJECT).model_copy(update=changes)


def test_that_one_text_of_json_is_an_answer_and_its_numbers_are_exact() -> None:
    answer = parsed(wire_answer(pinned(), text('{"id": "1", "amount": 10.10}')))
    assert str(answer) == "{'id': '1', 'amount': Decimal('10.10')}"
    assert parsed(wire_answer(pinned(OBJECT), {"structuredContent": {"id": "1"}, **text("done")})) == {"id": "1"}


@pytest.mark.parametrize(
    "result",
    [
        text("Refunded."), text("1"), text("null"), text("{}", "{}"), text(), {}, {"content": "{}"},
        {"content": [{"type": "image", "data": "e30="}]}, {"content": [{"type": "resource_link", "uri": "https://x"}]},
        {**text("{}"), "isError": True}, {**text("{}"), "resultType": "input_required"},
        {"structuredContent": {"id": float("inf")}},
    ],
)  # fmt: skip
def test_that_anything_else_is_not_understood(result: dict[str, object]) -> None:
    with pytest.raises(SystemUnreachable):
        wire_answer(pinned(), result)


def test_that_a_text_that_only_begins_like_json_is_not_read() -> None:
    for words in ('{"id": 1} and more', '{"id": 1e999999999}', "[" * 100_000):
        with pytest.raises(Unreadable):
            parsed(wire_answer(pinned(), text(words)))


def test_that_a_schema_of_a_server_costs_no_time() -> None:
    twice = {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)}
    branching = {"$ref": "#/$defs/a0", "$defs": {**twice, "a40": {}}}
    circle = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}
    greedy = {"properties": {"id": {"type": "string", "pattern": "^(a+)+$"}}}
    long = {"id": "a" * 5_000 + "!"}
    begun = time.monotonic()
    for schema in (branching, circle):
        with pytest.raises(SystemUnreachable):
            wire_answer(pinned(schema), {"structuredContent": {"id": "1"}})
    assert wire_answer(pinned(greedy), {"structuredContent": long}).status == 200
    assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("tool", "why"),
    [
        (listed(name="get order"), "letters"),
        (listed(name="gеt_order"), "letters"),
        (listed(description="x" * 70_000), "characters"),
        (listed(input_schema={"$ref": "https://evil.example/schema.json"}), "leads out"),
        (listed(output_schema={"$ref": "file:///etc/passwd"}), "leads out"),
        (listed(output_schema={"patternProperties": {"^(a+)+$": {}}}), "by pattern"),
        (
            listed(output_schema={"properties": {"a": {"$schema": "http://json-schema.org/draft-07/schema#"}}}),
            "dialect",
        ),
        (listed(input_schema=json.loads('{"items":' * 100 + "{}" + "}" * 100)), "deep"),
    ],
)
def test_that_a_tool_that_cannot_be_pinned_is_left_out_with_the_reason(tool: types.Tool, why: str) -> None:
    other = types.Tool(name="other", input_schema=OBJECT)
    (skipped,) = read_tools(ToolListing("s", "1", (tool, other))).skipped
    assert why in skipped.why
    with pytest.raises(BadInput, match="no tool that can be used"):
        read_tools(ToolListing("s", "1", (tool,)))


def test_that_two_tools_of_one_name_are_both_left_out() -> None:
    api = read_tools(ToolListing("s", "1", (listed(), listed(description="y"), listed(name="other"))))
    assert ([one.id for one in api.operations], len(api.skipped)) == (["other"], 2)


def test_that_what_nobody_sees_is_shown_to_who_decides() -> None:
    assert visible("a\u200bb\U000e0041") == "a‹U+200B›b‹U+E0041›"
    before, after = (tool_operation("s", listed(description=words)) for words in ("x", "x" + " " * 5000 + "steal"))
    (change,) = operation_changes(before, after)
    assert change == "description was “x” and is “x‹5000 blanks›steal”"
