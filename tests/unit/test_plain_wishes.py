"""Wishes that grammar tells from refusals: over ways of wishing, things, and what turns a wish round."""

from __future__ import annotations

import numpy as np
import pytest

from cx_core.understand.stance.plain_wishes import ENOUGH, as_request, as_wish, asks_for_sending, plainly_wishes

WISHES = (
    "I'd like {}",
    "we would like {}",
    "I’d rather have {}",
    "and I'd really prefer {}",
    "I want {}",
    "I just need {}",
    "I was hoping for {}",
    "What I want is {}",
    "all I'm after is {}",
    "could I please have {}",
    "we could do with {}",
)
THINGS = ("a new one", "another pair", "my money back", "a voucher")
TURNED = (
    "I'd rather not have {}",
    "I don't want {}",
    "I'd like no more of this, and never {}",
    "I'd prefer anything rather than {}",
    "I want to get rid of {}",
    "I'd like you to keep {}",
    "I'd like to send back {}",
    "I'd like {} left as it is",
    "I need you to stop {}",
    "I'd like {} if nothing else can be done",
    "I'd like to know whether {} would be free",
    "I need to know about {}",
    "I'd like to know what {} would cost",
    "I expect {} would only do the same",
    "I'd like to thank you for {}",
    "I'd like to think about {} first",
    "I'd like {} scrapped",
    "I'd like you to skip {}",
    "I need {} like a hole in the head",
    "I'd like {} once the engineer has been",
    "I'd like {} provided that it is free",
    "could I have {} after thirty days?",
    "I was expecting {}",
    "I'm fine with {}",
    "I want {} and you keep ignoring it, so forget it",
)
ELSE = (
    "I like {}",
    "we love {}",
    "I was sent {}",
    "{} is no use",
    "I had hoped it was {}",
    "happy with the last one, {}",
)
ACTS = ("asks", "refuses", "tells", "wants")
REMEDIES = ("neither", "not_sent_again", "sent_again")


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("words", WISHES)
def test_that_words_that_begin_as_a_wish_does_are_one(words: str, thing: str) -> None:
    assert plainly_wishes(words.format(thing))
    assert plainly_wishes(f"{words.format(thing)} please.")


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("words", [*TURNED, *ELSE])
def test_that_a_wish_turned_round_and_what_is_no_wish_are_left_to_their_sense(words: str, thing: str) -> None:
    assert not plainly_wishes(words.format(thing))


@pytest.mark.parametrize("down", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("up", [0.0, 0.05, 0.6])
def test_that_a_wish_for_a_remedy_refuses_nothing_and_loses_no_probability(up: float, down: float) -> None:
    acts = np.array([0.1, 0.6, 0.2, 0.1], dtype=np.float32)
    ways = np.array([1 - up - down, down, up], dtype=np.float32)
    does, sought = as_wish(acts, ways, ACTS, REMEDIES)
    assert does.sum() == pytest.approx(acts.sum())
    assert sought.sum() == pytest.approx(ways.sum())
    if up + down < ENOUGH:
        assert (does.tolist(), sought.tolist()) == (acts.tolist(), ways.tolist())
    else:
        assert does[ACTS.index("refuses")] == sought[REMEDIES.index("not_sent_again")] == 0
        assert sought[REMEDIES.index("sent_again")] == pytest.approx(up + down)
        assert does[ACTS.index("wants")] == pytest.approx(0.8)
        assert does[ACTS.index("tells")] == pytest.approx(0.2), "what is told is no order"
    assert acts[1] == pytest.approx(0.6), "what was given stays as it was"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("is there a guide you can send", True),
        ("Do you have a label that you could mail me?", True),
        ("have you got something u can text me", True),
        ("is there a morning free that week", False),
        ("can you see when it was sent", False),
        ("do you have a shop in town?", False),
        ("I've got nothing you can send me", False),
        ("are there mails you might send me that I can stop", False),
        ("is there a parcel that you could send back", False),
        ("is there a charge? You can send the bill", False),
    ],
)
def test_that_asking_whether_there_is_one_to_be_sent_is_a_request(text: str, asked: bool) -> None:
    assert asks_for_sending(text) == asked
    acts = ("wants", "asks", "tells")
    does = as_request(np.array([0.1, 0.8, 0.1], np.float32), acts)
    assert acts[int(does.argmax())] == "wants"
    assert does.sum() == pytest.approx(1)
