"""Look anything up, from every page: a button in the corner (Ctrl or ⌘ K) and a dialog over whatever was there.

What is shown is kept in the session as it was looked up: looking once is one entry in the audit log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby

import streamlit as st

from cx_core.errors import RungError
from cx_core.records import APPROVERS, ArticleId, Person, TicketId
from cx_core.views import Fact, Hit, LookedUp, LookupResult, Refusal, TicketView
from pages.parts.components import finder
from pages.parts.inbox import current_ticket
from pages.parts.reply.composer import composes
from pages.parts.reply.insert_text import insert
from pages.parts.words import shown, titled
from pages.wiring import desk, person

KINDS = {
    "customer": "Customers",
    "order": "Orders",
    "invoice": "Invoices",
    "payment": "Payments",
    "appointment": "Appointments",
    "contract": "Contracts",
    "article": "Articles",
    "case": "Solved before",
    "ticket": "Tickets",
}
EVERYTHING = "Name, e-mail, phone, postcode, order or invoice number, or a question"
ARTICLES = "A question, or words of an article"
_INTERNAL = "Internal: for your information only, never to be shared with a customer."
_NOT_TODAY = "It does not hold today: for you to know, not for a customer."
_CHANGED = "The passage that was found has been changed since: this is the article as it is now."
_ANOTHERS = "Another customer’s case, masked: for your information only, never to be shared with this customer."


@dataclass
class Search:
    """What this session's dialog shows."""

    text: str = ""
    found: LookupResult = field(default_factory=LookupResult)
    thing: LookedUp | None = None
    trouble: str = ""


def lookup_button() -> None:
    """Beside the account on every page."""
    st.button("Search", icon=":material/search:", key="lookup-open", shortcut="Mod+K", on_click=_open)


def lookup(someone: Person, *, inbox: bool) -> None:
    """The dialog while it is open; and the way to a ticket that was chosen in it, which leads to the Inbox."""
    wanted = st.session_state.pop("lookup-go", None)
    if wanted is not None:
        if not inbox:
            st.switch_page("inbox.py", query_params={"ticket": wanted})
        current_ticket.open_ticket(wanted)
    if "lookup" in st.session_state:
        _dialog(someone.role in APPROVERS)


def look_at(ref: str, ticket: TicketId | None) -> None:
    """Open the dialog with one thing in it. Only in a callback."""
    st.session_state["lookup"] = Search()
    _try(lambda: desk().lookup.look_up(person(), ref, ticket), _take_thing)


def _close() -> None:
    st.session_state.pop("lookup", None)


@st.dialog("Search", width="large", on_dismiss=_close)
def _dialog(everything: bool) -> None:
    search = _search()
    finder(
        {
            "text": search.text,
            "placeholder": EVERYTHING if everything else ARTICLES,
            "groups": _groups(search.found.hits),
            "none": _none(search),
            "hint": "↑ and ↓ move, Enter opens." if search.found.hits else "",
            "thing": _thing(search.thing) if search.thing else None,
            "inserts": _writing() is not None,
        },
        on_typed=_typed,
        on_chosen=_chosen,
        on_act=_acted,
    )


def _search() -> Search:
    kept: Search = st.session_state["lookup"]
    return kept


def _open() -> None:
    st.session_state.setdefault("lookup", Search())


def _none(search: Search) -> str:
    if search.trouble or search.found.troubles:
        return search.trouble or " ".join(search.found.troubles)
    if search.found.hits or len(search.text.strip()) < 2:
        return "" if search.text.strip() else "Type to search. Nothing you look at is changed."
    return "Nothing found. Try fewer characters or different words."


def _groups(hits: Iterable[Hit]) -> list[dict[str, object]]:
    return [
        {"name": KINDS.get(kind, f"{titled(kind)}s"), "hits": [_hit(hit) for hit in group]}
        for kind, group in groupby(hits, key=lambda hit: hit.kind)
    ]


def _hit(hit: Hit) -> dict[str, str]:
    return {"ref": hit.ref, "title": hit.title, "about": hit.about}


def _thing(thing: LookedUp) -> dict[str, object]:
    return {
        **_hit(thing.hit),
        "ticket": thing.hit.kind == "ticket",
        "notes": [*([] if thing.quotable else [_why_not(thing)]), *([_CHANGED] if thing.changed else [])],
        "quotable": thing.quotable,
        "facts": [_fact(fact) for fact in thing.facts],
        "texts": [{"heading": part.heading, "text": part.text, "found": part.found} for part in thing.texts],
        "groups": _groups(sorted(thing.linked, key=lambda hit: hit.kind)),
    }


def _why_not(thing: LookedUp) -> str:
    if thing.hit.kind == "case":
        return _ANOTHERS
    return _INTERNAL if thing.hit.about.startswith("internal") else _NOT_TODAY


def _fact(fact: Fact) -> dict[str, object]:
    said = "Not shown here" if fact.hidden else shown(fact.value)
    return {"name": titled(fact.name), "shown": said, "words": fact.words, "hidden": fact.hidden}


def _at_hand() -> TicketId | None:
    """The ticket that this session has open in the Inbox; an id in the address alone opens none."""
    viewed: TicketId | None = st.session_state.get("viewed")
    return viewed


def _writing() -> TicketView | None:
    """The ticket that is open, if its reply is being written."""
    ticket = _at_hand()
    view = desk().inbox.ticket(person(), ticket) if ticket else None
    return view if isinstance(view, TicketView) and composes(view) else None


# --- what is asked in the dialog ------------------------------------------------------------


def _typed() -> None:
    search, typed = _search(), st.session_state["finder"].typed
    if typed:
        search.text = str(typed["text"])
        _try(lambda: desk().lookup.find(person(), search.text), _take_found)


def _take_found(found: object) -> None:
    if isinstance(found, LookupResult):
        _search().found = found


def _chosen() -> None:
    ref = st.session_state["finder"].chosen
    if ref:
        _try(lambda: desk().lookup.look_up(person(), str(ref), _at_hand()), _take_thing)


def _take_thing(thing: object) -> None:
    if isinstance(thing, LookedUp):
        _search().thing = thing


def _try(ask: Callable[[], object], take: Callable[[object], None]) -> None:
    """What went wrong is said where the results would be."""
    search = _search()
    try:
        answer = ask()
    except RungError as error:
        search.trouble = str(error)
        return
    search.trouble = answer.text if isinstance(answer, Refusal) else ""
    take(answer)


def _quoted(view: TicketView, words: str) -> None:
    """What stands in an article counts as its use, once it is in the reply."""
    thing = _search().thing
    if thing is not None and thing.hit.kind == "article":
        article = ArticleId(thing.hit.ref.removeprefix("article/"))
        heading = next((part.heading for part in thing.texts if part.text == words), "")
        current_ticket.attempt(
            view.ticket.id, lambda: desk().article_usage.quoted_article(person(), view.ticket.id, article, heading)
        )


def _acted() -> None:
    act = st.session_state["finder"].act
    if not act:
        return
    if act["do"] == "insert":
        view = _writing()
        if view is not None and insert(view, str(act["text"]), inline=bool(act.get("inline"))):
            _quoted(view, str(act["text"]))
    else:
        st.session_state["lookup-go"] = TicketId(str(act["ref"]).removeprefix("ticket/"))
    _close()
    st.rerun()
