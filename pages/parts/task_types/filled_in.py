"""What is filled in on the form so far, as a task type: the fields that are drawn, else what was kept."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import streamlit as st

from cx_core.records import (
    ActionName,
    OwnArgument,
    OwnCondition,
    OwnLimits,
    OwnReplies,
    OwnStep,
    OwnTaskType,
)
from cx_core.text.ages import is_age
from pages.parts import kept_fields

REPLIES = ("done", "none", "several", "asked", "unmet", "missing")
AGES = {"up to": "at most so many days ago", "over": "more than so many days ago", "to come": "still to come"}
NO_RECORD = ""
_SPAN = 3
"""Words of "up to 30 days"."""


class Filled:
    """The fields of one version of a task type: their keys, and what is in them."""

    def __init__(self, kept: OwnTaskType) -> None:
        self.kept = kept
        exact = kept.model_dump_json(exclude={"state", "tried_by", "tried_at", "asked_by", "asked_at", "mark"})
        self._place = f"{kept.id or 'new'}-{sha256(exact.encode()).hexdigest()[:8]}"

    def key(self, name: str) -> str:
        """Another one for each version, so that fields show what was kept last."""
        return kept_fields.kept(f"{name}-{self._place}")

    def forget(self) -> None:
        """Callback: what was filled in is on record now, and the next form begins empty."""
        kept_fields.forget(self._place)

    def get(self, name: str, otherwise: Any) -> Any:  # noqa: ANN401  # whatever the widget holds
        return st.session_state.get(self.key(name), otherwise)

    def task_type(self) -> OwnTaskType:
        """The task type as it is filled in so far."""
        kept = self.kept
        examples = self.get("examples", "\n".join(kept.examples))
        return kept.replace(
            title=self.get("title", kept.title).strip(),
            topic=self.get("topic", kept.topic).strip(),
            replaces=self.get("replaces", kept.replaces),
            priority=self.get("priority", kept.priority),
            ceiling=self.get("ceiling", kept.ceiling),
            examples=tuple(line.strip() for line in examples.splitlines() if line.strip()),
            read=self.get("read", kept.read) or NO_RECORD,
            choose=tuple(self.get("choose", kept.choose)) if self.get("read", kept.read) else (),
            conditions=tuple(self._conditions()),
            steps=tuple(self._steps()),
            replies=OwnReplies(**{name: self.get(f"reply-{name}", getattr(kept.replies, name)) for name in REPLIES}),
            limits=self._limits(),
        )

    def _conditions(self) -> list[OwnCondition]:
        if not self.get("read", self.kept.read):
            return []
        before = {one.field: one for one in self.kept.conditions}
        return [
            self._condition(field, before.get(field, OwnCondition(field=field)))
            for field in self.get("conditions", list(before))
        ]

    def _condition(self, field: str, before: OwnCondition) -> OwnCondition:
        how = self.get(f"age-{field}", None)
        if how is not None:
            days = self.get(f"days-{field}", days_of(before))
            age = how if how == "to come" else f"{how} {days} days"
            return OwnCondition(field=field, age=age if is_age(age) else "")
        said = self.get(f"one-of-{field}", ", ".join(before.one_of))
        values = said if isinstance(said, list) else [part.strip() for part in said.split(",") if part.strip()]
        return before.replace(one_of=tuple(values))

    def _steps(self) -> list[OwnStep]:
        before = {one.action: one for one in self.kept.steps}
        return [self._step(name, before.get(name)) for name in self.get("steps", list(before))]

    def _step(self, name: ActionName, before: OwnStep | None) -> OwnStep:
        given = {one.argument: one for one in before.arguments} if before else {}
        prefix, place = f"from-{name}-", f"-{self._place}"
        fields = [str(key) for key in st.session_state if str(key).startswith(prefix) and str(key).endswith(place)]
        drawn = [field.removeprefix(prefix).removesuffix(place) for field in fields]
        arguments = [
            self._argument(name, argument, given.get(argument)) for argument in dict.fromkeys([*given, *drawn])
        ]
        return OwnStep(action=name, arguments=tuple(one for one in arguments if one is not None))

    def _argument(self, action: str, name: str, before: OwnArgument | None) -> OwnArgument | None:
        chosen: tuple[str, str] | None = self.get(f"from-{action}-{name}", None)
        if chosen is None:
            return None if self.key(f"from-{action}-{name}") in st.session_state else before
        source, value = chosen
        if source == "fixed" and value == "text":
            value = self.get(f"text-{action}-{name}", before.value if before and before.source == "fixed" else "")
        return OwnArgument.model_validate({"argument": name, "source": source, "value": value})

    def _limits(self) -> OwnLimits:
        kept = self.kept.limits
        least = self.get("least", kept.least)
        most = self.get("advisor-most", pounds(kept.advisor_most)) if least == "advisor" else None
        return OwnLimits(
            least=least, advisor_most=_minor(most), two_above=_minor(self.get("two", pounds(kept.two_above)))
        )


def days_of(condition: OwnCondition) -> int:
    """The 30 of "up to 30 days"."""
    words = condition.age.split()
    return int(words[-2]) if len(words) > _SPAN - 1 and words[-2].isdigit() else 30


def how_of(condition: OwnCondition) -> str:
    return next((how for how in AGES if condition.age.startswith(how)), "up to")


def pounds(minor: int | None) -> float | None:
    """Minor units as people type an amount."""
    return None if minor is None else minor / 100


def _minor(amount: float | None) -> int | None:
    return None if amount is None else round(amount * 100)
