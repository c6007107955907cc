"""The floor bench notices what goes missing: a lost click, lost text, a message sent twice, an element that left."""

from __future__ import annotations

import json

import httpx2
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from bench.floor.ledger import Click, Kept, Ledger, Typed, figures, lost_clicks, lost_texts, sent_twice
from bench.floor.screen import Screen
from bench.floor.tab import Tab
from cx_core.records import PersonId, TicketId

ONE, INES = TicketId("T-1"), PersonId("P-ines")
NOTHING = Kept(frozenset(), {}, ())


def test_that_an_approve_without_an_answer_is_lost() -> None:
    assert lost_clicks([Click((ONE, 1, INES))], NOTHING)


def test_that_an_approve_shown_and_not_kept_is_lost_whatever_was_said() -> None:
    assert lost_clicks([Click((ONE, 1, INES), shown=True, words="Approved.")], NOTHING)


def test_that_an_approve_kept_or_refused_in_words_is_not_lost() -> None:
    kept = Kept(frozenset({(ONE, 1, INES)}), {}, ())
    assert not lost_clicks([Click((ONE, 1, INES)), Click((ONE, 2, INES), words="Somebody else has it.")], kept)
    assert lost_clicks([Click((ONE, 2, INES))], kept), "an approval of another version is not this one"


def test_that_an_approve_of_the_proposal_that_came_while_they_typed_is_kept_once() -> None:
    click, newer = Click((ONE, 1, INES), shown=True), Kept(frozenset({(ONE, 2, INES)}), {}, ())
    assert not lost_clicks([click], newer)
    assert lost_clicks([click, click], newer), "one approval is not the answer to two clicks"
    assert lost_clicks([Click((ONE, 1, PersonId("P-callum")), shown=True)], newer), "nor to somebody else's"


def test_that_text_in_no_place_of_its_ticket_is_lost() -> None:
    elsewhere = Kept(frozenset(), {TicketId("T-2"): ("so zq1a",), ONE: ("Dear Grace",)}, ())
    assert lost_texts([Typed(ONE, "zq1a")], elsewhere) == ["zq1a of T-1"]
    assert not lost_texts([Typed(ONE, "zq1a")], Kept(frozenset(), {ONE: ("Dear Grace zq1a",)}, ()))
    assert not lost_texts([Typed(ONE, "zq1a", words="Callum has this ticket.")], NOTHING)


def test_that_text_in_two_messages_was_sent_twice() -> None:
    assert sent_twice([Typed(ONE, "zq1a")], Kept(frozenset(), {}, ("a zq1a", "b zq1a"))) == ["zq1a"]
    assert not sent_twice([Typed(ONE, "zq1a")], Kept(frozenset(), {}, ("a zq1a", "b")))


def test_that_figures_count_what_went_wrong() -> None:
    ledger = Ledger(clicks=[Click((ONE, 1, INES))], texts=[Typed(ONE, "zq1a")], errors=["HTTP 500"])
    ledger.waited("open", 0.25)
    found = figures(ledger, NOTHING)
    assert (found["lost_clicks"], found["lost_texts"], found["errors"], found["sent_twice"]) == (1, 1, 1, 0)
    assert (found["open.n"], found["open.p50_ms"], found["open.max_ms"]) == (1, 250.0, 250.0)


def _message(run: str, *fragments: str) -> ForwardMsg:
    made = ForwardMsg()
    made.metadata.run.script_run_id = run
    made.metadata.run.fragment_ids.extend(fragments)
    return made


def _run(screen: Screen, run: str, drawn: dict[int, str], fragment: str = "") -> None:
    """A whole run, or one of a fragment, that draws buttons with these keys in these places."""
    began = _message(run, *([fragment] if fragment else []))
    began.new_session.page_script_hash = "p"
    screen.apply(began)
    for place, key in drawn.items():
        one = ForwardMsg()
        one.metadata.delta_path.extend([0, place])
        one.delta.new_element.button.id = f"$$ID-0a1b-{key}"
        one.delta.fragment_id = fragment
        screen.apply(one)
    ended = _message(run, *([fragment] if fragment else []))
    ended.script_finished = (
        ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY if fragment else ForwardMsg.FINISHED_SUCCESSFULLY
    )
    assert screen.apply(ended)


def test_that_what_a_run_does_not_draw_again_is_gone_and_the_rest_of_the_page_stays() -> None:
    screen = Screen()
    _run(screen, "r1", {0: "outside"})
    _run(screen, "r2", {1: "approve", 2: "reject"}, fragment="f")
    assert (screen["outside"], screen["approve"]) != (None, None)
    _run(screen, "r3", {1: "withdraw"}, fragment="f")
    assert screen["outside"] is not None
    assert screen["withdraw"] is not None
    assert (screen["approve"], screen["reject"]) == (None, None)
    _run(screen, "r4", {0: "outside"})
    assert screen["withdraw"] is None


def test_that_words_typed_into_an_area_go_with_it() -> None:
    def told(draws: bool, puts_in: str = "") -> None:
        began, drawn, ended = _message("r"), ForwardMsg(), _message("r")
        drawn.metadata.delta_path.extend([0, 0])
        drawn.delta.new_element.text_area.id = "$$ID-0a1b-draft"
        drawn.delta.new_element.text_area.default = "Dear Grace"
        drawn.delta.new_element.text_area.value = puts_in
        drawn.delta.new_element.text_area.set_value = bool(puts_in)
        began.new_session.page_script_hash = "p"
        began.metadata.run.script_run_id = "drawn" if draws else "gone"
        ended.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
        for message in (began, *([drawn] if draws else []), ended):
            tab.take(message)

    tab = Tab("http://127.0.0.1", httpx2.AsyncClient(), lambda *_: None)
    told(draws=True)
    tab.type("draft", "Dear Grace, mine")
    told(draws=True)
    assert tab.value("draft") == "Dear Grace, mine"
    told(draws=False)
    told(draws=True)
    assert tab.value("draft") == "Dear Grace"
    told(draws=True, puts_in="Dear Grace, theirs")
    assert tab.value("draft") == "Dear Grace, theirs"
    tab.type("draft", "Dear Grace, theirs and mine")
    told(draws=True)
    assert tab.value("draft") == "Dear Grace, theirs and mine"


def test_that_typed_words_are_told_with_the_draft_that_they_began_from() -> None:
    drawn, ended = ForwardMsg(), _message("r")
    data = {"ticket": "T-1", "version": 2, "area": "draft-T-1-2", "revision": 3, "since": 0}
    drawn.delta.new_element.bidi_component.id = "$$ID-0a1b-watch"
    drawn.delta.new_element.bidi_component.json = json.dumps(data)
    ended.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    tab = Tab("http://127.0.0.1", httpx2.AsyncClient(), lambda *_: None)
    tab.take(drawn)
    told = tab.typed("Dear Grace")
    assert told == {"ticket": "T-1", "version": 2, "area": "draft-T-1-2", "revision": 3, "text": "Dear Grace"}


def test_that_an_exception_on_the_page_is_an_error() -> None:
    screen, message = Screen(), ForwardMsg()
    message.delta.new_element.exception.type = "KeyError"
    screen.apply(message)
    assert screen.errors == ["KeyError: "]
