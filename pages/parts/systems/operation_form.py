"""The operations of a system as a list, and the form by which one of them is classified."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st
from pydantic import ValidationError

from cx_core.records import (
    ActionName,
    ArgumentUse,
    ClassifiedOperation,
    Connector,
    EffectProof,
    FailureSign,
    FieldUse,
    IdempotencyKey,
    PinnedTool,
    ValueFormat,
)
from cx_core.text.visible_text import visible
from cx_core.views import Refusal
from cx_core.views.channels.connector_views import ConnectorView, OperationView
from pages.parts.components import node, paper
from pages.parts.kept_fields import kept
from pages.parts.outcome import answering, say
from pages.parts.systems import operation_parts
from pages.wiring import desk, person

TYPES = ["text", "money", "date", "integer", "boolean", "items", "record"]
_NOT_KEPT = ("arguments", "fields", "save", "drop")
"""Tables and buttons."""
Row = dict[str, Any]
"""A row of a table that is edited; its columns are texts and ticks."""


def _format_row(one: ValueFormat) -> Row:
    return {
        "type": one.type, "record": one.of, "currency": one.currency, "unit": one.unit, "mark": one.decimal_mark,
        "dates": one.date_format, "yes": one.yes, "no": one.no,
    }  # fmt: skip


_ADDED: Row = {
    "use": True, "argument": "", "at": "", "name": "", "optional": False, "always": "", "currency at": "",
    **_format_row(ValueFormat()),
}  # fmt: skip
"""What a row that a person added holds where they left it empty."""


def operations(view: ConnectorView) -> None:
    """The list, and below it the form of the one that was chosen."""
    found = {one.operation.id: one for one in view.operations}
    rows = [
        {
            "Operation": one.operation.id,
            "Call": "tool" if one.operation.tool else f"{one.operation.method} {one.operation.path}",
            "Action": one.decided.action if one.decided else "",
            "Kind": one.decided.kind if one.decided else "",
            "State": _state(one, view.in_force),
        }
        for one in view.operations
    ]
    st.dataframe(rows, hide_index=True, width="stretch", key="operations")
    chosen = st.selectbox("Classify an operation", list(found), key=f"operation-{view.draft.id}")
    if chosen:
        with st.container(border=True, key="classifying"):
            _form(view.draft, found[chosen])


def _state(one: OperationView, in_force: Connector | None) -> str:
    if one.changes:
        return "changed: " + "; ".join(one.changes)
    if one.decided is None:
        return "not used"
    if one.decided.hash != one.operation.hash:
        return "classify again"
    return "in force" if in_force is not None and one.decided in in_force.classified else "classified"


def _form(draft: Connector, one: OperationView) -> None:
    seen = one.decided or one.proposed
    place = f"{draft.id}-{one.operation.id}-{one.operation.hash[:8]}"
    if one.operation.tool is not None:
        _described(one.operation.description, one.operation.tool)
    elif one.operation.description:
        st.text(one.operation.description[:600])
    if one.changes:
        paper(*(node("p", change, cls="note care small") for change in one.changes), key="paper-changes")

    def key(name: str) -> str:
        own = f"{name}-{place}"
        return own if name in _NOT_KEPT else kept(own)

    st.segmented_control(
        "It", ["read", "write"], default=seen.kind, required=True, key=key("kind"),
        format_func={"read": "looks something up", "write": "changes something"}.__getitem__,
    )  # fmt: skip
    left, right = st.columns(2)
    left.text_input("Name of the action", seen.action, key=key("action"), max_chars=60)
    right.text_input("Title", seen.title, key=key("title"), max_chars=80)
    base_arguments, base_fields = _argument_rows(one, seen), _field_rows(one, seen)
    st.markdown("**Arguments**")
    st.caption("Add a row without an argument for what is not sent, such as the money that a cancellation gives back.")
    st.data_editor(
        base_arguments, key=key("arguments"), hide_index=True, column_config=_columns(), width="stretch", num_rows="add"
    )
    st.markdown("**Fields of the answer**")
    st.caption("Add a row for what the file does not describe: where it stands, such as /payments/*/id.")
    st.data_editor(
        base_fields, key=key("fields"), hide_index=True, column_config=_columns(), width="stretch", num_rows="add"
    )
    if st.session_state[key("kind")] == "read":
        operation_parts.of_read(seen, key)
    else:
        operation_parts.of_write(seen, draft.classified, base_arguments, key)
    operation_parts.failures(seen, key)
    with st.container(horizontal=True, gap="small"):
        arguments = (draft.id, one, place, base_arguments, base_fields)
        st.button("Save", key=key("save"), type="primary", on_click=_save, args=arguments)
        if one.decided is not None:
            st.button("Do not use it", key=key("drop"), on_click=_drop, args=(draft.id, one.operation.id))


def _described(description: str, tool: PinnedTool) -> None:
    """All that a server says of a tool, since all of it is signed. What nobody sees is written out."""
    long = len(description) > 400
    st.caption("Description")
    with st.container(height=150 if long else "content", key="tool-description"):
        st.text(description or "none")
    parts = {"Takes": tool.input_schema, "Gives": tool.output_schema, "Hints": tool.annotations}
    with st.expander("Schemas and hints, as they are signed"):
        st.caption("Hints are the server’s own words about its tool. Nothing is decided by them.")
        for label, text in parts.items():
            st.caption(label)
            st.code(_laid_out(text), language=None, wrap_lines=True, height=180 if len(text) > 300 else "content")


def _laid_out(text: str) -> str:
    return visible(json.dumps(json.loads(text), indent=1, ensure_ascii=False)) if text else "not described"


def _split(text: str) -> dict[str, str]:
    parts = (part.partition("=") for part in text.split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in parts}


def _argument_rows(one: OperationView, seen: ClassifiedOperation) -> list[Row]:
    used = {use.argument: use for use in seen.arguments}
    return [
        {
            "use": argument.name in used,
            "argument": argument.name,
            "needed": argument.required,
            "name": (use := used.get(argument.name) or ArgumentUse(argument=argument.name)).called,
            **_format_row(use.format),
            "optional": use.optional,
            "always": use.fixed,
        }
        for argument in one.operation.arguments
    ] + [
        {"use": True, "argument": "", "needed": False, "name": use.name, **_format_row(use.format),
         "optional": use.optional, "always": use.fixed}
        for use in seen.arguments
        if not use.argument
    ]  # fmt: skip


def _field_rows(one: OperationView, seen: ClassifiedOperation) -> list[Row]:
    used = {use.at: use for use in seen.fields}
    known = {field.at: field.name for field in one.operation.fields}
    return [
        {
            "use": at in used,
            "at": at,
            "name": (use := used.get(at) or FieldUse(name=known.get(at, ""), at=at)).name,
            **_format_row(use.format),
            "currency at": use.currency_at,
        }
        for at in {**known, **dict.fromkeys(used)}
    ]


def _columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "use": column.CheckboxColumn(default=True, width=45),
        "argument": column.TextColumn(disabled=True, width=120),
        "at": column.TextColumn("stands at", width=120),
        "needed": column.CheckboxColumn(disabled=True, width=60),
        "name": column.TextColumn(width=110),
        "type": column.SelectboxColumn(options=TYPES, required=True, default="text", width=80),
        "record": column.TextColumn("of record", width=80),
        "currency": column.TextColumn(width=65),
        "unit": column.SelectboxColumn(options=["decimal", "minor"], required=True, default="decimal", width=70),
        "mark": column.SelectboxColumn(options=[".", ","], required=True, default=".", width=45),
        "dates": column.TextColumn(width=80),
        "yes": column.TextColumn(width=45),
        "no": column.TextColumn(width=45),
        "optional": column.CheckboxColumn(default=False, width=60),
        "always": column.TextColumn(width=70),
        "currency at": column.TextColumn(width=80),
    }


def _edited(key: str, base: list[Row]) -> list[Row]:
    """The rows as they stand in the table now."""
    state = st.session_state.get(key) or {}
    changes: dict[int, Row] = state.get("edited_rows", {})
    rows = [{**row, **changes.get(number, {})} for number, row in enumerate(base)]
    added: list[Row] = state.get("added_rows", [])
    rows += [
        {**_ADDED, **{name: value for name, value in row.items() if value is not None}}
        for row in added
        if row.get("name")
    ]
    return [{name: "" if value is None else value for name, value in row.items()} for row in rows if row["use"]]


def _format(row: Row) -> ValueFormat:
    return ValueFormat(
        type=row["type"], of=row["record"], currency=row["currency"].upper(), unit=row["unit"],
        decimal_mark=row["mark"], date_format=row["dates"], yes=row["yes"], no=row["no"],
    )  # fmt: skip


def _save(id: str, one: OperationView, place: str, arguments: list[Row], fields: list[Row]) -> None:
    """Callback: what the form says is what was decided."""
    with answering():
        try:
            decided = _decided(one, place, arguments, fields)
        except (ValidationError, ValueError) as error:
            first = error.errors()[0] if isinstance(error, ValidationError) else None
            where = ".".join(str(part) for part in first["loc"]) if first else "A number"
            say(f"{where}: {first['msg'] if first else 'is needed'}.", good=False)
            return
        made = desk().connectors.classify(person(), id, decided)
        good = not isinstance(made, Refusal)
        say(made.text if isinstance(made, Refusal) else f"{decided.title} is classified.", good=good)


def _decided(one: OperationView, place: str, arguments: list[Row], fields: list[Row]) -> ClassifiedOperation:
    def text(name: str) -> str:
        return str(st.session_state.get(f"{name}-{place}") or "").strip()

    def words(name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text(name).split(",") if part.strip())

    read = text("kind") == "read"
    kept = (one.decided or one.proposed).model_dump(include={"done", "customer_argument"})
    return ClassifiedOperation.model_validate({
        **kept,
        "operation": one.operation.id,
        "hash": one.operation.hash,
        "action": text("action"),
        "kind": text("kind"),
        "title": text("title"),
        "arguments": tuple(
            ArgumentUse(argument=row["argument"], name=row["name"], format=_format(row), optional=row["optional"],
                        fixed=row["always"])
            for row in _edited(f"arguments-{place}", arguments)
        ),
        "fields": tuple(
            FieldUse(name=row["name"], at=row["at"], format=_format(row), currency_at=row["currency at"])
            for row in _edited(f"fields-{place}", fields)
        ),
        "failure": FailureSign(at=text("failure_at"), success=words("success"), nothing=words("nothing"),
                               message_at=text("message_at")) if text("failure_at") else None,
        **({
            "record": text("record"), "records_at": text("records_at"), "id_at": text("id_at"),
            "customer_at": text("customer_at"), "finds": text("finds"),
            "pages": {"by": text("pages_by") or "none", "argument": text("pages_argument"),
                      "next_at": text("next_at"), "more_at": text("more_at")},
        } if read else {
            "words": text("words"), "told": text("told"),
            "reference_at": text("reference_at"), "money": text("money"), "risk": text("risk"),
            "reversible": bool(st.session_state.get(f"reversible-{place}")),
            "undo": text("undo") or None, "undo_arguments": _split(text("undo_arguments")),
            "undo_minutes": int(text("undo_minutes") or 0), "settles_seconds": int(text("settles") or 60),
            "key": IdempotencyKey.model_validate({
                "place": text("key_place"), "at": text("key_at"),
                "honoured": bool(st.session_state.get(f"honoured-{place}")),
            }) if text("key_place") else None,
            "proof": EffectProof(
                read=ActionName(text("proof_read")), arguments=_split(text("proof_arguments")),
                expect=_split(text("expect")), key_field=text("key_field"),
            ) if text("proof_read") else None,
        }),
    })  # fmt: skip


def _drop(id: str, operation: str) -> None:
    with answering():
        made = desk().connectors.leave_out(person(), id, operation)
        say(made.text if isinstance(made, Refusal) else "It is not used.", good=not isinstance(made, Refusal))
