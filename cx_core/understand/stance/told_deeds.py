"""What a message of ours tells that has been done: "the late fee has been taken off"."""

from __future__ import annotations

import re

from cx_core.text.segments import SENTENCE_GAP

_DONE = re.compile(
    r"\b(?:has|have) (?:now |just |already )?been\b|\b(?:i|we)(?:[’']ve| have) (?:now |just |already )?\w+"
    r"|\b(?:is|are) (?:now |all |already )?(?:done|cancelled|removed|changed|moved|refunded|set up"
    r"|on (?:its|their) way)\b"
    r"|[’']s (?:now |all |already )?(?:done|cancelled|removed|changed|moved|refunded|set up|on its way)\b",
    re.I,
)
_NOT_SO = re.compile(
    r"\b(?:not|never|nor|if|once|when|whether|unless|until|as soon as|but|other|another|last|before|wrong"
    r"|seen?|asked|had)\b"
    r"|n[’']t\b",
    re.I,
)
"""With such a word it may not have been done, or to something else."""


def deeds(text: str) -> list[str]:
    """The sentences that plainly tell of something that we have done."""
    return [one for one in SENTENCE_GAP.split(text) if _DONE.search(one) and not _NOT_SO.search(one)]


def tells_of_deeds(text: str) -> bool:
    """Whether any sentence tells of something that was done."""
    return any(_DONE.search(one) for one in SENTENCE_GAP.split(text))
