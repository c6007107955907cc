"""What a simulated ticket's messages and proposals are made of.

The stages that need no model do their ordinary work on evidence that is supposed rather than read: cases of task
types make the steps and the words, and receipts are invented. Nothing here reaches a business system.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from random import Random

from cx_core import __version__
from cx_core.act.reply import reply_slots as replies
from cx_core.catalogue import Case, Knowledge
from cx_core.decide import planning, supposed_evidence
from cx_core.decide.situation import ANSWERS, PLACE
from cx_core.decide.supposed_evidence import Invention, Scene
from cx_core.demo.story_dice import Story
from cx_core.records import (
    PRIORITIES,
    ArticleId,
    BusinessRecord,
    Entity,
    Evidence,
    Goal,
    Lookup,
    MessageId,
    Money,
    Outcome,
    Passage,
    Priority,
    Proposal,
    Receipt,
    Role,
    Ruling,
    Step,
    TaskTypeName,
    Triage,
    Value,
    Versions,
)
from cx_core.understand.summary import summarise

SIMULATED = "simulated"
ALONE_WHY = "Level 3: inside its limits, and nothing speaks against it"
SURENESS = {(True, False): (0.55, 0.8), (False, False): (0.78, 0.97), (False, True): (0.91, 0.99)}
"""Of the copilot, where it erred about the matter and where it went alone."""
_ID = re.compile(r"\b([A-Z]{1,2})-\d+\b")
_NAMED = {"date": "{} would suit me.", "address": "The address is {}."}
_GREETINGS = ("Hello,", "Hi there,", "Good morning,", "Dear Sir or Madam,", "")
_CLOSINGS = ("Thanks", "Many thanks", "Kind regards", "")


class Scenery:
    """One story's customer, words and dice. What is asked of it first is thrown first, so callers keep an order."""

    def __init__(self, story: Story, knowledge: Knowledge, customer: BusinessRecord, invention: Invention) -> None:
        self.story = story
        self.customer = customer
        self.dice = Random(f"{story.id}:told")
        self._knowledge = knowledge
        self._invention = invention
        self._cases: dict[tuple[TaskTypeName, bool], Case | None] = {}
        self._entities: list[Entity] = []
        self.quotes: dict[TaskTypeName, str] = {}

    # --- words ------------------------------------------------------------------------------

    def first_words(self, id: MessageId) -> str:
        """The labels' examples, with what their cases need the customer to name."""
        scene = self._scene(self.story.opened_at)
        text = self.dice.choice(_GREETINGS) if self.story.channel != "chat" else ""
        text += "\n\n" if text else ""
        for place, (label, example) in enumerate(zip(self.story.labels, self.story.examples, strict=True)):
            words = _ID.sub(
                lambda m: f"{m[1]}-{70_000 + self.dice.randrange(20_000)}",
                self._knowledge.task_types[label].examples[example],
            )
            self.quotes[label] = words
            text += ("\n\nAnd another thing. " if place else "") + words
            case = self._case(label, asks=True)
            for kind in supposed_evidence.entities(case) if case else ():
                said, value = self._invention.named(kind, scene)
                text += f"{'' if text[-1] in '.!?' else '.'} "
                before, _, after = _NAMED.get(kind, "It is {}.").partition("{}")
                start = len(text) + len(before)
                text += f"{before}{said}{after}"
                self._entities.append(
                    Entity(kind=kind, text=said, value=value, message=id, start=start, end=start + len(said))
                )
        if self.story.upset:
            text += f"{'' if text[-1] in '.!?' else '.'} {self.mood('negative')}"
        closing = self.dice.choice(_CLOSINGS) if self.story.channel != "chat" else ""
        return f"{text}\n\n{closing}\n{self.name.split(' ')[0]}" if closing else text

    def mood(self, feeling: str) -> str:
        """A sentence of somebody who feels like that."""
        return self.dice.choice(self._knowledge.sentiment.labels[feeling])

    @property
    def name(self) -> str:
        return str(self.customer.fields.get("name") or "")

    # --- proposals --------------------------------------------------------------------------

    def proposal(
        self, version: int, at: datetime, messages: int, goals: Sequence[TaskTypeName], *, asks: bool, first_step: int
    ) -> Proposal:
        """What the copilot would have proposed, had it understood these goals. Without `asks` it has all it needs."""
        types = self._knowledge.task_types
        triage = self._triage(goals)
        evidence = self._evidence(goals, at, asks=asks)
        made = planning.plan(triage, evidence, self._knowledge, at.date(), first_step)
        by_hand = any(types[goal].people_only for goal in goals)
        parts, steps = ((), ()) if by_hand else (made.parts, made.steps)
        alone = self.story.alone and not by_hand and version == 1
        ask = Ruling(answer="ask", ask=Role.ADVISOR, reasons=("Level 2: a person approves",), policy_version=SIMULATED)
        ruled = Ruling(answer="allow", reasons=(ALONE_WHY,), policy_version=SIMULATED) if alone else ask
        return Proposal(
            ticket=self.story.id,
            version=version,
            messages=messages,
            triage=triage,
            evidence=evidence,
            summary=summarise(triage, evidence, parts, types),
            steps=steps,
            rulings={step.id: ruled.replace(facts=_amount(step)) if alone else ask for step in steps},
            reply_ruling=ruled,
            parts=parts,
            reply=replies.compose(parts, self._knowledge.company, self.customer),
            route="person" if by_hand else "act" if alone else "advisor",
            why="This is for people" if by_hand else ALONE_WHY if alone else "Level 2: a person approves",
            first_step=first_step,
            versions=self._versions(),
            made_at=at,
            ms={SIMULATED: round(self.dice.uniform(14, 70), 1)},
        )

    def outcome(self, step: Step, proposal: Proposal, at: datetime, key: str) -> Outcome:
        """The step done and read back, with a receipt of its own."""
        action = self._knowledge.actions[step.action]
        found = {one.kind: one for lookup in proposal.evidence.lookups for one in lookup.records}
        scene = self._scene(at)._replace(found=found)
        labels = [option.label for a in step.arguments for option in a.options if option.value == a.value]
        values = list(step.values().values())
        named = [one for value in reversed(values) for one in found.values() if one.id == value]

        def said(field: str) -> Value:
            if field in step.values():
                return step.values()[field]
            if field == "label" and labels:
                return labels[0]
            held = [one.fields[field] for one in named if one.fields.get(field) is not None]
            return held[0] if held and field != "previous" else self._invention.receipt(step, field, scene)

        fields = {field: said(field) for field in action.receipt}
        reference = f"SIM-{self.story.number}-{step.id}"
        receipt = Receipt(key=key, action=step.action, reference=reference, fields=fields, at=at)
        return Outcome(step=step.id, action=step.action, status="done", verified=True, key=key, receipt=receipt, at=at)

    def _triage(self, goals: Sequence[TaskTypeName]) -> Triage:
        types = self._knowledge.task_types
        main: Priority = types[goals[0]].priority
        raised = PRIORITIES[min(PRIORITIES.index(main) + 1, len(PRIORITIES) - 1)] if self.story.upset else main
        wrong, alone = self.story.slip == "wrong_goal", self.story.alone
        return Triage(
            goals=tuple(
                Goal(
                    task_type=goal,
                    probability=round(self.dice.uniform(*(SURENESS[wrong, alone])), 3),
                    quote=self.quotes.get(goal, ""),
                    level=0 if types[goal].people_only else 3 if self.story.alone else 2,
                )
                for goal in goals
            ),
            entities=tuple(self._entities),
            sentiment="negative" if self.story.upset else "neutral",
            priority=raised,
            urgency="high" if raised in ("high", "urgent") else "normal",
        )

    def _evidence(self, goals: Sequence[TaskTypeName], at: datetime, *, asks: bool) -> Evidence:
        types, actions = self._knowledge.task_types, self._knowledge.actions
        lookups: list[Lookup] = []
        passages: list[Passage] = []
        for number, goal in enumerate(goals):
            case = self._case(goal, asks=asks)
            if case is None:
                continue
            # Dice of their own, so that what was found once is found again under the same numbers.
            scene = self._scene(at)._replace(dice=Random(f"{self.story.id}:{goal}"))
            lookups += supposed_evidence.lookups(number, types[goal], case, actions, scene, self._invention)
            passages += self._passages(number, goal, case)
        return Evidence(customer=self.customer, lookups=tuple(lookups), passages=tuple(passages))

    def _case(self, goal: TaskTypeName, *, asks: bool) -> Case | None:
        """The same whenever it is asked for again; without `asks`, as it stands once the customer has answered."""
        key = (goal, asks)
        if key not in self._cases:
            asked = None if asks else self._case(goal, asks=True)
            found = supposed_evidence.choose(self._knowledge.task_types[goal], self.dice, asked=asked)
            self._cases[key] = found if asks or asked is None or not asked.settles else asked
        return self._cases[key]

    def _passages(self, number: int, goal: TaskTypeName, case: Case) -> list[Passage]:
        """The article that this case quotes: the one nearest to the customer's words, by the words they share."""
        quoted = "article" in {match[1] for match in PLACE.finditer(case.reply)} or case.when.get("article") == "some"
        articles = [one for one in self._knowledge.articles.values() if one.audience == "customer"]
        meant = [one for one in articles if one.id in self._knowledge.task_types[goal].articles] or articles
        if not quoted or not meant:
            return []
        asked = _words(self.quotes.get(goal, ""))
        best = max(meant, key=lambda one: (len(asked & _words(one.title)) * 3 + len(asked & _words(one.text)), one.id))
        parts = [part.partition("\n") for part in re.split(r"(?m)^## +", best.text)]
        sections = [part for part in parts if part[2].strip()] or [("", "", best.text)]
        heading, _, text = max(sections, key=lambda part: len(asked & _words(" ".join(part))))
        score = round(self.dice.uniform(ANSWERS + 0.05, 0.82), 3)
        return [
            Passage(
                article=ArticleId(best.id),
                title=best.title,
                heading=heading.strip(),
                text=text.strip(),
                version=best.version,
                score=score,
                goals=(number,),
            )
        ]

    def _scene(self, at: datetime) -> Scene:
        return Scene(self.dice, self.customer, at.date(), {})

    def _versions(self) -> Versions:
        return Versions(
            rung=__version__,
            encoder=SIMULATED,
            classifier=f"{SIMULATED}-{self.story.month + 1}",
            policy=SIMULATED,
            knowledge=self._knowledge.version,
        )


def _amount(step: Step) -> dict[str, bool | int | str | None]:
    """What a ruling keeps of the sum that a step lets out, in minor units."""
    amount = step.values().get("amount")
    return {"amount": amount.minor} if isinstance(amount, Money) else {}


@lru_cache(maxsize=1024)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"[a-z]{4,}", text.lower()))
