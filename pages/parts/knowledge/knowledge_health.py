"""How the knowledge is: a score by its parts, and what a person should look at, both passages side by side."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from cx_core.knowledge_base.articles import FindingKind, HealthFinding, HealthPart, KnowledgeHealth, Quote
from cx_core.records import Person, PersonId
from cx_core.views import Refusal
from pages.parts.components import Node, node, paper
from pages.parts.knowledge import article_owners
from pages.parts.knowledge.article_editor import look_at
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

KINDS: dict[FindingKind, str] = {
    "contradiction": "Contradictions",
    "disagrees": "Against records",
    "stale": "Stale",
    "duplicate": "Duplicates",
    "gap": "Gaps",
    "edited_out": "Often taken out",
    "never_found": "Never found",
}
ONE: dict[FindingKind, str] = {
    "contradiction": "Contradiction",
    "disagrees": "Against records",
    "stale": "Stale",
    "duplicate": "Copy",
    "gap": "Gap",
    "edited_out": "Often taken out",
    "never_found": "Never found",
}
PAGE = 12
"""Findings drawn at once."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth")
_LOOK = "health-look"
STATES = {"open": "Open", "waived": "Waived", "resolved": "Resolved"}


def show(someone: Person) -> None:
    if st.session_state.pop(_LOOK, False):
        with st.spinner("Checking all published articles. This takes a few seconds…"):
            _look()
        st.rerun()
    seen = desk().knowledge_health.latest(someone)
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        paper(_score(seen), key="health-score")
        st.button("Run check now", key="health-now", on_click=_ask_to_look)
        article_owners.show(someone)
    with right:
        _findings(seen, {one.id: one.name for one in desk().article_owners.owners(someone)})


def _score(seen: KnowledgeHealth) -> Node:
    at = node("time", at=seen.looked_at.isoformat()) if seen.looked_at else node("span", "not yet")
    return node(
        "section",
        node("h2", f"{seen.score} of 100" if seen.looked_at else "No score yet"),
        *([node("p", _unknown(seen), cls="note")] if seen.looked_at and seen.not_judged else []),
        node("p", node("span", "Last gone through: "), at, cls="small muted"),
        *[_part(part) for part in seen.parts],
        cls="stack",
        label="Score",
    )


def _unknown(seen: KnowledgeHealth) -> str:
    """Why the figure is as low as it is though little was found."""
    lost = 100 - seen.score - seen.not_judged
    return (
        f"{seen.not_judged} points are unknown: what they are for could not be looked at. "
        f"{max(lost, 0)} are lost to findings. Points are earned only for what was looked at and is in order."
    )


def _part(part: HealthPart) -> Node:
    tone = "good" if part.points == part.share else "care" if part.points + part.not_judged < part.share else ""
    return node(
        "div",
        node(
            "div",
            node("strong", part.name),
            node("span", f"{part.points:g} of {part.share}", cls=f"chip {tone}"),
            cls="row",
        ),
        *([node("p", _sentence(part.unknown_says), cls="small")] if part.unknown_says else []),
        *([node("p", part.says, cls="small muted")] if part.says else []),
        cls="stack tight",
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _findings(seen: KnowledgeHealth, names: dict[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        state = st.segmented_control(
            "State",
            list(STATES),
            format_func=STATES.__getitem__,
            default="open",
            key="health-state",
            required=True,
            label_visibility="collapsed",
        )
        kinds = list(KINDS)
        wanted = st.selectbox(
            "Kind",
            ["", *kinds],
            key="health-kind",
            label_visibility="collapsed",
            format_func=lambda kind: KINDS.get(kind, "All kinds"),
        )
    there = sorted((one for one in seen.findings if one.state == state), key=lambda one: kinds.index(one.kind))
    shown = [one for one in there if not wanted or one.kind == wanted]
    if not shown:
        words = (
            "Nothing waits for you here."
            if seen.looked_at or state != "open"
            else "Nothing was found yet: the articles are gone through in the background."
        )
        paper(node("p", words, cls="muted"), key="health-none")
        return
    paper(node("p", _counted(there, kinds), cls="small muted"), key="health-count")
    for found in shown[:PAGE]:
        with st.container(border=True, key=f"health-{found.id}"):
            paper(_about(found, names), key=f"paper-health-{found.id}")
            _acts(found, names)
    if len(shown) > PAGE:
        paper(node("p", f"{len(shown) - PAGE} more when these are done.", cls="muted"), key="health-more")


def _counted(there: list[HealthFinding], kinds: list[FindingKind]) -> str:
    """How many of each kind."""
    counts = Counter(one.kind for one in there)
    return " · ".join(f"{KINDS[kind]} {counts[kind]}" for kind in kinds if counts[kind])


def _about(found: HealthFinding, names: dict[str, str]) -> Node:
    owner = names.get(found.owner or "", "")
    answered = [node("p", _answered(found, names), cls="note")] if found.state != "open" else []
    if found.state == "open" and (found.earlier or found.again):
        answered = [node("p", *_before(found, names), cls="note")]
    return node(
        "article",
        node(
            "div",
            node("span", ONE[found.kind], cls="chip"),
            node("span", f"for {owner}" if owner else "for any editor", cls="small muted"),
            cls="row",
        ),
        node("p", found.says, cls="lead"),
        *answered,
        node("div", *[_quoted(quote) for quote in found.quotes], cls="beside") if found.quotes else None,
        cls="stack",
        label=ONE[found.kind],
    )


def _answered(found: HealthFinding, names: dict[str, str]) -> str:
    who = names.get(found.answered_by or "", "")
    return f"{STATES[found.state]}{f' by {who}' if who else ''}: {found.reason}"


def _before(found: HealthFinding, names: dict[str, str]) -> list[Node]:
    """What a person said of it once, and why it is open again."""
    if found.earlier is None:
        return [node("span", found.again)]
    who = names.get(found.earlier.by, "")
    said = f"{STATES[found.earlier.state]} before{f' by {who}' if who else ''}: “{found.earlier.reason}”. {found.again}"
    return [node("span", said)]


def _quoted(quote: Quote) -> Node:
    """The passage with what it is about marked, and where it stands."""
    pieces: list[Node] = []
    at = 0
    for start, end in quote.marks:
        pieces += [node("span", quote.text[at:start]), node("mark", quote.text[start:end])]
        at = end
    pieces.append(node("span", quote.text[at:]))
    where = f"{quote.title} · {quote.heading}" if quote.heading else quote.title
    return node(
        "blockquote",
        node("p", f"{where} · version {quote.number}", cls="small muted"),
        node("p", *pieces),
        cls="stack tight",
    )


def _acts(found: HealthFinding, names: dict[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"health-acts-{found.id}"):
        ids = tuple(dict.fromkeys((*(quote.article for quote in found.quotes), *found.articles)))
        at = {quote.article: quote.ref.removeprefix("article/") for quote in reversed(found.quotes)}
        for place, id in enumerate(ids):
            st.button(
                _which(place, len(ids)),
                key=f"open-{found.id}-{id}",
                icon=":material/article:",
                on_click=look_at,
                args=(at.get(id, id),),
            )
        if found.draft is not None:
            st.button("Open its draft", key=f"drafted-{found.id}", on_click=look_at, args=(found.draft,))
        elif found.kind == "gap":
            st.button("Draft an article", key=f"gap-{found.id}", on_click=_draft, args=(found.id,))
        if found.state == "open":
            with st.popover("Decide"):
                st.text_input("Why", key=f"why-{found.id}", max_chars=500, placeholder="For colleagues, on record")
                st.button(
                    "Waive: leave it as it is", key=f"waive-{found.id}", on_click=_answer, args=(found.id, "waived")
                )
                st.button(
                    "Resolve: it is fixed", key=f"resolve-{found.id}", on_click=_answer, args=(found.id, "resolved")
                )
            with st.popover("Owner", key=f"owner-menu-{found.id}-{found.assigned_by}-{found.owner}"):
                st.selectbox(
                    "Owner",
                    ["", *names],
                    format_func=lambda id: names.get(id, "As the article says"),
                    index=_place(found, names),
                    key=f"owner-{found.id}",
                )
                st.button("Give it to them", key=f"assign-{found.id}", on_click=_assign, args=(found.id,))
        else:
            st.button("Open again", key=f"reopen-{found.id}", on_click=_answer, args=(found.id, "open"))


def _place(found: HealthFinding, names: dict[str, str]) -> int:
    """Of the owner it was given to; 0: nobody gave it to anybody."""
    return 1 + list(names).index(found.owner) if found.assigned_by and found.owner in names else 0


def _which(place: int, count: int) -> str:
    """In the order in which they are quoted. Titles are not put on buttons: what stands there is read as Markdown."""
    if count == 1:
        return "Open the article"
    return f"Open the {_ORDINALS[place]}" if place < len(_ORDINALS) else f"Open number {place + 1}"


def _answer(id: str, state: str) -> None:
    with answering():
        why = str(st.session_state.get(f"why-{id}", ""))
        calls = {"waived": desk().knowledge_health.waive_finding, "resolved": desk().knowledge_health.resolve_finding}
        done = (
            calls[state](person(), id, why) if state in calls else desk().knowledge_health.reopen_finding(person(), id)
        )
        words = f"{STATES[state]}." + (
            " If it is found all the same, it is opened again." if state == "resolved" else ""
        )
        say(done.text if isinstance(done, Refusal) else words, good=not isinstance(done, Refusal))


def _assign(id: str) -> None:
    with answering():
        whom = PersonId(str(st.session_state.get(f"owner-{id}", "")))
        done = desk().knowledge_health.assign_finding(person(), id, whom or None)
        said = "It is theirs now." if whom else "It goes back to the article’s owner from the next check."
        say(done.text if isinstance(done, Refusal) else said, good=not isinstance(done, Refusal))


def _draft(id: str) -> None:
    with answering():
        made = desk().knowledge_health.draft_for_gap(person(), id)
        good = not isinstance(made, Refusal)
        say(
            made.text
            if isinstance(made, Refusal)
            else f"“{made.latest.content.title}” is a draft now, under Articles.",
            good=good,
        )


def _ask_to_look() -> None:
    """Callback: the next run looks, so that what takes seconds can be seen to go on."""
    st.session_state[_LOOK] = True


def _look() -> None:
    with answering():
        done = desk().knowledge_health.look_knowledge_over(person())
        say(done.text if isinstance(done, Refusal) else "Gone through.", good=not isinstance(done, Refusal))
