"""`python -m bench [SUITE] [--data DIR] [--json FILE]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from bench.figures import Figures, keep, machine, table
from cx_core.errors import RungError

RESULTS = Path(__file__).resolve().parent / "results" / "latest.json"
SUITES = {
    "journey": "milliseconds per stage from triage to proposal, over the shipped feed and examples (or DIR's)",
    "answers": "what leaves by itself at level 1: questions that articles answer, near misses, articles that disagree",
    "contradictions": "knowledge with facts altered by a script: contradictions found, missed, and found wrongly",
    "autonomy": "streams with a known truth: levels earned wrongly and rightly, brought down, and errors estimated",
    "levels": "Autonomy and Review with 50,000 cases of evidence and as many tickets done alone: what a page waits for",
    "floor": "25 advisors on the running app for 10 minutes: what they wait for, and whether a click or a word is lost",
    "chat": "500 chat widgets on the running app: milliseconds from a visitor's send to the advisor's side",
    "intake": "1,000 mails in a real mailbox until all are tickets: mails a second, processor time, transactions",
    "inbox": "queue page and ticket view with 10,000 open tickets; start to sign-in page",
    "earlier": "like tickets that were solved before, found in a data folder with a past: how often, how fast",
    "intents": "the classifier that triages tickets, on intent data",
    "guard": "an agent's recorded acts on another business, each put to the guard; microseconds a ruling",
    "wrongacts": "generated dialogues with a shop: acts that are not what was put to the customer, and right ones",
    "injection": "texts that give orders, planted in messages, articles and records: what they reach",
    "mail": "replies among quotes, signatures and headers: what of them is read as the customer's new words",
    "lastcheck": "proposed steps held against the customer's words: altered ones caught, right ones held for nothing",
    "model": "a language model of nonsense, over HTTP: what comes of it, and what it and the log are told of customers",
    "uploads": "500 mixed documents, a third of them bad in every way there is, synced by command and again",
    "process": "a thousand mixed tickets through `process`: errors, routes, milliseconds per stage",
    "tickets": "tickets with their right handling: goals, records, steps, constraints, gravity, wrong proposals",
    "alone": "the same tickets with every task type at level 3: how many act alone, and which acts nobody wanted",
    "judge": "tickets by several authors: the judge of goals fitted, and what it is worth on authors left out",
    "retrieval": "help articles and questions through the article index, beside BM25, the encoder alone and their sum",
    "pii": "personal data found by the masker",
}
"""Each is a module here with `measure`, which takes the folder of its data."""

MODULES = {"wrongacts": "wrong_acts", "lastcheck": "last_check"}
"""Of suites that are not called as theirs."""

SHIPPED = ("journey", "process", "inbox", "floor")
"""Run when no suite is named, the floor with few advisors and for a minute."""

OPTIONS = ("train", "pack", "advisors", "minutes", "browsers", "source", "vectors")
"""Of the command line, handed to `measure` where they are given."""

ALONE = (
    *SHIPPED,
    "answers",
    "autonomy",
    "chat",
    "intake",
    "levels",
    "lastcheck",
    "model",
    "uploads",
    "contradictions",
    "wrongacts",
)
"""Suites that need no further data."""


def main(arguments: list[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        if given.suite:
            figures = _run(given)
            print(table(f"{given.suite} ({machine()})", figures))
        else:
            figures = _run_shipped(given)
    except (RungError, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    if given.json:
        keep(figures, given.json)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.set_defaults(train=None, data=None, json=RESULTS)
    suites = parser.add_subparsers(dest="suite", metavar="SUITE")
    for name, words in SUITES.items():
        suite = suites.add_parser(name, help=words, description=words)
        suite.add_argument("--data", type=Path, help="folder of the suite's files", required=name not in ALONE)
        suite.add_argument("--json", type=Path, default=None, help="write the figures here as one flat JSON object")
    floor = suites.choices["floor"]
    floor.add_argument("--advisors", type=int, default=25, help="people at once (25)")
    floor.add_argument("--minutes", type=float, default=10, help="for how long (10)")
    floor.add_argument("--browsers", type=int, default=2, help="how many more in Chromium, as a check (2)")
    floor.add_argument("--source", help="mail, chat or mail,chat: how customers write, in place of the feed")
    suites.choices["intents"].add_argument("--train", type=Path, help="another training file than DIR/train.jsonl")
    suites.choices["retrieval"].add_argument("--vectors", type=int, help="how many stored ones are timed (20000)")
    suites.choices["guard"].add_argument("--pack", type=Path, help="knowledge folder of that business (the airline)")
    return parser


def _run(given: argparse.Namespace) -> Figures:
    """A suite's module is imported when it is run, so that asking for help stays quick."""
    module = MODULES.get(given.suite, given.suite)
    measure: Callable[..., Figures] = import_module(f"bench.{module}").measure
    data = [given.data] if given.data else []
    options = {name: value for name in OPTIONS if (value := getattr(given, name, None)) is not None}
    return measure(*data, **options)


def _run_shipped(given: argparse.Namespace) -> Figures:
    """Every suite that needs no further data; names in the result begin with the suite's."""
    together: Figures = {}
    for name in SHIPPED:
        figures = _run(argparse.Namespace(**{**vars(given), "suite": name}))
        print(table(f"{name} ({machine()})", figures), end="\n\n")
        together |= {f"{name}.{key}": value for key, value in figures.items()}
    return together


if __name__ == "__main__":
    sys.exit(main())
