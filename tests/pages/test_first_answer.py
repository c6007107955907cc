"""A ticket that is answered first: nothing of the proposal is drawn until the advisor has said what they would do."""

from __future__ import annotations

from cx_core.records import Role, TaskTypeName
from tests.pages.pressing import opened, papers
from tests.scripted import LENA, SAM, Hand, letter


def test_that_an_advisor_says_first_what_they_would_do_and_then_sees_the_plan(hand: Hand) -> None:
    assert hand.desk.autonomy_levels.set_blind(SAM, TaskTypeName("callback"), 100) is None
    given = letter("Please ring me about my plan.", hand.works.clock, id="one", sender=LENA)
    id = hand.desk.inbound_messages.receive(given.replace(identity=2))
    at = opened(hand, "inbox", Role.ADVISOR, ticket=id)
    assert "Your answer first" in papers(at)
    assert "A colleague will call you" not in papers(at) + "".join(str(one.value) for one in at.text_area)
    assert not [one for one in at.button if str(one.key).startswith("approve")]
    at.selectbox(key=f"first-{id}").select("schedule_callback").run()
    assert [one.label for one in at.button if one.key == "first-more"] == ["And another action"]
    at.button(key="first-show").click().run()
    assert not at.exception
    assert "Your answer first" not in papers(at)
    assert "Schedule a callback" in papers(at)
    with hand.works.store.look() as unit:
        first = unit.trials.first(id, 1)
    assert first is not None
    assert [act.action for act in first.acts] == ["schedule_callback"]
