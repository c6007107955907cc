"""Another desk's history imported by command: the same import as on the Connections page, worked on at once."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from cx_core import settings
from cx_core.desk.desk import Desk
from cx_core.errors import BadInput
from cx_core.ports import Accounts
from cx_core.records import Person, Role
from cx_core.views import Refusal
from cx_core.views.channels.import_views import ImportChoice, ImportRun, contents_in_words, tally_in_words

LOOK_SECONDS = 1.0
"""How often it is looked how far another process is that took the work up first."""
FAULTS_TOLD = 20


def run_import(given: argparse.Namespace) -> Iterator[str]:
    """Raises BadInput."""
    from cx_core.bootstrap import Works, open_desk

    try:
        since = datetime.fromisoformat(given.since).replace(tzinfo=UTC) if given.since else None
    except ValueError as error:
        raise BadInput(f"{given.since} is no day: write it as 2025-01-31.") from error
    choice = ImportChoice(
        solved_tickets=not given.no_tickets, open_tickets=given.open, articles=not given.no_articles, since=since
    )
    with closing(Works(settings.load())) as works:
        desk = open_desk(works.settings, works.clock, works)
        yield from import_file(
            desk, works.accounts, given.person, given.file, choice, ours=given.ours, dry_run=given.dry_run
        )


def import_file(
    desk: Desk, accounts: Accounts, email: str, file: Path, choice: ImportChoice, *, ours: str, dry_run: bool
) -> Iterator[str]:
    """What is in the file, and what came of it, in sentences. Raises BadInput saying why it cannot be."""
    person = _administrator(accounts, email)
    with file.open("rb") as source:
        run = desk.imports.hand_in(person, file.name, source, ours)
    if isinstance(run, Refusal):
        raise BadInput(run.text)
    run = _worked(desk, person, run.id)
    if run.state != "ready":
        raise BadInput(run.trouble or "It was cancelled meanwhile.")
    yield from contents_in_words(run)
    yield from _faults(run)
    if dry_run:
        desk.imports.cancel(person, run.id)
        yield "Nothing was taken."
        return
    refusal = desk.imports.begin(person, run.id, choice)
    if refusal is not None:
        raise BadInput(refusal.text)
    run = _worked(desk, person, run.id)
    yield from _faults(run)
    if run.state != "done":
        raise BadInput(run.trouble or "It was paused or cancelled on the Connections page.")
    yield f"Done: {tally_in_words(run)}"


def _administrator(accounts: Accounts, email: str) -> Person:
    found = (accounts.account(one.id) for one in accounts.people() if one.role is Role.ADMINISTRATOR)
    people = [one for one in found if one is not None]
    wanted = [one for one in people if not email or one.email.casefold() == email.casefold()]
    if not wanted:
        raise BadInput(f"There is no open account of an administrator {email}.".replace(" .", "."))
    return wanted[0]


def _worked(desk: Desk, person: Person, id: str) -> ImportRun:
    """Once nobody works on it any more."""
    while True:
        desk.import_work.go_on()
        view = desk.imports.opened(person, id)
        if isinstance(view, Refusal):
            raise BadInput(view.text)
        if not view.run.worked_on:
            return view.run
        time.sleep(LOOK_SECONDS)


def _faults(run: ImportRun) -> Iterator[str]:
    for fault in run.faults[:FAULTS_TOLD]:
        yield f"  {fault.place}: {fault.why}"
    if run.tally.faults > FAULTS_TOLD:
        yield f"  and {run.tally.faults - FAULTS_TOLD} more"
