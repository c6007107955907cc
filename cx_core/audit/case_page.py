"""A case file as one page of HTML for printing and keeping: no script, no picture, no link, every text escaped."""

from __future__ import annotations

from html import escape

from cx_core.views import CaseEntry, CaseFile

_LOOK = """
body { font: 14px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #1d2523 }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1rem; margin: 2rem 0 .5rem } .muted { color: #55605d }
article { border-left: 3px solid #cdd5d2; padding: .25rem 0 .25rem 1rem; margin: 1rem 0; break-inside: avoid }
.good { border-color: #2e8b61 } .bad { border-color: #b3261e } .care { border-color: #b3640b }
article h3 { font-size: 1rem; margin: 0 } blockquote { margin: .5rem 0; padding: .5rem .75rem; background: #f4f6f5;
white-space: pre-wrap; overflow-wrap: anywhere } dl { display: grid; grid-template-columns: 8rem 1fr; gap: .1rem .75rem;
margin: .5rem 0 } dt { color: #55605d } dd { margin: 0; overflow-wrap: anywhere }
@page { margin: 18mm }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page_of(case: CaseFile) -> str:
    """The page, whole."""
    told = "".join(f"<blockquote>{escape(text)}</blockquote>" for text in case.told) or "<p>Nothing yet.</p>"
    versions = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in case.versions)
    title = f"Case file {escape(case.ticket)}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_LOOK}</style></head><body>'
        f"<h1>{escape(case.subject)}</h1>"
        f'<p class="muted">{escape(case.ticket)} · {escape(case.customer)} · {case.status} · '
        f"{'simulated, none of it ever happened · ' if case.simulated else ''}"
        f"{f'imported from {escape(case.imported)} · ' if case.imported else ''}"
        f"made {case.made_at:%Y-%m-%d %H:%M} UTC from {len(case.entries)} events</p>"
        f"<h2>What the customer was told</h2>{told}<h2>What happened</h2>{''.join(map(_entry, case.entries))}"
        f"<h2>What made the latest proposal</h2><dl>{versions}</dl></body></html>\n"
    )


def _entry(entry: CaseEntry) -> str:
    facts = "".join(
        f"<dt>{escape(fact.label)}</dt><dd>{escape(fact.text)}"
        + (f' <span class="muted">{escape(fact.source)}</span>' if fact.source else "")
        + "</dd>"
        for fact in entry.facts
    )
    return (
        f'<article class="{entry.tone}"><h3>{escape(entry.title)}</h3>'
        f'<p class="muted">{entry.at:%Y-%m-%d %H:%M:%S} UTC · {escape(entry.who)} · event {entry.seq}</p>'
        + (f"<p>{escape(entry.words)}</p>" if entry.words else "")
        + (f"<blockquote>{escape(entry.said)}</blockquote>" if entry.said else "")
        + (f"<dl>{facts}</dl>" if facts else "")
        + "</article>"
    )
