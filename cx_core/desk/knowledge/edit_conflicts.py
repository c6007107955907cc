"""What a colleague did with an article after a page that shows it was drawn.

Whoever decides on what they saw is told who has changed it and what, instead of deciding on something else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cx_core.knowledge_base.articles import SYNCED_BY, ArticleEntry, ArticleState
from cx_core.knowledge_base.handed_in import PROGRAM
from cx_core.records import Person, PersonId
from cx_core.views import Refusal

_DID: dict[ArticleState, str] = {
    "draft": "made it a draft again",
    "in_review": "sent it to review",
    "published": "published it",
    "archived": "archived it",
}
_SINCE: dict[ArticleState, str] = {
    "draft": "",
    "in_review": "sent to review",
    "published": "published",
    "archived": "archived",
}
_THEN = "Nothing was done. Look at it as it is now, and decide again."


def meanwhile(
    seen: ArticleEntry | int,
    now: ArticleEntry,
    person: Person,
    names: Callable[[], Mapping[PersonId, str]],
    then: str = _THEN,
) -> Refusal | None:
    """None if it is as it was seen. `seen`: what a page showed, or the version alone, where nothing else matters.

    `then`: what to do about it.
    """
    number = seen if isinstance(seen, int) else seen.latest.number
    if now.latest.number != number:
        since = f", and it was {_SINCE[now.state]}" if _SINCE[now.state] else ""
        who = _who(now.latest.made_by, person, names)
        return Refusal(code="stale", text=f"{who} saved version {now.latest.number} of it meanwhile{since}. {then}")
    if isinstance(seen, int) or (seen.state, seen.live) == (now.state, now.live):
        return None
    did = _DID[now.state] if seen.state != now.state else "changed what search finds of it"
    return Refusal(code="stale", text=f"{_who(now.changed_by, person, names)} {did} meanwhile. {then}")


def _who(id: str, person: Person, names: Callable[[], Mapping[PersonId, str]]) -> str:
    if id == person.id:
        return "You"
    if id.startswith(PROGRAM):
        return "A program"
    if id == "folder":
        return "The knowledge folder"
    return "The folder that is synced" if id == SYNCED_BY else names().get(PersonId(id), "A colleague")
