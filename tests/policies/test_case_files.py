"""What is wrong in case files is told by file and line, and once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.guard import PACK
from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
from cx_core.adapters.policy.case_files import BEST, case_texts, try_cases
from cx_core.adapters.policy.cedar_engine import CedarEngine
from cx_core.errors import KnowledgeError

ACTIONS = load_catalogue(PACK)[0]
ENGINE = CedarEngine(PACK / "policies", ACTIONS)
FILES = case_texts(PACK / "policies")
CASES = next(name for name in FILES if name != BEST)
DENY = "do: cancel_reservation, with: {flown: true}}"


def wrong(name: str, old: str, new: str) -> tuple[str, ...]:
    assert old in FILES[name]
    return try_cases(FILES | {name: FILES[name].replace(old, new, 1)}, ACTIONS, ENGINE).wrong


def line(name: str, words: str) -> int:
    return FILES[name][: FILES[name].index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (DENY.replace("flown:", "flwn:"), "cancel_reservation has no fact flwn (perhaps flown is meant)"),
        (DENY.replace("true", "perhaps"), "flown: 'perhaps' is no bool"),
        (DENY.replace("true", "1"), "flown: 1 is no bool"),
        (
            DENY.replace("cancel_r", "cancel_a_r"),
            "no action cancel_a_reservation (perhaps cancel_reservation ",
        ),
        (DENY.replace("with", "when"), "when: no such field"),
    ],
)
def test_that_a_case_that_cannot_be_put_says_why(new: str, said: str) -> None:
    found = wrong(CASES, DENY, new)
    assert len(found) == 1
    assert f"{CASES} line {line(CASES, DENY)}: " in found[0]
    assert said in found[0]


def test_that_an_asker_who_is_nobody_is_told_who_there_is() -> None:
    found = wrong(CASES, f"to: copilot, {DENY}", f"to: agent, {DENY}")
    assert len(found) == 1
    assert "there is no asker agent: it is copilot, editor, advisor" in found[0]


def test_that_a_fact_without_its_best_value_is_told_once() -> None:
    at = line(BEST, "cancel_reservation:")
    assert wrong(BEST, "  flown: false\n", "") == (
        f"{BEST} line {at}: cancel_reservation needs a value for flown, at its best",
    )
    assert wrong(BEST, "  own: true\n", "") == (
        f'{BEST} line {line(BEST, chr(34) + "*")}: "*" needs a value for own, which rule 1 asks for',
    )
    without = {name: text for name, text in FILES.items() if name != BEST}
    assert try_cases(without, ACTIONS, ENGINE).wrong == (
        f"{BEST} line 1: there is no such file: it holds the facts that every case starts from",
    )


def test_that_a_rule_that_stands_twice_in_a_file_says_so() -> None:
    at = line(CASES, '"2":')
    found = wrong(CASES, '"2":\n', '"1":\n')
    assert found == (f"{CASES} line {at}: rule 1 is there twice: put its cases together",)


def test_that_a_tab_is_told_as_one() -> None:
    assert wrong(CASES, '"1":\n', '"1":\n\t- {answer: ALLOW}\n')[0].endswith("not YAML: a tab sets it in. Use spaces.")


def test_that_a_file_nested_too_deep_is_told_so_and_ends_nothing() -> None:
    at = line(CASES, '"1":')
    found = wrong(CASES, '"1":\n', '"1": ' + "[" * 200_000 + "\n")
    assert found == (f"{CASES} line {at}: not YAML: it is nested too deep. Mend it; quote text with ': '.",)


def test_that_half_a_sign_is_told_as_no_yaml() -> None:
    assert "not YAML" in wrong(CASES, '"1":\n', '"1": \ud800\n')[0]


def test_that_rules_without_any_case_are_told_so_alone() -> None:
    found = try_cases({BEST: FILES[BEST]}, ACTIONS, ENGINE).wrong
    assert len(found) == 2 * len(ENGINE.rules)
    assert "rule 1 has no ALLOW case" in found[0]


def test_that_a_case_file_that_would_not_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "shop.yml").write_text("", "utf-8")
    with pytest.raises(KnowledgeError, match=r"cases/shop\.yml line 1: call it shop\.yaml"):
        case_texts(tmp_path)
