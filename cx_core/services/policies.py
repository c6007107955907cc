"""The rules as people see them: in words and in Cedar, and what each decided."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from cx_core.decide.facts import SEND_REPLY
from cx_core.policy_views import DAYS, Decided, Policies, PolicyFile, PolicyRule, RuledStep, Tally
from cx_core.records import Person, TicketId
from cx_core.services.service import LEADS, Service, allow

MOST = 5_000
"""Proposals that are counted, newest first."""
EXAMPLES = 5
_GROUPS = {"writes": "every act on a business system", "money_out": "money going out"}
_TITLE = re.compile(r"[_\W]+")


class PolicyService(Service):
    """Supervisors may read; only administrators change anything."""

    def policies(self, person: Person) -> Policies:
        """The rules in force. Those of a broken policy are there as far as they could be read."""
        allow(person, *LEADS)
        shelf = self._policies()
        active = shelf.active
        files = self._files_in_force()
        return Policies(
            name="As shipped", version=active.version, since=None, trouble=active.trouble,
            files=grouped(active.contents, files), acts=self._acts(),
        )  # fmt: skip

    def tally(self, person: Person) -> Tally:
        """What each rule decided, from the rulings on the steps of proposals."""
        allow(person, *LEADS)
        ruled = self._store.ruled(self._clock() - timedelta(days=DAYS), MOST)
        by_rule: dict[str, list[RuledStep]] = defaultdict(list)
        for one in ruled:
            for rule in one.ruling.policies:
                by_rule[rule].append(one)
        proposals = {(one.ticket, one.version) for one in ruled}
        return Tally(
            rulings=len(ruled),
            by_rule={rule: _decided(named) for rule, named in by_rule.items()},
            cut=len(proposals) >= MOST,
        )

    def _files_in_force(self) -> Mapping[str, str]:
        return self._policies().shipped()

    def _acts(self) -> dict[str, str]:
        titles = {str(spec.name): spec.title for spec in self._knowledge.actions.values() if spec.kind == "write"}
        return titles | _GROUPS | {str(SEND_REPLY.name): SEND_REPLY.title}


def _decided(named: Sequence[RuledStep]) -> Decided:
    count = {answer: sum(1 for one in named if one.ruling.answer == answer) for answer in ("allow", "ask", "deny")}
    tickets: Iterable[TicketId] = dict.fromkeys(one.ticket for one in named)
    return Decided.model_validate({**count, "examples": tuple(tickets)[:EXAMPLES]})


def grouped(rules: Sequence[PolicyRule], files: Mapping[str, str]) -> tuple[PolicyFile, ...]:
    """Rules by their file, with what the file says of itself."""
    return tuple(
        PolicyFile(
            name=name, title=_title(name), about=_about(text), rules=tuple(rule for rule in rules if rule.file == name)
        )
        for name, text in sorted(files.items())
        if name.endswith(".cedar")
    )


def _title(name: str) -> str:
    words = _TITLE.sub(" ", name.removesuffix(".cedar")).strip()
    return words.lstrip("0123456789 ").capitalize() or words


def _about(text: str) -> str:
    """The comment a file begins with, in one line."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line.removeprefix("//").strip())
    return " ".join(line for line in lines if line)
