"""What is found and looked up: customers, records, articles, tickets."""

from __future__ import annotations

from pydantic import Field

from cx_core.records import Record, Value


class Hit(Record):
    """One thing that was found. `ref` leads to it: "customer/C-4", "article/refunds", "ticket/T-9".

    What stands behind a # is the place of a passage in an article's version, see `Passage.ref`.
    """

    ref: str
    title: str
    about: str = ""

    @property
    def kind(self) -> str:
        return self.ref.partition("/")[0]


class LookupResult(Record):
    """What a search found, those of one kind together. `troubles`: what could not be searched, in words."""

    hits: tuple[Hit, ...] = ()
    troubles: tuple[str, ...] = ()


class Fact(Record):
    """A field of what was looked up; `words` as a reply would say it. A hidden one has no value."""

    name: str
    value: Value = None
    words: str = ""
    hidden: bool = False


class Stretch(Record):
    """A stretch of text of what was looked up: a section of an article, a ticket's summary."""

    heading: str
    text: str
    found: tuple[int, int] | None = Field(default=None, description="of characters in the text: the passage found")


class LookedUp(Record):
    """One thing in full, and what belongs to it."""

    hit: Hit
    facts: tuple[Fact, ...] = ()
    texts: tuple[Stretch, ...] = ()
    linked: tuple[Hit, ...] = ()
    quotable: bool = Field(default=True, description="whether its texts may go into a reply")
    changed: bool = Field(default=False, description="an article does not have the passage word for word any more")
