"""The words of a draft as they are kept, and for which plan they were written."""

from __future__ import annotations

from collections.abc import Sequence

from cx_core.act.reply.redrafting import as_drafted, plan_digest, redrafted, rewritten
from cx_core.catalogue import Knowledge
from cx_core.ports import Unit
from cx_core.records import Choices, Draft, Proposal, Ticket


def worded(
    unit: Unit,
    ticket: Ticket,
    version: int,
    text: str,
    choices: Choices | None,
    earlier: Sequence[str],
    knowledge: Knowledge,
) -> tuple[str, Choices]:
    """The text and the choices to keep: a draft that nobody changed follows the plan, other words stay.

    The choices say for which plan the words are. Words that were for another one stay for that one, also where they
    are gone back to: `earlier` are the texts that can be.
    """
    before = unit.colleagues.draft(ticket.id)
    had = before.choices if before else Choices()
    current, began = unit.proposals.get(ticket.id, ticket.version), unit.proposals.get(ticket.id, version)
    if current is None or began is None:
        return text, choices or had
    kept_for = _kept_for(before, text)
    if before is not None and not kept_for and had.written_for:
        kept_for = plan_digest(current.steps, choices or had)
    written_for = kept_for or plan_digest(began.steps, had if version == ticket.version else Choices())
    shown = unit.proposals.get(ticket.id, before.version) if before else began
    kept = (choices or had).replace(written_for=written_for, earlier_for=_earlier_for(before, shown, earlier))
    if choices is not None and as_drafted(text, current, had, knowledge):
        text = redrafted(current, kept, knowledge)
    if as_drafted(text, current, kept, knowledge):
        kept = kept.replace(written_for=plan_digest(current.steps, kept))
    return text, kept


def _kept_for(before: Draft | None, text: str) -> str:
    """Digest of the plan that a text is for because of what it was before; empty: it is written anew."""
    if before is None:
        return ""
    if gone_back_to := before.choices.earlier_for.get(text, ""):
        return gone_back_to
    return "" if rewritten(before.text, text) else before.choices.written_for


def _earlier_for(before: Draft | None, shown: Proposal | None, earlier: Sequence[str]) -> dict[str, str]:
    """Digest of the plan that each earlier text is for; `shown` is the proposal that the text before began from.

    One that joins them now stood there until now.
    """
    had = before.choices if before else Choices()
    latest = had.written_for or (plan_digest(shown.steps, had) if shown else "")
    return {text: plan for text in earlier if (plan := had.earlier_for.get(text) or latest)}
