"""What the copilot did without a person: one case after the other, and how often it was wrong."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cx_core.records import Role, Scorecard, Severity, TicketId
from cx_core.text.wording import say as worded
from cx_core.views import Refusal
from cx_core.views.review_views import ReviewDesk, ReviewFigures, ReviewItem, ReviewStory
from pages.parts.components import Node, node, paper, scorecard_keys
from pages.parts.governance import same_measure, simulated_past
from pages.parts.governance.evidence_picture import percent
from pages.parts.outcome import answer_here, answering, say
from pages.parts.page import require, told
from pages.parts.words import counted
from pages.wiring import desk, person

NOTHING = "Nothing waits for your review. What the copilot does without a person comes here, and every exception."
QUESTIONS = {
    "understood": "It understood what was wanted",
    "right_act": "It did the right thing",
    "right_amount": "Amount, item and day are right",
    "right_words": "The words are right",
    "same": "I would have done the same",
}
SEVERITIES: dict[Severity, str] = {"fine": "fine", "minor": "minor", "critical": "critical"}
NONE_COMES_DOWN = "This case is simulated: your scorecard is kept, and no level comes down."
PERSONS = "A person's work, by the same scorecard as the copilot's. No level depends on it."
KEYS = (
    "Alt + 1 to 5 tick or untick, Alt + M grades it minor and Alt + C critical (again: fine), "
    "Alt + N leads to the note, and Ctrl or ⌘ + Enter there saves."
)
UNGRADED = "A line is unticked: grade it minor (Alt + M) or critical (Alt + C)."
BOUND = "Errors, upper bound"
MORE = "Right reviews missing"
_FILE = "review-file"
CRITICAL = "Critical brings the level down at once: somebody was harmed, or would have been."


def _queue(items: Sequence[ReviewItem]) -> ReviewItem:
    """What waits, and the one that is open: the first, unless another is chosen."""
    by_key = {f"{one.ticket}:{one.version}": one for one in items}

    def label(key: str) -> str:
        one = by_key[key]
        return f"⚠ {one.ticket}" if one.exception else str(one.ticket)

    if st.session_state.get("review-case") not in by_key:
        st.session_state["review-case"] = next(iter(by_key))
    st.caption(f"{counted(len(items), 'case waits', 'cases wait')} for you, exceptions first.")
    chosen = st.radio(
        "Cases",
        list(by_key),
        format_func=label,
        key="review-case",
        label_visibility="collapsed",
        captions=[_caption(one) for one in items],
        persist_state="session",
    )
    return by_key[chosen]


def _caption(one: ReviewItem) -> str:
    """The case's title, and what it is not."""
    return f"{one.title}{' · simulated' if one.simulated else ' · a person’s' if one.by_person else ''}"


def _story(story: ReviewStory) -> None:
    item = story.item
    acts = [_act(one.words, one.verified, one.sources) for one in story.acts] or [
        node("p", "Nothing was changed.", cls="muted")
    ]
    facts = (item.title, worded(item.amount) if item.amount else "", item.why)
    paper(
        node(
            "div",
            node("h2", story.subject),
            node(
                "p",
                node("span", "Simulated", cls="chip care") if item.simulated else None,
                *[node("span", fact) for fact in facts if fact],
                node("time", at=item.at.isoformat()),
                cls="row small muted",
            ),
            node("p", f"Speaks against it: {story.against}", cls="note bad") if story.against else None,
            cls="section stack tight",
        ),
        _part("The customer wrote", *[node("blockquote", text) for text in story.asked]),
        _part("It understood", node("p", ", ".join(story.understood) or "nothing that it handles")),
        _part("It did", *acts),
        _part("It answered", node("blockquote", story.told))
        if story.told
        else _part("Reply", node("p", "Nothing was sent to the customer.", cls="muted")),
        _part("Why without a person", node("p", story.why_alone)) if story.why_alone else None,
        key=f"paper-review-{item.ticket}-{item.version}",
    )
    if item.by_person:  # the case file names whoever answered
        return
    st.button(  # a link would lose the press where a note that is being typed is committed by it
        "The whole case file",
        key=f"review-file-{item.ticket}",
        type="tertiary",
        icon=":material/history_edu:",
        on_click=_wish_for_file,
        args=(item.ticket,),
        help="Your scorecard is kept",
    )


def _wish_for_file(ticket: TicketId) -> None:
    st.session_state[_FILE] = ticket


def _part(title: str, *inside: Node) -> Node:
    return node("div", node("p", title, cls="caps"), *inside, cls="section stack tight")


def _act(words: str, verified: bool, sources: Sequence[str]) -> Node:
    return node(
        "div",
        node(
            "p",
            node("strong", words),
            node("span", "read back" if verified else "not read back", cls="chip" if verified else "chip care"),
            cls="row",
        ),
        *[node("p", line, cls="small muted") for line in sources],
        cls="stack tight",
    )


def _scorecard(item: ReviewItem) -> None:
    """All answers stand at yes: a case that was right is one key, a wrong one says where and how bad.

    Once anything says otherwise the one key is off, so that it cannot throw that away. What is filled in stays while
    its reader looks at another page.
    """
    key = f"{item.ticket}-{item.version}"
    with st.container(border=True, key="fields-scorecard"):
        st.subheader("Scorecard")
        st.button(
            "All right, next",
            key=f"review-fine-{key}",
            type="primary",
            shortcut="Alt+Y",
            disabled=_said_otherwise(key),
            on_click=_reviewed,
            args=(item, Scorecard()),
        )
        for name, question in QUESTIONS.items():
            st.checkbox(question, value=True, key=f"review-{name}-{key}", persist_state="session")
        st.segmented_control(
            "What it came to",
            list(SEVERITIES),
            default="fine",
            key=f"review-severity-{key}",
            help=CRITICAL,
            persist_state="session",
        )
        if _faulted(key) and _severity(key) == "fine":
            paper(node("p", UNGRADED, cls="note care"), key="paper-ungraded")
        st.text_area(
            "Note",
            key=f"review-note-{key}",
            max_chars=1000,
            height=90,
            placeholder="What was wrong, for whoever mends it",
            persist_state="session",
        )
        with st.container(horizontal=True):
            st.button("Save the scorecard", key=f"review-save-{key}", on_click=_saved, args=(item, key))
            if not item.simulated:
                st.button(
                    "Leave to another", key=f"review-skip-{key}", type="tertiary", on_click=_skipped, args=(item,)
                )
        st.caption(NONE_COMES_DOWN if item.simulated else PERSONS if item.by_person else CRITICAL)
        st.caption(KEYS)
        scorecard_keys()


def _said_otherwise(key: str) -> bool:
    """Whether anything on the scorecard was changed."""
    return _faulted(key) or _severity(key) != "fine" or bool(st.session_state.get(f"review-note-{key}", "").strip())


def _faulted(key: str) -> bool:
    return not all(st.session_state.get(f"review-{name}-{key}", True) for name in QUESTIONS)


def _severity(key: str) -> Severity:
    severity: Severity | None = st.session_state.get(f"review-severity-{key}")
    return severity or "fine"


def _skipped(item: ReviewItem) -> None:
    with answering():
        refusal = desk().case_reviews.skip(person(), item.ticket, item.version)
        say("Left to another reviewer." if refusal is None else refusal.text, good=refusal is None)
        st.session_state.pop("review-case", None)


def _saved(item: ReviewItem, key: str) -> None:
    given = st.session_state
    answers = {name: bool(given[f"review-{name}-{key}"]) for name in QUESTIONS}
    card = Scorecard.model_validate(
        {**answers, "severity": _severity(key), "note": given[f"review-note-{key}"].strip()}
    )
    _reviewed(item, card)


def _reviewed(item: ReviewItem, card: Scorecard) -> None:
    with answering():
        reviews = desk().advisor_work if item.by_person else desk().case_reviews
        refusal = reviews.review(person(), item.ticket, item.version, card)
        say("Kept." if refusal is None else refusal.text, good=refusal is None)
        if refusal is None:
            st.session_state.pop("review-case", None)


def _figures(opened: ReviewDesk) -> None:
    st.subheader("How often it was wrong")
    real = [one for one in opened.figures if not one.simulated]
    past = [one for one in opened.figures if one.simulated]
    if not real:
        words = "Nothing was done without a person yet. At level 1 and 3 the figures come here."
        paper(node("p", words, cls="muted"), key="paper-no-figures")
    else:
        _table(real, "review-figures")
        lines = [f"At this pace reviews take {opened.minutes:.0f} minutes a day."]
        if opened.missing_minutes:
            lines.append(f"{opened.missing_minutes:.0f} of them nobody has: let it act alone less often.")
        lines += _agreed(opened.twice, opened.agreement)
        paper(node("p", " ".join(lines), cls="small muted"), key="paper-review-time")
    if past:
        st.subheader("The same in the simulated past")
        words = " ".join([simulated_past.NOTHING_FOLLOWS, *_agreed(opened.past_twice, opened.past_agreement)])
        chip = node("span", "Simulated", cls="chip care")
        paper(node("p", chip, node("span", words), cls="row small muted"), key="paper-review-past")
        _table(past, "review-past")


def _agreed(twice: int, alpha: float | None) -> list[str]:
    if alpha is None:
        return []
    cases = counted(twice, "case was", "cases were")
    return [f"{cases} reviewed by two; agreement {alpha:.2f} (Krippendorff's alpha: 1 is full, 0 is chance)."]


def _table(figures: Sequence[ReviewFigures], key: str) -> None:
    st.dataframe(
        [_row(one) for one in figures],
        hide_index=True,
        width="stretch",
        key=key,
        column_config={
            "Errors": st.column_config.TextColumn(
                alignment="right", help="Estimated over all cases from those that were reviewed."
            ),
            BOUND: st.column_config.TextColumn(
                alignment="right",
                help="95 % upper bound of the share of errors in all these cases, reviewed or not, however often you "
                "look. Cases that wait for a review count as wrong until they are reviewed, and each drawn review "
                "counts for as many cases as its chance of being drawn says. It takes reviewers at their word, and "
                "speaks of what was done, not of what comes.",
            ),
            "Reviewed next": st.column_config.TextColumn(
                alignment="right",
                help="All after a raise and after an error; then less, the more were right, and never none.",
            ),
            MORE: st.column_config.TextColumn(
                alignment="right",
                help="So many more reviews without an error, those that wait included, bring the bound to 2 %.",
            ),
        },
    )


def _row(one: ReviewFigures) -> dict[str, object]:
    return {
        "Task type": one.title,
        "Without a person": one.cases,
        "Reviewed": one.reviewed,
        "Wrong": one.wrong,
        "Waiting": one.waiting,
        "Errors": f"{100 * one.error:.1f} %" if one.error is not None else "",
        BOUND: percent(one.error_at_most) if one.error_at_most < 1 else "",
        "Reviewed next": percent(one.share),
        MORE: "" if one.more is None else f"{one.more:,}",
    }


someone = require(Role.SUPERVISOR, Role.ADMINISTRATOR)
with told():
    if file := st.session_state.pop(_FILE, None):
        st.switch_page("case.py", query_params={"ticket": file})
    opened = desk().case_reviews.open(someone)
    answer_here("review")
    waiting = (*opened.waiting, *desk().advisor_work.waiting(someone))
    if waiting:
        beside, middle, right = st.columns([1, 2.2, 1.1], gap="medium")
        with beside:
            chosen = _queue(waiting)
        work = desk().advisor_work if chosen.by_person else desk().case_reviews
        story = work.story(someone, chosen.ticket, chosen.version)
        if isinstance(story, Refusal):
            paper(node("p", story.text, cls="muted"), key="paper-review-gone")
        else:
            with middle:
                _story(story)
            with right:
                _scorecard(chosen)
    else:
        paper(node("div", node("h2", "All reviewed"), node("p", NOTHING, cls="muted"), cls="empty"), key="review-none")
    _figures(opened)
    same_measure.side_by_side(desk().advisor_work.same_measure(someone))
