"""Kinds of records of business systems, and who may be told which field."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cx_core.records import Record

_OF_AGE = frozenset(
    ("minor", "is_minor", "underage", "under_age", "age", "adult", "is_adult", "born", "birthday", "birthdate",
     "birth_date", "date_of_birth", "dob")
)  # fmt: skip
"""Fields by which a customer's record may tell an age."""


class FieldSpec(Record):
    """A field of a kind of record. `of` names the kind of record an id belongs to."""

    type: Literal["record", "money", "date", "text", "integer", "boolean", "items"]
    of: str = ""
    restricted: bool = Field(default=False, description="told only to whom is proven to be the customer")
    hidden: bool = Field(default=False, description="shown to nobody who looks it up, and put in by no macro")
    private: bool = Field(default=False, description="no language model is told, since no answer needs it")
    volatile: bool = Field(
        default=False, description="changes by itself (last seen, a counter): a plan rests on what it was, not on that"
    )


class RecordSpec(Record):
    """A kind of record of a business system. `customer` is the field that names whose it is; empty: nobody's."""

    name: str
    key: str = Field(description="the field that holds its id")
    customer: str = ""
    fields: dict[str, FieldSpec] = Field(default_factory=dict, description="besides those two; none named: any")
    called: tuple[str, ...] = Field(default=(), description="fields whose words people call it by: a name, an item")
    numbered: str = Field(
        default="",
        pattern=r"^([A-Za-z]{1,8}-?)?$",
        description="what stands before the number in its ids: with O- “order 12” is O-12, and nothing else is",
    )
    complete: bool = Field(
        default=False, description="it has no other fields than those named; set for what connected systems give"
    )

    @property
    def of_customer(self) -> bool:
        """Whether it is the customer's own record."""
        return self.customer == self.key

    @property
    def may_tell_age(self) -> bool:
        """Whether a record of this kind could say how old somebody is. Where any field is possible, it could."""
        named = {name.casefold() for name in self.fields}
        return not (named or self.complete) or not _OF_AGE.isdisjoint(named)

    @property
    def restricted(self) -> frozenset[str]:
        """The names of its fields that are."""
        return frozenset(name for name, field in self.fields.items() if field.restricted)

    @property
    def volatile(self) -> frozenset[str]:
        """The names of its fields whose change makes no plan stale."""
        return frozenset(name for name, field in self.fields.items() if field.volatile)

    @property
    def private(self) -> frozenset[str]:
        return frozenset(name for name, field in self.fields.items() if field.private)

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(name for name, field in self.fields.items() if field.hidden)
