"""Who looks after an article: somebody who may change it, with an open account; and what is left of those who went."""

from __future__ import annotations

from cx_core.desk.service import EDITORS, Service, allow
from cx_core.knowledge_base.articles import LeftBehind
from cx_core.records import Person, PersonId
from cx_core.views import Colleague, Refusal

_MAY_NOT = Refusal(
    code="stale",
    text="Only an editor or an administrator whose account is open may look after an article. Choose somebody else.",
)


class ArticleOwnerService(Service):
    """Editors and administrators."""

    def owners(self, person: Person) -> tuple[Colleague, ...]:
        """Who can own an article, by name."""
        allow(person, *EDITORS)
        return tuple(one for one in self._accounts.people() if one.role in EDITORS)

    def left_behind(self, person: Person) -> tuple[LeftBehind, ...]:
        """Articles whose owner may not look after them any more, by that owner's name; archived ones are nobody's."""
        allow(person, *EDITORS)
        may, names = self.may_own(), self._accounts.names()
        with self._store.look() as unit:
            entries = [one for one in unit.articles.all() if one.state != "archived"]
        gone = {owner for one in entries if (owner := one.latest.content.owner) is not None and owner not in may}
        made = (
            LeftBehind(
                owner=id,
                name=names.get(id, ""),
                articles=tuple(one for one in entries if one.latest.content.owner == id),
            )
            for id in gone
        )
        return tuple(sorted(made, key=lambda one: (one.name.casefold(), one.owner)))

    def may_own(self) -> frozenset[PersonId]:
        return frozenset(one.id for one in self._accounts.people() if one.role in EDITORS)

    def wrong_owner(self, owner: PersonId | None, before: PersonId | None = None) -> Refusal | None:
        """`before`: whose it was. That they have gone since is no reason to refuse a change of its words."""
        return None if owner in (None, before) or owner in self.may_own() else _MAY_NOT
