"""What a step would do, in the words in which it is offered to the customer."""

from __future__ import annotations

import re

from cx_core.catalogue import ActionSpec
from cx_core.decide.situation import label
from cx_core.llm.prompt_context import records_of
from cx_core.records import Evidence, Step
from cx_core.text.wording import say

_NAME = re.compile(r"\{([a-z_]+)\}")
SHOWN = str.maketrans("{}", "()")
"""What looks like a slot in a customer's words is none."""


def offered(step: Step, action: ActionSpec, evidence: Evidence) -> str:
    """Return what the step would do, as it is put to the customer."""
    records = {record.id: record for record in records_of(evidence)}
    options = {option.value: option.label for argument in step.arguments for option in argument.options}

    def called(match: re.Match[str]) -> str:
        value = step.values().get(match[1])
        if isinstance(value, str) and value in options:
            return options[value]
        record = records.get(value) if isinstance(value, str) else None
        shown = label(record) if record is not None and record.kind in ("slot", "plan") else say(value)
        return shown.translate(SHOWN)

    return _NAME.sub(called, action.offer)
