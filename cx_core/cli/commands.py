"""The commands: what each is called with, and what it has done."""

from __future__ import annotations

import argparse
import json
import sys
import time
import unicodedata
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cx_core import settings
from cx_core.errors import AuditBroken, AuditUnavailable, BadInput, KnowledgeError, RungError

if TYPE_CHECKING:
    from cx_core.settings import Settings

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

AT_WORK = "This is a business at work, not the demonstration: nothing made up is written into it."


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 the answer is no (a log that does not verify), 2 it could not be done."""
    parser = argparse.ArgumentParser(prog="python -m cx_core", description="Rung by command, without the app.")
    commands = parser.add_subparsers(dest="command", required=True)
    for declare in (_of_process, _of_audit, _of_account, _of_history, _of_policies, _of_knowledge, _of_simulate):
        declare(commands)
    _of_import(commands)
    given = parser.parse_args(arguments)
    try:
        return int(given.run(given))
    except RungError as error:
        print(_harmless(f"rung: {error}"), file=sys.stderr)  # noqa: T201  # a command speaks on its standard error
        return 2
    except OSError as error:
        print(_harmless(f"rung: {error.filename or ''}: {error.strerror or error}"), file=sys.stderr)  # noqa: T201
        return 2


def _of_process(commands: Commands) -> None:
    process = commands.add_parser("process", help="the journey over a file of JSON lines, without the app")
    process.add_argument("input", type=Path, help="tickets, one JSON object a line; - for standard input")
    process.add_argument("--out", type=Path, required=True, help="where the results go, one a line")
    process.add_argument("--execute", action="store_true", help="carry out what may go alone")
    process.set_defaults(run=_process)


def _of_audit(commands: Commands) -> None:
    audit = commands.add_parser("audit", help="the audit log").add_subparsers(dest="audit", required=True)
    audit.add_parser("verify", help="check every event, the chain and the anchor").set_defaults(run=_verify)


def _of_account(commands: Commands) -> None:
    account = commands.add_parser("account", help="people who may sign in").add_subparsers(
        dest="account", required=True
    )
    add = account.add_parser("add", help="make an account; the password comes from a prompt or standard input")
    add.add_argument("--email", required=True)
    add.add_argument("--name", required=True)
    add.add_argument("--role", required=True, help="advisor, supervisor, editor or administrator")
    add.set_defaults(run=_add_account)
    account.add_parser("list", help="every account, open or not, and what is the matter with it").set_defaults(
        run=_list_accounts
    )
    for name, does in (
        ("disable", "close an account and end its sessions"),
        ("enable", "open it again"),
        ("end-sessions", "end all sessions of an account, which stays open"),
    ):
        change = account.add_parser(name, help=does)
        change.add_argument("--email", required=True)
        change.set_defaults(run=_change_account, change=name)
    adopt = account.add_parser("adopt", help="show an account that was changed outside Rung, and take it over")
    adopt.add_argument("--email", required=True)
    adopt.add_argument("--yes", action="store_true", help="it is as it should be: take it over, with a new password")
    adopt.set_defaults(run=_adopt_account)


def _of_history(commands: Commands) -> None:
    history = commands.add_parser("history", help="fill the demonstration with a simulated past, marked as such")
    history.add_argument("--months", type=int, default=4)
    history.add_argument("--tickets", type=int, default=2000, help="how many the past has; run again, only new ones")
    history.add_argument("--seed", type=int, default=1, help="the same seed tells the same past")
    history.set_defaults(run=_history)


def _of_policies(commands: Commands) -> None:
    policies = commands.add_parser("policies", help="the policies").add_subparsers(dest="policies", required=True)
    folder: dict[str, Any] = {"type": Path, "nargs": "?", "help": "a knowledge folder; without it, the installation's"}
    schema = policies.add_parser("schema", help="print the Cedar schema of the actions")
    schema.add_argument("folder", **folder)
    schema.set_defaults(run=_schema)
    check = policies.add_parser("check", help="check every rule and run its cases; each error with file and line")
    check.add_argument("folder", **folder)
    check.set_defaults(run=_check)


def _of_knowledge(commands: Commands) -> None:
    known = commands.add_parser("knowledge", help="documents and articles").add_subparsers(
        dest="knowledge", required=True
    )
    sync = known.add_parser("sync", help="keep the articles in step with a folder of documents")
    sync.add_argument("folder", type=Path, help="Markdown, HTML, PDF, DOCX, PPTX, XLSX, CSV, text, or ZIPs of those")
    sync.add_argument("--draft", action="store_true", help="as drafts: nothing is published")
    sync.add_argument(
        "--internal", action="store_true", help="what is new is for colleagues, never quoted to customers"
    )
    sync.add_argument("--name", default="", help="of the folder, so that it may be moved; without it, its full path")
    sync.add_argument("--quiet", action="store_true", help="tell of what was not read, and of the sums")
    sync.set_defaults(run=_sync)
    known.add_parser("list", help="the articles, with their state").set_defaults(run=_list)
    health = known.add_parser("health", help="go through all articles and say what a person should look at")
    health.add_argument("--check", action="store_true", help="exit status 1 if anything is open")
    health.add_argument("--json", type=Path, help="write the findings here as well")
    health.set_defaults(run=_health)


def _of_simulate(commands: Commands) -> None:
    simulate = commands.add_parser("simulate", help="try a level on tickets before it goes live; nothing is done")
    simulate.add_argument("task_type", help="as its file in the knowledge folder is called, such as duplicate_charge")
    simulate.add_argument("--person", required=True, help="e-mail of the supervisor or administrator who asks")
    simulate.add_argument("--out", type=Path, required=True, help="where the report goes, one page of HTML")
    simulate.add_argument("--level", type=int, choices=(1, 3), default=3)
    simulate.add_argument("--limits", type=Path, help="of level 3: a JSON file with the fields of a perimeter")
    tickets = simulate.add_mutually_exclusive_group()
    tickets.add_argument("--days", type=int, default=28, help="past tickets of so many days; 28 without it")
    tickets.add_argument("--open", action="store_true", help="tickets that are open now")
    tickets.add_argument("--file", type=Path, help="tickets as JSON lines (.jsonl) or CSV with a header (.csv)")
    simulate.set_defaults(run=_simulate)


def _of_import(commands: Commands) -> None:
    imported = commands.add_parser("import", help="take in tickets and articles from Zendesk, Freshdesk or an mbox")
    imported.add_argument("file", type=Path, help="JSON, XML or CSV of Zendesk or Freshdesk, a ZIP of them, or an mbox")
    imported.add_argument(
        "--dry-run", action="store_true", help="say what is in it and what cannot be read, take nothing"
    )
    imported.add_argument("--person", default="", help="e-mail of the administrator who imports; one, where not given")
    imported.add_argument("--open", action="store_true", help="also tickets that are not solved; a person answers them")
    imported.add_argument("--no-tickets", action="store_true", help="articles only")
    imported.add_argument("--no-articles", action="store_true", help="tickets only")
    imported.add_argument("--since", help="only what changed since this day, as 2025-01-31")
    imported.add_argument(
        "--ours", default="", help="our own addresses and domains, by commas: their mails are answers"
    )
    imported.set_defaults(run=_import)


def _settings(*, begin: bool = False) -> Settings:
    """Those of the business whose data folder this is; `begin`: make it its own if it is new."""
    from cx_core.bootstrap.starter import holds_demonstration, with_own_business

    given = settings.load()
    return with_own_business(given, begin=begin and not holds_demonstration(given))


def _process(given: argparse.Namespace) -> int:
    from cx_core.bootstrap import Works
    from cx_core.cli.batch import Batch

    if given.out.exists() and given.input.exists() and given.out.samefile(given.input):
        raise BadInput(f"{given.out} is what is read: give --out another name.")
    works = Works(_settings())
    batch = Batch(
        works.journey,
        works.store,
        works.clock,
        works.knowledge.actions,
        execute=given.execute,
        ours=works.knowledge.company.contacts,
    )
    source = sys.stdin.buffer if str(given.input) == "-" else given.input.open("rb")
    done = failed = 0
    # Half a surrogate pair, which an id may hold, is written as JSON itself escapes it.
    with closing(works), source, given.out.open("w", encoding="utf-8", errors="backslashreplace") as out:
        for result in batch.run(source):
            out.write(json.dumps(result, ensure_ascii=False) + "\n")
            done, failed = done + 1, failed + ("error" in result)
    _say(f"{done} tickets, {failed} with an error, written to {given.out}")
    return 0


def _verify(_given: argparse.Namespace) -> int:
    from cx_core.audit.audit_chain import verify_text
    from cx_core.bootstrap import Works

    works = Works(_settings())
    try:
        report = works.audit.verify()
    except (AuditBroken, AuditUnavailable) as error:
        _say(f"The audit log does not verify: {error}")
        return 1
    finally:
        works.close()
    _say(verify_text(report))
    return 0 if report.ok else 1


def _add_account(given: argparse.Namespace) -> int:
    from cx_core.bootstrap import Works
    from cx_core.cli.terminal import add_account

    works = Works(_settings(begin=True))
    person = add_account(works.accounts.create, email=given.email, name=given.name, role=given.role, source=sys.stdin)
    _say(f"{person.name} ({person.role.value}) can sign in with {person.email}.")
    works.close()
    return 0


def _list_accounts(_given: argparse.Namespace) -> int:
    from cx_core.bootstrap import Works
    from cx_core.cli.terminal import accounts_text

    with closing(Works(_settings())) as works:
        _say(accounts_text(works.accounts.listed()))
    return 0


def _change_account(given: argparse.Namespace) -> int:
    from cx_core.bootstrap import Works
    from cx_core.cli.terminal import change_account

    with closing(Works(_settings())) as works:
        _say(change_account(works.accounts, given.change, given.email))
    return 0


def _adopt_account(given: argparse.Namespace) -> int:
    from cx_core.bootstrap import Works
    from cx_core.cli.terminal import adopt_account

    with closing(Works(_settings())) as works:
        _say(adopt_account(works.accounts, given.email, sure=given.yes, source=sys.stdin))
    return 0


def _history(given: argparse.Namespace) -> int:
    from cx_core.adapters.fernline.past import FernlinePast, customers
    from cx_core.bootstrap import Works, open_desk
    from cx_core.demo.history import Historian
    from cx_core.demo.level_history import LevelHistorian

    if _settings() != settings.load():
        raise BadInput(AT_WORK)
    works = Works(settings.load())
    if not works.settings.demo:
        own = works.accounts.people()
        works.close()
        if own:
            raise BadInput(AT_WORK)
        works = Works(settings.load().replace(demo=True))
    parts = (works.knowledge, works.store, works.accounts.people(), customers(works.fernline), FernlinePast())
    done = Historian(*parts, works.clock).write(
        months=given.months, tickets=given.tickets, seed=given.seed, told=_progress
    )
    of_levels = LevelHistorian(*parts, works.clock).write(months=given.months, seed=given.seed)
    desk = open_desk(works.settings, works.clock, works)
    while left := desk.solved_case_collection.remember() + works.cases.refresh(200):
        print(f"{left} or more to be remembered", file=sys.stderr)  # noqa: T201
    works.close()
    _say(f"The simulated past has {done.tickets} tickets over {given.months} months, {done.new} of them new.")
    _say(f"{of_levels} more tell how task types came to level 3; no real level follows from them.")
    return 0


def _progress(done: int, of: int) -> None:
    if done == of or done % 250 == 0:
        print(f"{done} of {of} tickets", file=sys.stderr)  # noqa: T201


def _schema(given: argparse.Namespace) -> int:
    from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
    from cx_core.adapters.policy.policy_schema import schema_text

    actions, _ = load_catalogue(given.folder or _settings().knowledge)
    _say(schema_text(actions).rstrip("\n"))
    return 0


def _check(given: argparse.Namespace) -> int:
    from cx_core.adapters.knowledge.knowledge_folder import load_catalogue
    from cx_core.adapters.policy.case_files import checked

    folder = given.folder or _settings().knowledge
    try:
        actions, _ = load_catalogue(folder)
        engine, cases = checked(folder / "policies", actions)
    except KnowledgeError as error:
        _say(str(error))
        return 1
    for wrong in cases.wrong:
        _say(wrong)
    if not cases.wrong:
        _say(f"{len(engine.rules)} rules and {len(cases.tried)} cases: nothing is wrong.")
    return 1 if cases.wrong else 0


def _sync(given: argparse.Namespace) -> int:
    from cx_core.adapters.files.folder_files import files_of
    from cx_core.bootstrap import open_desk
    from cx_core.desk.ingestion.file_ingestion import ARCHIVES
    from cx_core.desk.ingestion.sync_report import line, sums

    own = _settings()
    files = files_of(given.folder, own.upload_mb * 1_000_000 * ARCHIVES)
    began = time.monotonic()
    with closing(open_desk(own)) as desk:
        done = desk.folder_sync.sync(
            given.name or str(given.folder.resolve()),
            files,
            publish=not given.draft,
            audience="internal" if given.internal else "customer",
            told=lambda one: _say(line(one)) if not given.quiet or one.state in ("refused", "quarantined") else None,
        )
    for entry in done.archived:
        _say(f"archived     {entry.origin_name}: it is not in the folder any more")
    _say(sums(done.uploads, time.monotonic() - began))
    return 0


def _list(_given: argparse.Namespace) -> int:
    from cx_core.bootstrap import Works

    with closing(Works(_settings())) as works, works.store.look() as unit:
        for entry in unit.articles.all():
            content = entry.latest.content
            _say(f"{entry.state:<10} {content.audience:<9} {entry.id:<40.40} {content.title}")
    return 0


def _health(given: argparse.Namespace) -> int:
    from cx_core.bootstrap import Works, open_desk
    from cx_core.cli.terminal import health_text

    works = Works(_settings())
    try:
        works.want_encoder()
        seen = open_desk(works.settings, works.clock, works).knowledge_health.health_by_command()
    finally:
        works.close()
    if given.json:
        given.json.write_text(seen.model_dump_json(indent=2) + "\n", encoding="utf-8")
    _say(health_text(seen))
    return 1 if given.check and any(one.state == "open" for one in seen.findings) else 0


def _simulate(given: argparse.Namespace) -> int:
    from cx_core.bootstrap import Works, open_desk
    from cx_core.cli.simulation import simulate, spec_of

    works = Works(_settings())
    try:
        content = given.file.read_bytes() if given.file else b""
        spec = spec_of(given, works.clock())
        desk = open_desk(works.settings, works.clock, works)
        lines, page = simulate(desk.simulations, works.accounts, given.person, spec, content)
    finally:
        works.close()
    given.out.write_bytes(page)
    for line in lines:
        _say(line)
    _say(f"Nothing was done, written or sent. The report is in {given.out}")
    return 0


def _import(given: argparse.Namespace) -> int:
    from cx_core.cli.imports import run_import

    for line in run_import(given):
        _say(line)
    return 0


def _say(text: str) -> None:
    print(_harmless(text))  # noqa: T201  # a command's answer goes to its standard output


def _harmless(text: str) -> str:
    """Without what commands a terminal or turns a line around: names and titles are strangers' words.

    What only joins letters or parts them stays: Persian, Hindi and many pictures are written with it.
    """
    kinds, kept = ("Cc", "Cf", "Cs"), "\n\t\u200c\u200d"
    return "".join("\ufffd" if unicodedata.category(one) in kinds and one not in kept else one for one in text)
