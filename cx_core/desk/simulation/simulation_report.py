"""A simulation as one page of HTML to keep: no script, no picture, no link; every text is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from cx_core.catalogue import Company
from cx_core.records import IDENTITIES, Money, Perimeter
from cx_core.text.wording import say
from cx_core.views.simulation_views import (
    QUESTIONS,
    SimulationCase,
    SimulationSpec,
    SimulationView,
    became,
    costs,
    in_words,
)

_LOOK = """
body { font: 14px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2523 }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1rem; margin: 2rem 0 .5rem } .muted { color: #55605d }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .25rem .75rem
.25rem 0; border-bottom: 1px solid #cdd5d2; overflow-wrap: anywhere } tr { break-inside: avoid }
td:first-child { white-space: nowrap } @page { margin: 18mm }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

NOTES = {
    "kept": "Tickets are judged by the proposals that were made then and the facts that were kept, under today's "
    "policies, stops and levels of other task types. Money of a day adds up in the order of the tickets.",
    "read": "Words are read again with the records, articles and policies of today, as if the task type stood at this "
    "level. Opening hours and the money of a day are those of the time at which a ticket came in.",
    "asks": "Where only a one-time code or the customer's yes is missing, the copilot would ask for it first. That is "
    "counted as kept for a person.",
    "words": "At level 1 an advisor's words are not compared with the article's; only what the advisor carried out is.",
    "left": "Simulated tickets of a demonstration's past are left out. What customers wrote is shortened, and personal "
    "data in it is masked.",
}


def page_of(view: SimulationView, company: Company) -> str:
    """The page, whole."""
    one, spec, figures = view.simulation, view.simulation.spec, view.simulation.figures
    title = f"Simulation: {view.title} at level {spec.level}"
    lines = (*in_words(figures, spec), "Nothing was done, written or sent.") if figures else ()
    reasons = figures.reasons if figures else ()
    counted = [(QUESTIONS[one.question], one.why, str(one.cases)) for one in reasons]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_LOOK}</style></head><body>'
        f"<h1>{escape(title)}</h1>"
        f'<p class="muted">{escape(company.name)} · {escape(view.by)} · {one.at:%Y-%m-%d %H:%M} UTC · '
        f"simulation {escape(one.id)}</p>"
        f"{_paragraphs(lines)}"
        f"<h2>What was tried</h2>{_table((), _tried(view, company))}"
        f"<h2>Why tickets are kept for a person</h2>{_table(('Question', 'Why', 'Tickets'), counted)}"
        f"<h2>What differs from the advisor</h2>{_cases([one for one in view.cases if one.otherwise])}"
        f"<h2>Cost</h2>{_paragraphs(costs(figures, spec) if figures else ())}"
        f"<h2>Every ticket</h2>{_cases(view.cases)}"
        f"<h2>How it was worked out</h2>{_paragraphs(notes(spec))}</body></html>\n"
    )


def notes(spec: SimulationSpec) -> tuple[str, ...]:
    """Say what a simulation of this kind rests on."""
    kept = spec.level >= 3 and spec.source != "file"
    chosen = ("kept" if kept else "read", "asks" if spec.level >= 3 else "words", "left")
    return tuple(NOTES[name] for name in chosen)


def limits_in_words(limits: Perimeter, company: Company) -> str:
    """The limits, the money first."""
    act, day = (say(Money(minor=minor, currency=company.currency)) for minor in (limits.act_most, limits.day_most))
    parts = (
        f"at most {act} an act and {day} a day" if limits.act_most else "no money out",
        f"{', '.join(limits.tiers)} customers, {limits.share} % of them",
        f"by {', '.join(limits.channels)}",
        "at any hour" if limits.any_hour else "in opening hours",
        f"identity {IDENTITIES[limits.identity]}",
        "also upset or hurried customers" if limits.upset else "no upset or hurried customers",
    )
    return "; ".join(parts)


def set_in_words(spec: SimulationSpec) -> str:
    """Which tickets it was tried on."""
    if spec.source == "past" and spec.since and spec.until:
        return f"Tickets opened from {spec.since:%Y-%m-%d %H:%M} to {spec.until:%Y-%m-%d %H:%M} UTC"
    return f"The file {spec.file}" if spec.source == "file" else "Tickets that were open then"


def _tried(view: SimulationView, company: Company) -> list[tuple[str, str]]:
    one, spec = view.simulation, view.simulation.spec
    rows = [
        ("Task type", view.title),
        ("Level", str(spec.level)),
        ("Limits", limits_in_words(spec.limits, company) if spec.limits else "none: level 1 has no limits"),
        ("Tickets", set_in_words(spec)),
        ("Policies", one.policy),
    ]
    return rows + ([("SHA-256 of the file", spec.file_digest)] if spec.file_digest else [])


def _cases(cases: Sequence[SimulationCase]) -> str:
    rows = [
        (
            f"{one.ticket or f'Line {one.line}'}",
            f"{one.at:%Y-%m-%d %H:%M}",
            one.words,
            became(one),
            "; ".join(one.otherwise) or ("the same" if one.compared else ""),
        )
        for one in cases
    ]
    return _table(("Ticket", "When (UTC)", "What the customer wrote", "What would become of it", "Advisor"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return "<p>None.</p>"
    titles = "".join(f"<th>{escape(one)}</th>" for one in head)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>{f'<tr>{titles}</tr>' if head else ''}{body}</table>"


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in lines)
