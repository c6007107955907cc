"""What is written in the shorthand of chats is read as what it stands for. "Now" is Wednesday 25 November 2026."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from cx_core.decide.last_check.clauses import clauses, plain
from cx_core.decide.last_check.days import said_days
from cx_core.decide.remedies import plain_words
from cx_core.records import Message, MessageId, TicketId, TimeWish
from cx_core.search import question_reading
from cx_core.text.agreeing import agrees, declines, only_agrees, takes_up
from cx_core.text.code_denial import denies_code
from cx_core.text.dates import dates
from cx_core.text.person_wish import asks_for_person, tells_of_self
from cx_core.text.plain_yes import plain_yes
from cx_core.text.shorthand import written_out
from cx_core.text.time_spelling import respelled
from cx_core.understand.denials import denials
from cx_core.understand.open_question import answered
from cx_core.understand.stance.conditional_orders import ordered_if_so
from cx_core.understand.stance.taken_option import chosen
from cx_core.understand.time_wishes import time_wishes
from cx_core.understand.times.spoken_hours import spoken_hours

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY = NOW.date()
PUT = "Shall I cancel the visit on Friday 4 December, or would you like to keep it?"
WAYS = {
    "you": ("u", "ya"),
    "your": ("ur",),
    "are": ("r",),
    "and": ("n", "nd"),
    "please": ("pls", "plz"),
    "thanks": ("thx", "thnx"),
    "because": ("cos", "cuz"),
    "though": ("tho",),
    "before": ("b4",),
    "tomorrow": ("2moro", "tmrw"),
    "tonight": ("2nite",),
    "today": ("2day",),
    "people": ("ppl",),
    "somebody": ("sb",),
    "want to": ("wanna",),
    "going to": ("gonna",),
    "give me": ("gimme",),
    "let me": ("lemme",),
    "through": ("thru",),
}
SENTENCES = (
    "I don't want to cancel, I'm only asking what it costs",
    "can you move it to tomorrow please",
    "I can't do tuesday and I won't be in before 5 tonight",
    "Friday isn't any good because I'm away, thursday's fine though",
    "I'll be home tomorrow after 3, we're out on friday",
    "anything but friday please, I'd like monday",
    "it's not before 4 december that I'm back",
    "that's right, thanks",
    "yes please",
    "yes, you can go ahead and cancel it",
    "no, don't cancel it, I haven't decided",
    "I'd rather you didn't, please leave it as it is",
    "if you can do that then please do it",
    "if it's possible then give me the earlier one please",
    "it isn't urgent, let's leave it until monday",
    "you are sending the wrong one and I'm not happy",
    "I didn't ask for a code and that wasn't me",
    "I've never asked for this code",
    "I want to speak to somebody real, let me talk to people",
    "I don't need to speak to a person, I'm fine",
    "what's your phone number and when are you open today?",
    "why hasn't it come though, I've paid and you're late",
    "it's the second one please",
    "hang on, I'll just check",
    "you shouldn't have charged me, I wasn't told, it doesn't add up and I couldn't ring",
    "I'm going to be through by 6 tonight, don't call me before then",
)
LEFT_ALONE = (
    "Its box is dented and the lid has lost its shine",
    "My wife is ill, she fell ill on Monday and is ill at home",
    "Mentally ill people ring the clinic. The ill effects, ill health.",
    "My ID is 4, the id number is on it; please check id and name",
    "Mr R Smith, R. Jones, N Brown and U. Olsen of R&D, W/C 4 May, N/A",
    "Mail u@r.example or n.r@ur.example, see www.r.example/u?n=r",
    "plan-r, u-bend, 5/n, #r and £n; R2 and U2",
    "the landlord lets rooms and she lets me stay",
    "my husbands car, well hell were we ever in a shed, wed in May",
    "the wi fi is off again, begin at the cabin in Berlin, log in as admin, ACCT BC and GIS",
    "Mrs Wen Li, Dat Nguyen, Wat Tyler Road, my dog Giz",
)


def short(text: str, way: int) -> str:
    """The sentence as it is typed in a chat."""
    for word, ways in WAYS.items():
        text = re.sub(rf"\b{word}\b(?!')", ways[way % len(ways)], text)
    return re.sub(r"(?<=[a-zA-Z])'(?=[a-z])(?<!we.)(?<!day.)", "", text)


CASES = [(text, written) for text in SENTENCES for way in (0, 1) if (written := short(text, way)) != text]


def message(text: str, number: int = 0, sender: str = "customer") -> Message:
    made = {"id": MessageId(f"m{number}"), "ticket": TicketId("T-1"), "sender": sender, "text": text, "at": NOW}
    return Message.model_validate(made)


def wishes(text: str) -> list[TimeWish]:
    return list(time_wishes([message(text)], "Europe/London"))


def talked(text: str) -> object:
    talk = answered([message("When is it?"), message(PUT, 1, "advisor"), message(text, 2)], "Europe/London")
    return talk.answer, talk.agreed, talk.declined, len(talk.taken), talk.open_choice, talk.which, talk.times


READERS: dict[str, Callable[[str], object]] = {
    "plain words": plain,
    "clauses": lambda text: [(one.plain, one.sentence, one.asked) for one in clauses(text)],
    "time wishes": lambda text: [one.model_dump(exclude={"text", "start", "end"}) for one in wishes(text)],
    "hours": lambda text: [
        one.model_dump(exclude={"words", "text", "start", "end"}) for one in spoken_hours([message(text)], frozenset())
    ],
    "dates": lambda text: {one.value for one in dates(text, TODAY)},
    "last check's days": lambda text: [(one.first, one.last) for one in said_days(text, TODAY, frozenset())],
    "yes": lambda text: (agrees(PUT, text), takes_up(PUT, text), only_agrees(text), declines(PUT, text)),
    "plain yes": lambda text: plain_yes(text, "cancel visit", put=PUT),
    "a person": lambda text: (asks_for_person(text), tells_of_self(text)),
    "a code": denies_code,
    "denials": lambda text: [one.plain for one in denials(text)],
    "condition": lambda text: ordered_if_so(text, 0.9),
    "option": lambda text: chosen(["", ""], ["the red lamp", "the blue phone"], text, TODAY),
    "remedies": plain_words,
    "question": lambda text: question_reading.read(text, lambda words: words.casefold().split())[1:],
    "answer": talked,
}


@pytest.mark.parametrize(("text", "written"), CASES, ids=[written for _, written in CASES])
def test_that_shorthand_is_read_as_what_it_stands_for(text: str, written: str) -> None:
    assert plain(written_out(written).text) == plain(text)
    for name, read in READERS.items():
        assert read(written) == read(text), name


@pytest.mark.parametrize(
    ("short_text", "whole"),
    [
        ("just askin, wot wud it cost", "just asking, what would it cost"),
        ("it's comin nxt week, giz a shout wen its here", "it's coming next week, give us a shout when it's here"),
        ("can sum1 ring me, off since yday", "can someone ring me, off since yesterday"),
        ("summat is wrong with my pw, can u send smth", "something is wrong with my password, can you send something"),
    ],
)
def test_that_words_typed_as_they_are_said_are_written_out(short_text: str, whole: str) -> None:
    assert written_out(short_text).text == whole


@pytest.mark.parametrize("text", [*LEFT_ALONE, *SENTENCES])
def test_that_other_words_stay_as_they_are(text: str) -> None:
    assert written_out(text).text == text


@pytest.mark.parametrize("written", [written for _, written in CASES])
def test_that_places_are_those_of_what_was_written(written: str) -> None:
    for spelt in (written_out(written), respelled(written)):
        for word in re.finditer(r"\S+", written):
            start, end = spelt.now(word.start()), spelt.now(word.end())
            assert spelt.place(start, end) == word.span()
    for wish in wishes(written):
        assert wish.text == written[wish.start : wish.end]
    for clause in clauses(written):
        assert clause.text in written


def test_that_capitals_are_read_too() -> None:
    assert plain("R u there? U said so. CAN U SEND IT PLS N THX") == plain(
        "Are you there? You said so. CAN YOU SEND IT PLEASE AND THANKS"
    )


@pytest.mark.parametrize(
    "text",
    [
        *("my COS order", "SB Smith ordered it", "the PPL invoice", "we live at B4 7RT", "paper size B4", "W/O 12345"),
        *(
            "J. r. Smith",
            "flat n, 12 High Street",
            "the plug type n broke",
            "my order id like O-1",
            "customer id also 44",
        ),
    ],
)
def test_that_names_and_codes_stay_as_they_are(text: str) -> None:
    assert written_out(text).text == text


@pytest.mark.parametrize("text", ["Tomorrow Eve will be home", "Monday Eve Smith comes"])
def test_that_a_name_is_no_evening(text: str) -> None:
    assert respelled(text).text == text
