"""What an answer to our own question takes up: what was put, what it offered, and which of that the customer chose.

Where the last thing we said asks something, the words before it are still open, and "2", "the late one", "Tuesday" or
"yes" say as much as what was put to them. It is given back as words of theirs, in the place where it stands in ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from cx_core.records import Message, MessageId
from cx_core.service_rules.unread_messages import to_read
from cx_core.text.agreeing import declines, identifies, is_open, offers, takes_up
from cx_core.text.segments import MOST_READ, own_words
from cx_core.text.spans import Span
from cx_core.understand.offered_options import Offered, asks_other, chosen, named, options, other

_NONE = re.compile(r"\b(?:neither|none of (?:them|those|these)|not either)\b", re.I)
"""It rules out all that was offered so far: nothing said later chooses of it."""

MOST_TURNS = 4
"""So many of our questions are gone back over."""

Verdict = Literal["", "yes", "no"]


class OpenTalk(NamedTuple):
    """`said` are the customer's words, oldest first: those that our open questions go back to, the new ones, and what
    of ours they took up, each behind the words that took it. `earlier` counts those before the new ones.

    `put` is the last question of ours that the new words answer. `agreed` is a question of ours that they said yes to
    last, or chose from; `declined` are those that they said no to. `answer` is what they said to the last one: "yes",
    "no", or what they chose, in our words; `left` is what they then did not choose. `asked` are all questions of ours
    that were gone back over, oldest first, each with the message of theirs that answers it first.
    """

    said: tuple[Message, ...]
    new: tuple[Message, ...]
    taken: frozenset[str] = frozenset()
    agreed: str = ""
    declined: tuple[str, ...] = ()
    put: str = ""
    answer: str = ""
    left: tuple[str, ...] = ()
    answers: bool = False
    asked: tuple[tuple[MessageId, str], ...] = ()


def answered(messages: Sequence[Message], zone: str) -> OpenTalk:
    """The newest words of a conversation with what they answer; `zone` says which day "tomorrow" is."""
    new = to_read(messages)
    blocks = _open_blocks(messages, new, zone)
    said: list[Message] = []
    taken: set[str] = set()
    agreed, declined, said_to_it = "", list[str](), ""
    left: tuple[str, ...] = ()
    offers: list[tuple[Message, tuple[Offered, ...]]] = []
    for put, words in blocks:
        agreed, said_to_it, left = "", "", ()
        said += words
        if put is None:
            continue
        offers.append((put, options(put.text[:MOST_READ], _day(put, zone))))
        answer = own_text(words)
        choice = _choice(offers, answer, zone)
        if choice is not None:
            message, spans, (said_to_it, *rest) = choice
            said = [one for one in said if one.id != message.id]  # what they choose last of one offer counts
            said.append(_only(message, spans))
            taken.add(message.id)
            agreed, left = message.text, tuple(rest)
        elif _NONE.search(answer):
            said_to_it = "no"
            offers.clear()
        elif len(offers[-1][1]) < 2 and takes_up(put.text, answer):
            said.append(put.replace(sender="customer"))
            taken.add(put.id)
            agreed, said_to_it = put.text, "yes"
        elif declines(put.text, answer):
            said_to_it = "no"
            if len(offers[-1][1]) < 2 and not identifies(put.text) and not asks_other(answer):
                declined.append(put.text)
    return OpenTalk(
        said=tuple(said),
        new=new,
        taken=frozenset(taken),
        agreed=agreed,
        declined=tuple(declined),
        put=next((put.text for put, _ in reversed(blocks) if put is not None), ""),
        answer=said_to_it,
        left=left,
        answers=len(blocks) > 1,
        asked=tuple((words[0].id, put.text) for put, words in blocks if put is not None and words),
    )


def _day(message: Message, zone: str) -> date:
    return message.at.astimezone(ZoneInfo(zone)).date()


def own_text(words: Sequence[Message]) -> str:
    """What they wrote now, without greetings, quoted mail and signatures."""
    return "\n".join(part.of(message.text) for message in words for part in own_words(message.text[:MOST_READ]))


def _open_blocks(
    messages: Sequence[Message], new: Sequence[Message], zone: str
) -> list[tuple[Message | None, tuple[Message, ...]]]:
    """Question and answer, oldest first; the first has no question, or one that is not gone behind."""
    blocks: list[tuple[Message | None, tuple[Message, ...]]] = []
    answer = tuple(new)
    ids = {message.id for message in new}
    before = list(messages[: next((n for n, one in enumerate(messages) if one.id in ids), len(messages))])
    turns = [(ours, tuple(block)) for ours, block in groupby(before, lambda message: message.sender != "customer")]
    while turns and turns[-1][0] and len(blocks) < MOST_TURNS:
        put = turns.pop()[1]
        whole = put[-1] if len(put) == 1 else next((one for one in reversed(put) if _open(one, zone)), put[-1])
        if not _open(whole, zone):
            break
        blocks.append((whole, answer))
        answer = turns.pop()[1] if turns else ()
    blocks.append((None, answer))
    return blocks[::-1]


def _open(put: Message, zone: str) -> bool:
    """Whether a message of ours asks something, or names what can be chosen."""
    text = put.text[:MOST_READ]
    return is_open(text) or (offers(text) and len(options(text, _day(put, zone))) > 1)


def _choice(
    offers: Sequence[tuple[Message, tuple[Offered, ...]]], answer: str, zone: str
) -> tuple[Message, tuple[Span, ...], tuple[str, ...]] | None:
    """What they took of the newest offer that leaves a choice: the places of the rest, and the words of it and those.

    "The other" is the one that what we put after the offer did not speak of.
    """
    for put, offered in reversed(offers):
        if len(offered) > 1:
            texts = [one.of(put.text) for one in offered]
            out = named(texts, offers[-1][0].text) if offers[-1][0] is not put else None
            at = other(len(offered), out, answer)
            if at is None and not (asks_other(answer) and declines(offers[-1][0].text, answer)):
                at = chosen([one.key for one in offered], texts, answer, _day(put, zone))
            if at is not None:
                own = offered[at].spans
                rest = tuple(span for n, one in enumerate(offered) if n != at for span in one.spans if span not in own)
                return put, rest, (texts[at], *texts[:at], *texts[at + 1 :])
    return None


def _only(message: Message, left_out: Sequence[Span]) -> Message:
    """The message as the customer's words, with blanks in the place of what they did not take."""
    text = message.text
    for span in left_out:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return message.replace(sender="customer", text=text)
