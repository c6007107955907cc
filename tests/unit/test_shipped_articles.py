"""The shipped articles agree with one another and with the sandbox on facts that stand in several places."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from cx_core.adapters.fernline.cast import PLANS
from cx_core.adapters.fernline.contracts import NOTICE, OVERAGE_PENCE, UNDO_TIME
from cx_core.adapters.fernline.days import WINDOWS
from cx_core.adapters.knowledge.knowledge_folder import load

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
TEXTS = {id: " ".join(article.text.split()) for id, article in load(KNOWLEDGE).articles.items()}
EVERYTHING = {
    **TEXTS,
    **{
        f"{file.parent.name}/{file.stem}": " ".join(
            file.read_text(encoding="utf-8").partition("\nexamples:")[0].split()
        )
        for folder in ("task_types", "macros")
        for file in (KNOWLEDGE / folder).glob("*.yaml")
    },
}


@pytest.mark.parametrize(
    ("stated", "places"),
    [
        (r"(£[\d.]+|a thirtieth)[^.]{0,40} for each (?:further|full) day|[Ff]or each full day[^.]*?(a thirtieth)", 2),
        (r"once more after (\d+ (?:working )?days)", 2),
        (r"at least (\d+ (?:working )?days) before the due date", 2),
        (r"link[^.]{0,30} works for ([^.]+)\.|account and works for ([^.]+)\.", 2),
        (r"pod's light (?:is|turns) (steady \w+)|for a (steady \w+) light", 2),
        (r"each gigabyte begun(?: beyond [\w ]+)? costs (£[\d.]+)|cost (£[\d.]+) for each gigabyte begun", 2),
        (r"[Uu]nplug(?: the (?:Hub|router)| it)?,?(?: and)? (?:wait|for) ([\w ]+?)(?: and|\.|,)", 3),
        (r"choose (Bills|Billing)[,]? (?:then|and then) Direct debit|choose (Bills|Billing) and then Direct debit", 2),
        (r"less than (half|80 per cent) of what your plan|carry at least (80 per cent)", 2),
        (r"complaints(?: are kept)? for (\d+ years)", 2),
        (r"[Ss]omebody (aged 18 or over|over 18)", 3),
    ],
)
def test_that_a_fact_stands_alike_wherever_it_stands(stated: str, places: int) -> None:
    found = {
        (id, next(filter(None, match.groups())))
        for id, text in EVERYTHING.items()
        for match in re.finditer(stated, text)
    }
    assert len({id for id, _ in found}) >= places, f"it is not found where it was: {found}"
    assert len({value for _, value in found}) == 1, sorted(found)


@pytest.mark.parametrize(
    "gone",
    [
        r"1st of the next month",
        r"fee of £20",
        r"death certificate within",
        r"After that your data stops",
        r"the others are free",
        r"or a code that was sent to you",
        r"choose Family",
        r"about a week after your service starts",
        r"calls about half an hour before",
    ],
)
def test_that_what_another_place_denied_is_not_said_any_more(gone: str) -> None:
    assert [id for id, text in EVERYTHING.items() if re.search(gone, text)] == []


@pytest.mark.parametrize(
    ("article", "words"),
    [
        ("changing-plan", "The change takes place on the day you ask for it"),
        ("changing-plan", f"you may go back within {UNDO_TIME.days} days"),
        ("plans-and-prices", f"You may go back within {UNDO_TIME.days} days"),
        ("data-charges", f"each gigabyte begun beyond the allowance costs £{OVERAGE_PENCE / 100:.2f}"),
        ("data-usage", f"each gigabyte begun costs £{OVERAGE_PENCE / 100:.2f}"),
        ("data-usage", '"Data over allowance" appears on your bill'),
        ("leaving-fernline", f"The notice period is {NOTICE.days} days"),
        ("due-date", f"due {timedelta(weeks=2).days} days after its date"),
        ("paying-your-bill", "unless you have chosen another due date"),
        ("account-locked", "works for one hour"),
        ("signing-in", "works for one hour"),
        ("refunds", "within 3 working days"),
        *(("installation-visit", window.replace("-", " and ")) for window in WINDOWS),
        *(("changing-plan", f"{name} for £{pence / 100:.2f}") for name, pence, speed, limit in PLANS if limit is None),
        *(("plans-and-prices", f"£{pence / 100:.2f}") for _, pence, _, _ in PLANS),
    ],
)
def test_that_articles_say_what_the_sandbox_does(article: str, words: str) -> None:
    assert words in TEXTS[article]
