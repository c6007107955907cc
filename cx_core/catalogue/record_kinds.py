"""Kinds of records of business systems, and who may be told which field."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from cx_core.records import Record

_OF_AGE = frozenset(
    ("minor", "minors", "underage", "under", "over", "age", "ages", "aged", "adult", "adults", "youth", "child",
     "children", "born", "birth", "birthday", "birthdate", "bday", "dob")
)  # fmt: skip
"""Words in a field's name by which a customer's record may tell an age."""
_AGE_STEMS = ("minor", "underage", "adult", "birth")
"""Those that tell it inside a longer word too, such as "isminor". Not "age", which is in "language" and "page"."""
_LIMIT_OF_AGE = re.compile(r"(over|under)[\W_]*\d")
_WORD = re.compile(r"[^\W\d_]+")
_CAMEL_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")


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
        return not (self.fields or self.complete) or any(map(_names_age, self.fields))

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


def _names_age(field: str) -> bool:
    """Return whether a field of this name may tell an age. A name that only looks like it counts, because a customer
    who is wrongly taken for a minor costs an approval, and one who is wrongly taken for an adult is not protected."""
    words = {word.casefold() for pattern in (_WORD, _CAMEL_WORD) for word in pattern.findall(field)}
    joined = "".join(_WORD.findall(field)).casefold()  # customerDoB is split into customer_do_b where names are made
    return (
        not _OF_AGE.isdisjoint(words)
        or any(stem in word for stem in _AGE_STEMS for word in words)
        or _LIMIT_OF_AGE.search(field.casefold()) is not None
        or joined.startswith("dob")
        or joined.endswith("dob")
    )
