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
