"""A level tried on tickets by command: the same simulation as on the Autonomy page, run at once."""

from __future__ import annotations

import argparse
from datetime import datetime, timedelta

from pydantic import ValidationError

from cx_core.desk.simulation.simulations import SimulationService
from cx_core.errors import BadInput
from cx_core.ports import Accounts
from cx_core.records import Perimeter, TaskTypeName
from cx_core.views import Refusal
from cx_core.views.simulation_views import SimulationSpec, in_words


def spec_of(given: argparse.Namespace, now: datetime) -> SimulationSpec:
    """What the arguments ask for. Raises BadInput where the limits cannot be read."""
    past = not (given.open or given.file)
    limits = None
    if given.limits is not None:
        try:
            limits = Perimeter.model_validate_json(given.limits.read_bytes())
        except ValidationError as error:
            first = error.errors()[0]
            raise BadInput(f"{given.limits}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return SimulationSpec(
        task_type=TaskTypeName(given.task_type),
        level=given.level,
        limits=limits if given.level > 1 else None,
        source="past" if past else "file" if given.file else "open",
        since=now - timedelta(days=given.days) if past else None,
        until=now + timedelta(seconds=1) if past else None,
        file=given.file.name if given.file else "",
    )


def simulate(
    simulations: SimulationService, accounts: Accounts, email: str, spec: SimulationSpec, content: bytes
) -> tuple[tuple[str, ...], bytes]:
    """What it comes to, in sentences, and the report. Raises BadInput saying why it cannot be, and NotAllowed."""
    listed = (one.person for one in accounts.listed() if one.person.email.casefold() == email.casefold())
    known = next(listed, None)
    person = accounts.account(known.id) if known else None
    if person is None:
        raise BadInput(f"There is no open account {email}.")
    begun = simulations.begin(person, spec, content)
    if isinstance(begun, Refusal):
        raise BadInput(begun.text)
    simulations.go_on()
    view = simulations.opened(person, begun.id)
    if isinstance(view, Refusal) or view.simulation.figures is None:
        trouble = view.text if isinstance(view, Refusal) else view.simulation.trouble
        raise BadInput(trouble or "Another process runs it: look for it on the Autonomy page.")
    report = simulations.report(person, begun.id)
    if isinstance(report, Refusal):
        raise BadInput(report.text)
    return in_words(view.simulation.figures, spec), report
