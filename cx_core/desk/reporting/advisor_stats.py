"""A person's own day: what they handled and how it went, beside the days before."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cx_core.desk.reporting import daily_figures
from cx_core.desk.service import LEADS, Service, allow
from cx_core.errors import NotAllowed
from cx_core.records import APPROVERS, Person, PersonId
from cx_core.views import MyDay

WEEK = 7
LOOK_BACK = timedelta(days=14)
"""So long before the week answers are looked for that today's reopenings and ratings may fall to."""


class AdvisorStatsService(Service):
    """Everyone sees their own figures; supervisors and administrators those of any colleague who answers."""

    def day(self, person: Person, of: PersonId | None = None) -> MyDay:
        """Raises NotAllowed for somebody else's figures."""
        allow(person, *APPROVERS)
        whose = of or person.id
        names = {one.id: one.name for one in self._accounts.people() if one.role in APPROVERS} | {
            person.id: person.name
        }
        if whose != person.id and (person.role not in LEADS or whose not in names):
            raise NotAllowed("These are somebody else's figures. Supervisors and administrators may see them.")
        zone = ZoneInfo(self._knowledge.company.timezone)
        today = self._clock().astimezone(zone).date()
        week = tuple(today - timedelta(days=ago) for ago in range(WEEK, 0, -1))
        begins = datetime.combine(week[0], time(), zone).astimezone(UTC)
        events = daily_figures.theirs(self._store.measured(whose, begins - LOOK_BACK), whose)
        real = [one for one in events if not one.simulated]
        made_up = daily_figures.by_day([one for one in events if one.simulated], week, zone)
        tonight = datetime.combine(today + timedelta(days=1), time(), zone).astimezone(UTC)
        return MyDay(
            person=whose,
            name=names[whose],
            today=daily_figures.by_day(real, (today,), zone)[0],
            week=daily_figures.by_day(real, week, zone),
            simulated=made_up if any(one.handled for one in made_up) else (),
            hours=daily_figures.by_hour(real, today, zone),
            coming_back=self._store.waking(whose, tonight),
        )
