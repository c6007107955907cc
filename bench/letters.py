"""Letters from the sandbox's customers with their own data in them, and what in a text would give any of them away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import cycle

import sqlalchemy as sa

from cx_core.adapters.fernline import tables as fernline
from cx_core.adapters.sql.database import Engine
from cx_core.catalogue import Knowledge
from cx_core.privacy.personal_words import lexicon
from cx_core.records import Record

MATTERS = 3
"""Of how many examples a letter is made at most: each second and third one says two or three things."""


class Writer(Record):
    """A customer of the sandbox."""

    name: str
    email: str
    phone: str
    address: str
    born: date
    card: str


class Letter(Record):
    sender: str
    subject: str
    text: str


_WAYS = (
    "{matter}\n\nRegards\n{name}\n{address}\n{phone}",
    "Hello, this is {name} ({email}), born on {born:%d/%m/%Y}. {matter}",
    "{matter} I live at {address} and can be reached on {phone}. The card is the one ending {card}.",
    "Hi, {first} here. {matter} My date of birth is {day} {born:%B} {born:%Y} if you need it.",
    "{matter}\nPlease write to {email} or ring {phone}. Thanks, {first}",
    "name: {name}\naddress: {address}\ndob: {born}\ncard: **** {card}\n\n{matter}",
)


def writers(engine: Engine) -> tuple[Writer, ...]:
    """Every customer of the sandbox who has a payment card."""
    customer, payment = fernline.customer, fernline.payment
    query = (
        sa.select(customer, sa.func.max(payment.c.card_last4).label("card"))
        .join(payment, payment.c.customer == customer.c.number)
        .where(payment.c.card_last4.is_not(None))
        .group_by(customer.c.number)
        .order_by(customer.c.number)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).mappings()
        return tuple(Writer(**{name: row[name] for name in Writer.model_fields}) for row in rows)


def letters(knowledge: Knowledge, people: Sequence[Writer], most: int) -> Iterator[Letter]:
    """`most` of them: the task types' examples in turn, each customer in turn, in every way of writing."""
    kinds = [cycle(task_type.examples) for task_type in knowledge.task_types.values()]
    senders, ways, turns = cycle(people), cycle(_WAYS), cycle(kinds)
    for number in range(most):
        who = next(senders)
        matter = " ".join(next(next(turns)) for _ in range(1 + number % MATTERS))
        first = who.name.split()[0]
        text = next(ways).format(**who.model_dump(), first=first, day=who.born.day, matter=matter)
        yield Letter(sender=who.email, subject=f"{first}: a question" if number % 4 == 0 else "", text=text)


def giveaways(engine: Engine) -> re.Pattern[str]:
    """What tells of any customer, as it is written: whole words, however capitalised."""
    found: set[str] = set()
    with engine.connect() as connection:
        for row in connection.execute(sa.select(fernline.customer)).mappings():
            born: date = row["born"]
            found |= {row["name"], row["email"], row["phone"], row["address"], row["address"].split(",")[0]}
            found |= {born.isoformat(), f"{born.day} {born:%B} {born.year}", born.strftime("%d/%m/%Y")}
            found |= {re.sub(r"\s", "", row["phone"])}
            found |= {part for part in row["name"].split() if part.casefold() not in lexicon().plain}
        cards = connection.execute(sa.select(fernline.payment.c.card_last4).distinct()).scalars()
        found |= {lead + card for card in cards if card for lead in ("ending ", "**** ", "ending in ")}
    words = "|".join(map(re.escape, sorted(filter(None, found))))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
