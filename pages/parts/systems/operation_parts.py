"""The parts of the form by which an operation is classified: what belongs together stands in one row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st

from cx_core.records import ClassifiedOperation

_FINDS = {
    "": "nothing of these",
    "customers_by_address": "customers by their e-mail address",
    "customers_by_id": "a customer by their id",
    "by_text": "records by words, for the search of the desk",
}
_PAGES = {
    "none": "the answer is all there is",
    "last_id": "by the last record’s id",
    "mark": "by a mark in the answer",
    "page": "by page number",
    "offset": "by the number of records before",
}
_KEY = {"": "no key is sent", "header": "in a header", "body": "in the body", "query": "in the address"}

Keyed = Callable[[str], str]
"""The whole key of a field from its name."""


def of_read(seen: ClassifiedOperation, key: Keyed) -> None:
    """What a read gives, and how its list goes on."""
    st.markdown("**Its records**")
    _row(
        key,
        ("record", "Kind of record it gives", seen.record),
        ("records_at", "Where the records stand (pointer; empty: the answer)", seen.records_at),
    )
    _row(
        key,
        ("id_at", "Where a record’s id stands (pointer)", seen.id_at),
        ("customer_at", "Where the customer’s id stands (pointer)", seen.customer_at),
    )
    _choice("It also finds", _FINDS, seen.finds, key("finds"))
    with st.expander("More pages", expanded=seen.pages.by != "none"):
        _choice("A list goes on", _PAGES, seen.pages.by, key("pages_by"))
        _row(
            key,
            ("pages_argument", "Argument that asks for the next page", seen.pages.argument),
            ("next_at", "Where the mark of the next page stands (pointer)", seen.pages.next_at),
            ("more_at", "Where it says that there is more (pointer)", seen.pages.more_at),
        )


def of_write(
    seen: ClassifiedOperation, classified: Sequence[ClassifiedOperation], arguments: Sequence[Any], key: Keyed
) -> None:
    """What a write moves, how it is done once, what proves it, and what takes it back."""
    reads = [one.action for one in classified if one.kind == "read"]
    writes = [one.action for one in classified if one.kind == "write"]
    proof = seen.proof
    left, right = st.columns(2)
    with left:
        _one_of("Argument that is money out", [str(row["name"]) for row in arguments], seen.money, key("money"))
    with right:
        st.selectbox("Risk", ["high", "medium", "low"], ["high", "medium", "low"].index(seen.risk), key=key("risk"))
    _row(
        key,
        ("words", "What it does, with arguments in braces: Cancel order {order}", seen.words),
        ("told", "What the customer is told once it is done, such as: Order {order} is cancelled.", seen.told),
    )
    st.markdown("**Done once**")
    left, right = st.columns(2)
    with left:
        _choice("Our key is sent", _KEY, seen.key.place if seen.key else "", key("key_place"))
    right.text_input("Name of the header or argument", seen.key.at if seen.key else "", key=key("key_at"))
    honoured = seen.key is None or seen.key.honoured
    st.checkbox("The same key twice has one effect", honoured, key=key("honoured"))
    st.markdown("**Proof**")
    left, right = st.columns(2)
    with left:
        _one_of("Read that shows that it was done", reads, proof.read if proof else "", key("proof_read"))
    right.text_input(
        "Asked with (its argument = ours)", _pairs(proof.arguments if proof else {}), key=key("proof_arguments")
    )
    _row(
        key,
        ("expect", "It must show (field = argument, =word or @receipt)", _pairs(proof.expect if proof else {})),
        ("key_field", "Field that shows our key", proof.key_field if proof else ""),
    )
    _row(
        key,
        ("reference_at", "Where the answer says what it is called (pointer; empty: the proof’s id)", seen.reference_at),
        ("settles", "Seconds that a lost act may take to be seen", str(seen.settles_seconds)),
    )
    st.markdown("**Taking it back**")
    st.checkbox("It can be taken back", seen.reversible, key=key("reversible"))
    left, right = st.columns(2)
    with left:
        _one_of("Action that takes it back", [*writes, seen.action], seen.undo or "", key("undo"))
    right.text_input("Minutes in which it can be", str(seen.undo_minutes), key=key("undo_minutes"), max_chars=10)
    of_undo = "Its arguments (argument = from the receipt, or @before.field)"
    st.text_input(of_undo, _pairs(seen.undo_arguments), key=key("undo_arguments"), max_chars=300)


def failures(seen: ClassifiedOperation, key: Keyed) -> None:
    """How an answer of status 200 says that it failed."""
    sign = seen.failure
    with st.expander("Errors inside an answer that succeeded", expanded=sign is not None):
        _row(
            key,
            ("failure_at", "Where a 200 says whether it succeeded (pointer)", sign.at if sign else ""),
            ("message_at", "Where it says why it failed (pointer)", sign.message_at if sign else ""),
        )
        _row(
            key,
            ("success", "Values that mean success, by commas", ", ".join(sign.success) if sign else ""),
            ("nothing", "Values that mean that there is nothing", ", ".join(sign.nothing) if sign else ""),
        )


def _row(key: Keyed, *fields: tuple[str, str, str]) -> None:
    """Texts side by side: name, label, value."""
    for column, (name, label, value) in zip(st.columns(len(fields)), fields, strict=True):
        column.text_input(label, value, key=key(name), max_chars=300)


def _choice(label: str, options: dict[str, str], value: str, key: str) -> None:
    st.selectbox(label, list(options), list(options).index(value), key=key, format_func=options.__getitem__)


def _one_of(label: str, options: Iterable[str], value: str, key: str) -> None:
    """A choice among names, none of them among it; what was decided before is offered whatever it is."""
    names = list(dict.fromkeys(["", *filter(None, [value]), *filter(None, options)]))
    st.selectbox(label, names, names.index(value), key=key, format_func=lambda name: name or "none")


def _pairs(given: dict[str, str]) -> str:
    return "; ".join(f"{name} = {value}" for name, value in given.items())
