"""An advisor's work on one ticket, not sent yet: their text and what they changed in the plan, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from cx_core.records import Choices, TicketId
from cx_core.views import TicketView
from cx_core.views.slot_chips import all_labels, relabelled, with_chips, with_slots
from pages.parts.inbox import current_ticket
from pages.parts.inbox.plan_choices import choices
from pages.wiring import desk, person

_ASIDE = "draft-not-kept"


class Drawn(NamedTuple):
    """What one text area of this page shows."""

    revision: int
    text: str
    followed: int  # the last revision that the page put into it, other than by typing
    replaced: frozenset[str] = frozenset()  # what it held before; the browser may still send that, until it says more


def version_of(view: TicketView) -> int:
    """Version of the proposal that counts."""
    return view.proposal.version if view.proposal else view.ticket.version


def draft_of(view: TicketView) -> tuple[int, str]:
    """The text to work on and the version it began from; 0: from nothing, while the ticket was still being read."""
    if view.draft:
        return view.draft.version, view.draft.text
    if view.proposal is None:
        return 0, ""
    return view.proposal.version, view.proposal.reply.text if view.proposal.reply else ""


def newer_reply(view: TicketView) -> str | None:
    """A drafted reply that came after the advisor's own text was begun."""
    if not (view.draft and view.proposal and view.proposal.reply):
        return None
    newer = view.proposal.version > view.draft.version and view.proposal.reply.text != view.draft.text
    return view.proposal.reply.text if newer else None


def area_key(view: TicketView) -> str:
    """Key of the text area: a fresh draft is a fresh area."""
    return f"draft-{view.ticket.id}-{draft_of(view)[0]}"


def text_of(view: TicketView) -> str:
    """What the text area holds, or will hold when it is drawn, as it is stored: with slots in place of chips."""
    key = area_key(view)
    return as_stored(key, str(st.session_state[key])) if key in st.session_state else draft_of(view)[1]


def as_shown(view: TicketView, text: str) -> str:
    """Return a stored text as people read it: a chip in place of each slot."""
    return with_chips(text, view.labels)


def as_stored(key: str, shown: str) -> str:
    """Return what an area of this page holds as it is stored."""
    return with_slots(shown, _slots().get(key, {}))


def put_in_area(view: TicketView, text: str) -> None:
    """Show a stored text in the area. In a callback, or before the area is drawn."""
    key = area_key(view)
    _replace(key, text_of(view), text)
    _learn(key, view, text)
    st.session_state[key] = as_shown(view, text)


def _replace(key: str, before: str, text: str) -> None:
    drawn = _drawn().get(key)
    if drawn is not None and text != before:
        replaced = (drawn.replaced | {before}) - {text}
        _drawn()[key] = drawn._replace(followed=drawn.revision, replaced=replaced)


def outdated(key: str, text: str) -> bool:
    """Whether an area says what it held before the page put other words into it: it was sent before they were drawn.

    Whoever takes those words out again by hand types, and that is told by itself.
    """
    drawn = _drawn().get(key)
    return drawn is not None and text in drawn.replaced


def put_back(view: TicketView, key: str) -> None:
    """Callback: show again what was kept, in place of what is outdated."""
    st.session_state[key] = as_shown(view, _drawn()[key].text)


def shown_since(view: TicketView) -> int:
    """Return the revision with which the page last put words into the area."""
    drawn = _drawn().get(area_key(view))
    return drawn.followed if drawn else 0


def label_chips(view: TicketView) -> None:
    """Before the area is drawn: its chips say what is expected now, as when a value of the plan was changed."""
    key = area_key(view)
    before = dict(_slots().get(key, {}))
    _learn(key, view, draft_of(view)[1])
    if key in st.session_state:
        shown = str(st.session_state[key])
        if (now := relabelled(shown, before, view.labels)) != shown:
            st.session_state[key] = now


def _learn(key: str, view: TicketView, text: str) -> None:
    """Remember which slot each label was drawn for: an area may come back with those of the run before."""
    every = all_labels(text, view.labels)
    _slots().setdefault(key, {}).update({label: slot for slot, label in every.items()})


def _slots() -> dict[str, dict[str, str]]:
    """By the key of an area, the slots by their labels."""
    slots: dict[str, dict[str, str]] = st.session_state.setdefault("chips", {})
    return slots


def earlier(view: TicketView) -> tuple[str, ...]:
    """The advisor's texts before each rewriting, oldest first."""
    return view.draft.earlier if view.draft else ()


def following(view: TicketView) -> bool:
    """Whether the text area shows the draft as it is kept now. Before the area is drawn.

    One that nobody changed here takes over what was kept elsewhere: in another tab, or by a colleague. One that was
    changed keeps its text, and the person chooses.
    """
    key, text = area_key(view), draft_of(view)[1]
    revision = view.draft.revision if view.draft else 0
    drawn = _drawn().get(key)
    here = text_of(view)
    if drawn is None or revision == drawn.revision or here == text:
        if drawn is None or drawn.revision != revision:
            _drawn()[key] = (drawn or Drawn(0, "", 0))._replace(revision=revision, text=text)
        return True
    if here != drawn.text:
        return False
    _drawn()[key] = drawn._replace(revision=revision, text=text)
    put_in_area(view, text)
    return True


def conflicts(view: TicketView) -> bool:
    """Whether other words were kept meanwhile than the ones this page shows and somebody changed here."""
    drawn = _drawn().get(area_key(view))
    return bool(view.draft and drawn and view.draft.revision != drawn.revision and text_of(view) != view.draft.text)


def save(
    ticket: TicketId,
    version: int,
    key: str,
    text: str,
    choices: Choices | None = None,
    earlier: Sequence[str] | None = None,
    *,
    began: int | None = None,
    over: int | None = None,
) -> bool:
    """Keep words that were written in this page's area. Whether they were; where others were kept meanwhile, no.

    `began` is the revision that the browser had drawn when they were typed, `over` one that is replaced knowingly.
    """
    drawn = _drawn().get(key, Drawn(0, "", 0))
    seen = drawn.revision if over is None else over
    if began is not None and began < drawn.followed:
        seen = began  # typed before what was put in had arrived in the browser
    elif began is not None:
        drawn = drawn._replace(replaced=frozenset())
    if not current_ticket.attempt(
        ticket, lambda: desk().inbox.save_draft(person(), ticket, version, text, choices, earlier, seen=seen)
    ):
        _drawn()[key] = drawn._replace(revision=seen, followed=seen)
        _aside()[ticket] = (key, text)
        return False
    _drawn()[key] = _stored(ticket, text, seen, drawn)
    if _aside().get(ticket, ("", ""))[0] == key:
        del _aside()[ticket]
    return True


def _stored(ticket: TicketId, text: str, seen: int, drawn: Drawn) -> Drawn:
    """Return what the area shows once the desk has kept `text` over the revision `seen`.

    The desk may have drafted the text anew, and keeps nothing where nothing differs from what was proposed. Where
    others kept words of theirs since, the area still shows one's own, so that the two texts are told apart.
    """
    view = desk().inbox.ticket(person(), ticket)
    draft = view.draft if isinstance(view, TicketView) else None
    if draft is None:
        return drawn._replace(revision=0, text=text, followed=0)
    if draft.revision > seen + 1 and draft.text != text:
        return drawn._replace(revision=seen + 1, text=text)
    return drawn._replace(revision=draft.revision, text=draft.text)


def stored_text(view: TicketView) -> str:
    """Return the words that the desk holds for the text area, as they were last kept or drawn here."""
    return _drawn()[area_key(view)].text


def revision_of(view: TicketView) -> int:
    """Return the revision of the draft whose words the text area shows, for the desk to compare with its own."""
    drawn = _drawn().get(area_key(view))
    if drawn is not None:
        return drawn.revision
    return view.draft.revision if view.draft else 0


def aside(view: TicketView, mounted: str) -> str:
    """Return what was written here, could not be kept and is not in the area that is drawn, by its key or ""."""
    _, text = _aside().get(view.ticket.id, ("", ""))
    here = as_stored(mounted, str(st.session_state.get(mounted, ""))) if mounted else ""
    return text if here != text else ""


def drop_aside(ticket: TicketId) -> None:
    """Callback: the person needs it no longer."""
    _aside().pop(ticket, None)


def _aside() -> dict[TicketId, tuple[str, str]]:
    """By ticket, the key of the area and its words that were refused."""
    refused: dict[TicketId, tuple[str, str]] = st.session_state.setdefault(_ASIDE, {})
    return refused


def _drawn() -> dict[str, Drawn]:
    areas: dict[str, Drawn] = st.session_state.setdefault("drawn-drafts", {})
    return areas


def keep(view: TicketView) -> None:
    """Keep the plan as it is chosen now, so that neither a refresh nor a colleague's look loses it. Only in a callback.

    A draft that nobody changed follows the plan: the desk drafts it anew.
    """
    chosen = choices(view)
    now = Choices(edits=chosen.edits, skipped=chosen.skipped)
    ticket, version = view.ticket.id, draft_of(view)[0]
    key, before = area_key(view), text_of(view)
    if save(ticket, version, key, before, now) and (stored := stored_text(view)) != before:
        put_in_area(view, stored)
