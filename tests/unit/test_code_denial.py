"""Who did not ask for a one-time code is understood as people say it, and others are not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cx_core.text.code_denial import denies_code

PHRASES = yaml.safe_load((Path(__file__).parents[1] / "phrases" / "code_denials.yaml").read_text("utf-8"))


@pytest.mark.parametrize("text", PHRASES["denied"])
def test_that_a_denial_is_one(text: str) -> None:
    assert denies_code(text)


@pytest.mark.parametrize("text", PHRASES["others"])
def test_that_other_words_are_none(text: str) -> None:
    assert not denies_code(text)


def test_that_what_is_quoted_is_not_read() -> None:
    assert not denies_code("Here it is.\n\n> I did not ask for a code.\n")
