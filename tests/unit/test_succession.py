"""A gap stays itself when tickets join and leave it, when gaps merge and split; what was waived stays waived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cx_core.knowledge_base.articles import Answered, HealthFinding
from cx_core.knowledge_base.health.finding_records import finding
from cx_core.knowledge_base.health.gap_succession import GROWN, GROWN_BY, Succession, succeed
from cx_core.knowledge_base.health.knowledge_gaps import without
from cx_core.records import ArticleId, PersonId, TicketId

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
EARLIER = NOW - timedelta(days=3)
ED = PersonId("ed")


def tickets(words: str) -> tuple[TicketId, ...]:
    return tuple(TicketId(one) for one in words.split())


def many(prefix: str, count: int) -> str:
    return " ".join(f"{prefix}{n}" for n in range(count))


def gap(words: str, at: datetime = NOW, **given: Any) -> HealthFinding:  # noqa: ANN401  # fields of a finding
    made = finding("gap", tickets(words), f"{words}: nothing", at, tickets=tickets(words))
    return made.replace(**given)


def waived(words: str, **given: Any) -> HealthFinding:  # noqa: ANN401
    size = len(words.split())
    said = {"state": "waived", "reason": "Never", "answered_by": ED, "answered_at": EARLIER, "waived_with": size}
    return gap(words, EARLIER, **{**said, **given})


def after(before: Sequence[HealthFinding], *found: str, asked: str = "", alike: bool = False) -> Succession:
    still = frozenset(tickets(" ".join(found) + " " + asked))
    return succeed(before, [gap(one) for one in found], still, NOW, lambda _one, _other: alike)


def test_that_a_gap_keeps_itself_while_tickets_join_and_leave() -> None:
    first = gap("a b c", EARLIER, owner=ED, assigned_by=ED, draft=ArticleId("drones"))
    kept = first
    for words in ("a b c d", "b c d e", "c d e f", "e f g"):
        (kept,) = after([kept], words).now
    assert kept.tickets == tickets("e f g")
    names = ("id", "owner", "assigned_by", "draft", "found_at", "state")
    assert [getattr(kept, name) for name in names] == [getattr(first, name) for name in names]


def test_that_what_has_no_ticket_of_an_earlier_gap_is_a_new_one() -> None:
    old = gap("a b c", EARLIER)
    made = after([old], "x y z", "a b c")
    assert [one.id == old.id for one in made.now] == [False, True]
    assert not made.over


def test_that_a_waiver_holds_until_the_gap_has_grown_plainly() -> None:
    kept = waived(many("t", 10))
    for size in (11, 12, 14):
        (kept,) = after([kept], many("t", size)).now
        assert (kept.state, kept.reason, kept.waived_with) == ("waived", "Never", 10)
    (back,) = after([kept], many("t", 15)).now
    assert (back.id, back.state, back.found_at) == (kept.id, "open", NOW)
    assert back.earlier == Answered(state="waived", reason="Never", by=ED, at=EARLIER)
    assert "10 tickets" in back.again
    assert "15 now" in back.again
    assert (back.reason, back.answered_by) == ("", None)
    (still,) = after([back], many("t", 16)).now
    assert (still.state, still.again) == ("open", back.again)


def test_that_a_small_one_comes_back_only_with_some_more_tickets() -> None:
    assert GROWN * 3 < 3 + GROWN_BY
    assert after([waived("a b c")], "a b c d e f g").now[0].state == "waived"
    assert after([waived("a b c")], "a b c d e f g h").now[0].state == "open"


def test_that_a_waiver_of_tickets_that_left_counts_what_was_waived() -> None:
    (kept,) = after([waived(many("t", 10))], many("t", 4)).now
    assert (kept.state, kept.waived_with) == ("waived", 10)
    assert after([kept], f"{many('t', 4)} {many('u', 10)}").now[0].state == "waived"


def test_that_a_split_leaves_the_waiver_with_both_parts_and_together_they_are_one_again() -> None:
    old = waived(many("t", 10))
    large, small = " ".join(old.tickets[:6]), " ".join(old.tickets[6:])
    parts = after([old], large, small).now
    assert [one.state for one in parts] == ["waived", "waived"]
    assert (parts[0].id == old.id, parts[1].id == old.id) == (True, False)
    assert [one.waived_with for one in parts] == [6, 4]
    merged = after(parts, f"{large} {small} x y z q")
    assert (merged.now[0].id, merged.now[0].state, merged.now[0].waived_with) == (old.id, "waived", 10)
    (over,) = merged.over
    assert (over.id, over.state) == (parts[1].id, "resolved")
    assert over.earlier is not None


def test_that_an_open_gap_that_splits_leaves_its_owner_with_both_and_its_draft_with_one() -> None:
    old = gap("a b c d e f g", EARLIER, owner=ED, assigned_by=ED, draft=ArticleId("drones"))
    parts = after([old], "a b c d", "e f g").now
    assert [one.owner for one in parts] == [ED, ED]
    assert [one.draft for one in parts] == ["drones", None]
    assert len({one.id for one in parts}) == 2


def test_that_a_small_open_gap_goes_into_a_waived_one_and_says_so() -> None:
    old, joined = waived(many("t", 20)), gap("a b c", EARLIER)
    made = after([old, joined], f"{many('t', 20)} a b c")
    assert [(one.id, one.state) for one in made.now] == [(old.id, "waived")]
    (over,) = made.over
    assert (over.id, over.state, over.answered_by) == (joined.id, "resolved", None)
    assert "Never" in over.reason


def test_that_no_large_open_gap_is_hidden_by_a_waiver() -> None:
    old, joined = waived(many("t", 10)), gap(many("a", 8), EARLIER, owner=ED, assigned_by=ED)
    (made,) = after([old, joined], f"{many('t', 10)} {many('a', 8)}").now
    assert (made.id, made.state, made.owner) == (old.id, "open", ED)
    small = waived("a b c")
    (larger,) = after([small, joined], f"a b c {many('a', 8)}").now
    assert (larger.id, larger.state) == (joined.id, "open")
    assert larger.earlier is not None
    assert "waived" in larger.again


def test_that_two_open_gaps_become_the_larger_one() -> None:
    large, small = gap("a b c d", EARLIER), gap("x y z", EARLIER, draft=ArticleId("kites"), owner=ED, assigned_by=ED)
    made = after([small, large], "a b c d x y z")
    assert (made.now[0].id, made.now[0].draft, made.now[0].owner) == (large.id, "kites", ED)
    assert [(one.id, one.state) for one in made.over] == [(small.id, "resolved")]


def test_that_one_that_is_found_again_after_it_was_mended_says_so() -> None:
    said = {"state": "resolved", "reason": "Written", "answered_by": ED, "answered_at": EARLIER}
    old = gap("a b c", EARLIER, **said)
    (back,) = after([old], "a b c d").now
    assert (back.id, back.state, back.reason) == (old.id, "open", "")
    assert back.earlier is not None
    assert back.earlier.reason == "Written"
    assert "4 tickets" in back.again


def test_that_one_that_was_too_small_for_a_while_is_itself_again() -> None:
    closed = gap("a b c", EARLIER, state="resolved", owner=ED, assigned_by=ED, draft=ArticleId("drones"))
    (back,) = after([closed], "a b d").now
    assert (back.id, back.state, back.owner, back.draft) == (closed.id, "open", ED, "drones")
    assert back.earlier is None


@pytest.mark.parametrize("alike", [True, False])
def test_that_what_was_waived_long_ago_is_known_by_what_it_is_about(alike: bool) -> None:
    old = waived("a b c")
    (made,) = after([old], "x y z", alike=alike).now
    assert (made.id == old.id, made.state == "waived") == (alike, alike)


def test_that_a_gap_whose_tickets_went_elsewhere_is_not_the_one_they_went_to() -> None:
    old = waived("a b c d e f g h")
    (made,) = after([old], "a x y z w v", asked="b c d e f g h").now
    assert (made.id == old.id, made.state) == (False, "open")


def test_that_no_id_is_given_twice() -> None:
    first = gap("a b c", EARLIER)
    (grown,) = after([first], "a b c d e f g").now
    parts = after([grown], "a b c", "d e f g").now
    assert len({one.id for one in parts}) == 2


def test_that_an_erased_ticket_leaves_neither_itself_nor_words() -> None:
    old = waived("a b c", terms=("drone",), draft=ArticleId("drones"))
    left = without(old, tickets("a"))
    assert left is not None
    assert (left.tickets, left.terms, left.state, left.reason, left.draft) == (
        tickets("b c"),
        (),
        "waived",
        "Never",
        "drones",
    )
    assert "a b c" not in left.says
    assert without(old, tickets("a b c")) is None
