"""One act upon many things: the thing decides what is meant, and a slip of the pen invents nothing."""

from __future__ import annotations

from itertools import product

from tests.integration.generated.conftest import Process, Result, Said, wrong_share

MARIA, HANNAH, WILL, KATE = (
    "maria.keller@example.com",
    "hannah.moore@example.com",
    "will.tanner@example.org",
    "kate.lund@example.org",
)
MEANT: tuple[tuple[str, str, str, set[str]], ...] = (
    (MARIA, "move", "the engineer's visit on Thursday to another day", {"reschedule_installation"}),
    (HANNAH, "move", "the delivery of my order O-34 to another day", {"change_delivery_date"}),
    (MARIA, "cancel", "the engineer's visit on Thursday", {"cancel_installation"}),
    (HANNAH, "cancel", "my order O-34", {"cancel_order"}),
    (HANNAH, "cancel", "my broadband contract", {"cancel_service"}),
    (HANNAH, "change", "the delivery address of my parcel O-34", {"change_delivery_address"}),
    (HANNAH, "change", "the address on my account", {"contact_details"}),
    (HANNAH, "change", "my plan to Fibre 150", {"plan_change"}),
    (HANNAH, "send", "me a copy of my invoice", {"invoice_copy"}),
    (HANNAH, "return", "the router that came in order O-33", {"return_item"}),
    (HANNAH, "set up", "my new router", {"router_setup"}),
)
"""Who asks, the act, the thing, and what is meant by both."""
PHRASES = (
    "Please {} {}.",
    "Hello, I would like to {} {}. Thanks",
    "Could you help me {} {}?",
    "I need to {} {} please",
    "hi can i {} {}",
    "I want to {} {}.",
)
BROKEN = (
    ("the router from order O-33", {"damaged_item"}),
    ("the Fernline Hub 6 router in order O-33", {"damaged_item"}),
)
BROKEN_PHRASES = (
    "{} arrived with a cracked case.",
    "{} came broken in the box.",
    "When I unpacked it, {} was smashed.",
)


def sure(result: Result) -> set[str]:
    return {goal["task_type"] for goal in result["goals"] if goal["sure"]}


def test_that_the_thing_decides_what_is_meant(process: Process) -> None:
    said = [
        (Said(phrase.format(act, thing), who), meant) for (who, act, thing, meant), phrase in product(MEANT, PHRASES)
    ]
    said += [(Said(phrase.format(thing), HANNAH), meant) for (thing, meant), phrase in product(BROKEN, BROKEN_PHRASES)]
    results = process([one for one, _ in said])
    wrong = [
        f"{sorted(sure(r))} {one.text!r}" for (one, meant), r in zip(said, results, strict=True) if sure(r) - meant
    ]
    right = [sure(r) == meant for (_, meant), r in zip(said, results, strict=True)]
    unmet = [
        f"{sorted(sure(r))} {one.text!r}" for (one, meant), r in zip(said, results, strict=True) if sure(r) != meant
    ]
    assert len(wrong) <= 0.05 * len(said), wrong_share(wrong, len(said))
    assert sum(right) >= 0.9 * len(said), wrong_share(unmet, len(said))


def slips(text: str) -> list[str]:
    """The text with one letter dropped or doubled in one of its longer words, for each of them."""
    words = text.split(" ")
    made = []
    for number, word in enumerate(words):
        if len(word) > 4 and word.isalpha():
            middle = len(word) // 2
            for slip in (word[:middle] + word[middle + 1 :], word[:middle] + word[middle] + word[middle:]):
                made.append(" ".join([*words[:number], slip, *words[number + 1 :]]))
    return made


def test_that_one_wrong_letter_invents_nothing(process: Process) -> None:
    said = [
        (Said(slip, who), meant) for who, act, thing, meant in MEANT for slip in slips(PHRASES[1].format(act, thing))
    ]
    results = process([one for one, _ in said])
    invented = [
        f"{sorted(sure(r) - meant)} {one.text!r}"
        for (one, meant), r in zip(said, results, strict=True)
        if sure(r) - meant
    ]
    lost = [f"{one.text!r}" for (one, meant), r in zip(said, results, strict=True) if not meant <= sure(r)]
    assert len(invented) <= 0.03 * len(said), wrong_share(invented, len(said))
    assert len(lost) <= 0.1 * len(said), wrong_share(lost, len(said))


NOBODYS = {
    "visit": (HANNAH, ("my engineer's visit", "the technician's appointment", "my installation appointment")),
    "parcel": (MARIA, ("my parcel", "the delivery of my order", "my order")),
}
"""Things, who has none of the kind but one of the other, and what they are called."""
ACTS = {
    "visit": (("move {} to Friday", "reschedule_installation"), ("cancel {}", "cancel_installation")),
    "parcel": (("move {} to Friday", "change_delivery_date"), ("cancel {}", "cancel_order")),
}


def test_that_a_thing_they_do_not_have_is_replaced_by_no_other(process: Process) -> None:
    said = [
        (Said(phrase.format(act.format(thing)), who), meant)
        for kind, (who, things) in NOBODYS.items()
        for thing, (act, meant), phrase in product(things, ACTS[kind], ("Please {}.", "Hello, could you {}? Thanks"))
    ]
    results = process([one for one, _ in said])
    other = {"reschedule_installation", "cancel_installation"}, {"change_delivery_date", "cancel_order"}
    replaced = [
        f"{sorted(sure(r))} {[step['action'] for step in r['steps']]} {one.text!r}"
        for (one, meant), r in zip(said, results, strict=True)
        if r["steps"] or any(meant in kind and sure(r) - kind for kind in other)
    ]
    assert not replaced, wrong_share(replaced, len(said))


def test_that_words_that_name_no_thing_are_of_the_one_they_have(process: Process) -> None:
    texts = ("Could the man come on Friday instead?", "Can you come on Friday instead?")
    visit, parcel = process([Said(texts[0], MARIA), Said(texts[1], HANNAH)])
    assert (sure(visit), sure(parcel)) == ({"reschedule_installation"}, {"change_delivery_date"})
