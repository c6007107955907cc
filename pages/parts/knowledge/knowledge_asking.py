"""Ask the knowledge: what is found for a question, in which order and why, and the draft; and saved test questions."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from cx_core.knowledge_base.questions import FoundPassage, Placed, QuestionResult, Trial
from cx_core.records import ArticleId, Person
from cx_core.views import Refusal
from pages.parts.components import Node, node, paper, pressed
from pages.parts.knowledge import article_editor
from pages.parts.outcome import answering, say
from pages.parts.words import ROUTES
from pages.wiring import desk, person

NOTHING = "Nothing here should answer it"
_QUESTION = "ask-question"
_ORDER = "Words, title and meaning of the whole article count together; of each its passages that fit are shown."


def show(someone: Person) -> None:
    """The question and what comes of it; below, the test questions."""
    left, right = st.columns([1.5, 1], gap="large")
    with left:
        st.text_input(
            "Ask as a customer would",
            key=_QUESTION,
            max_chars=2000,
            placeholder="How long does a refund take?",
            persist_state="session",
        )
        question = st.session_state[_QUESTION]
        asked = desk().knowledge_questions.ask_knowledge(someone, question) if question.strip() else None
        if asked is not None:
            if isinstance(asked, Refusal):
                paper(node("p", asked.text, cls="note busy"), key="asked-refused")
            else:
                paper(
                    _answer(asked),
                    *[_found(n, one) for n, one in enumerate(asked.found, 1)],
                    key="asked",
                    on_pressed=_open,
                )
    with right:
        _keeping(someone, asked if isinstance(asked, QuestionResult) else None)
        _questions(someone)


def _answer(asked: QuestionResult) -> Node:
    """Whether something here answers, which is whether the draft says it, and the draft."""
    state = ("Something here answers this", "good") if asked.is_answered else ("Nothing here answers this", "care")
    rests = "The draft says what is published." if asked.is_answered else "No draft rests on what is published."
    return node(
        "div",
        node("p", node("span", state[0], cls=f"chip {state[1]}"), node("span", rests, cls="small muted"), cls="row"),
        node("p", f"Words alone were searched: {asked.trouble}", cls="note care") if asked.trouble else None,
        node("p", "The draft", cls="caps"),
        node("p", asked.draft or "No draft: a person replies.", cls="typed reply"),
        node("p", f"{ROUTES[asked.route]}: {asked.why}", cls="small muted"),
        node("p", "Found, in this order", cls="caps") if asked.found else None,
        node("p", _ORDER if asked.found else "No passage was found.", cls="small muted"),
        cls="stack section",
    )


def _open(ref: str) -> None:
    """Callback: the article, at the passage that was found. The question is still there on the way back."""
    article_editor.look_at(ref.removeprefix("article/"))


def _found(number: int, one: FoundPassage) -> Node:
    passage = one.passage
    title = " · ".join(part for part in (passage.title, passage.heading) if part)
    why = f"Semantic similarity {passage.score:.2f}" + (
        f" · has the words: {', '.join(one.shared)}" if one.shared else ""
    )
    marks = [node("span", "Internal", cls="chip")] if passage.audience == "internal" else []
    return node(
        "section",
        node(
            "div",
            node("span", str(number), cls="muted"),
            pressed(title, passage.ref, label=f"Open {title}"),
            *marks,
            cls="row",
        ),
        node("p", passage.text, cls="typed small"),
        node("p", why, cls="small muted"),
        cls="stack tight section",
    )


def _keeping(someone: Person, asked: QuestionResult | None) -> None:
    """For the question that was asked: each begins with what was found for it, not with the last one's article."""
    if asked is None:
        paper(node("p", "Ask something to keep it as a test question.", cls="muted small"), key="keep-later")
        return
    titles = {one.id: one.title for one in desk().article_lifecycle.articles(someone)}
    known = ["", *sorted(titles, key=titles.__getitem__)]
    first = asked.cited[0] if asked.is_answered else ""
    key = f"ask-article-{first}-{asked.question}"
    with st.popover("Keep as a test question", icon=":material/bookmark_add:", key=f"keep-{_kept_so_far(someone)}"):
        st.selectbox(
            "It is answered by",
            known,
            key=key,
            index=known.index(first) if first in known else 0,
            format_func=lambda id: titles.get(id, NOTHING),
        )
        st.text_input("Folder", "General", key="ask-folder", max_chars=80)
        st.button("Keep", key="ask-keep", type="primary", on_click=_kept, args=(asked.question, key))


def _kept_so_far(someone: Person) -> int:
    """In the menu's key: it closes once a question was kept, since another count is another menu."""
    return len(desk().knowledge_questions.test_questions(someone))


def _kept(question: str, key: str) -> None:
    """Callback. `question` as it was asked: what is in its field by now has found nothing yet."""
    given = st.session_state
    with answering():
        article = ArticleId(given[key]) if given[key] else None
        done = desk().knowledge_questions.keep_question(person(), given["ask-folder"], question, article)
        say(
            done.text if isinstance(done, Refusal) else "Kept. It is asked again before every publication.",
            good=not isinstance(done, Refusal),
        )


def _questions(someone: Person) -> None:
    placed = desk().knowledge_questions.run_questions(someone)
    if isinstance(placed, Refusal):
        paper(node("p", placed.text, cls="note busy"), key="questions-refused")
        return
    if not placed:
        words = "No test question is kept yet. One with the article that answers it is asked again after every change."
        paper(node("p", words, cls="muted"), key="questions-none")
        return
    right = sum(one.right for one in placed)
    titles = _titles(someone)
    folders: dict[str, list[Placed]] = {}
    for one in placed:
        folders.setdefault(one.question.folder, []).append(one)
    paper(node("p", f"{right} of {len(placed)} test questions come out right", cls="caps"), key="questions-count")
    for folder, ones in folders.items():
        paper(node("p", f"{folder}: {sum(one.right for one in ones)} of {len(ones)}", cls="caps"), key=f"in-{folder}")
        for one in ones:
            with st.container(horizontal=True, vertical_alignment="center", wrap=False):
                paper(came_out(one, titles), key=f"question-{one.question.id}")
                st.button(
                    "Delete",
                    key=f"question-drop-{one.question.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=_dropped,
                    args=(one.question.id,),
                )


def _titles(someone: Person) -> dict[str, str]:
    return {one.id: one.latest.content.title for one in desk().article_lifecycle.article_entries(someone)}


def came_out(one: Placed, titles: Mapping[str, str]) -> Node:
    """One test question and how it comes out."""
    wanted = f"“{titles.get(one.question.article or '', one.question.article)}”"
    if one.question.article is None:
        told = "Nothing answers it, as it should be." if one.right else f"“{one.first}” seems to answer it."
    elif one.right:
        told = f"{wanted} is found first."
    elif one.place:
        told = f"{wanted} is found at place {one.place}, “{one.first}” first."
    else:
        told = f"{wanted} is not found" + (f", “{one.first}” is." if one.first else ".")
    mark = node("span", "right", cls="chip good") if one.right else node("span", "wrong", cls="chip bad")
    return node(
        "div",
        node("p", one.question.text),
        node("p", mark, node("span", told), cls="row small muted"),
        cls="stack tight",
    )


def _dropped(id: str) -> None:
    with answering():
        desk().knowledge_questions.drop_question(person(), id)


def trial(id: ArticleId, someone: Person) -> None:
    """What publishing this version would change for the test questions; nothing where there are none."""
    if not desk().knowledge_questions.test_questions(someone):
        return
    found = desk().knowledge_questions.try_version(someone, id)
    if isinstance(found, Refusal):
        paper(node("p", found.text, cls="note busy"), key="trial-refused")
        return
    paper(_trial(found, _titles(someone)), key=f"trial-{id}")


def _trial(found: Trial, titles: Mapping[str, str]) -> Node:
    if not found.better and not found.worse:
        return node("p", f"Published, it leaves all {len(found.now)} test questions as they are.", cls="note good")
    worse = [came_out(one, titles) for one in found.worse]
    better = [came_out(one, titles) for one in found.better]
    return node(
        "div",
        node(
            "p",
            f"If published, {len(worse)} of {len(found.now)} test questions would do worse and {len(better)} better.",
        ),
        *([node("p", "Worse", cls="caps"), *worse] if worse else []),
        *([node("p", "Better", cls="caps"), *better] if better else []),
        cls=f"note {'care' if worse else 'good'} stack tight",
    )
