"""Fetchers that are killed again and again, on one data folder.

`python -m tests.integration.mail.fetch_driver FOLDER KILLS SEED`: forks fetchers, now one, now two at once, and sends
each SIGKILL after a moment, KILLS times in all; the last two live until standard input is closed. While a file OUTAGE
lies in the folder there is none, which the file NOBODY says. What a fetcher does is what ships: the desk's watch over
its mailboxes. The stages are scripted and held, as they are not what is tried.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

from cx_core.bootstrap import now, open_desk
from cx_core.desk.channels import mail_intake, mailbox_watch
from cx_core.settings import ROOT, Settings
from tests.scripted import InlineWorks

ENCODER = ("torch", "sentence_transformers", "transformers")
SHORTEST, LONGEST = 0.2, 2.5
"""Seconds that a fetcher lives: it opens the database, signs in, and is somewhere in the middle of its work."""

OUTAGE, NOBODY = "outage", "nobody-fetches"


def fetch(folder: Path) -> None:
    """Be a fetcher until killed. What a dead one had is another's sooner than in earnest, so that less is waited."""
    works = InlineWorks(Settings(data_dir=folder, knowledge=ROOT / "knowledge", demo=True), now)
    works.work.held = True
    desk = open_desk(works.settings, now, works)
    mailbox_watch.HELD, mail_intake.CLAIM = timedelta(seconds=3), timedelta(seconds=4)
    loaded = [name for name in ENCODER if name in sys.modules]
    if loaded:
        raise SystemExit(f"a fetcher loads {loaded}")
    while True:
        desk.mailbox_watch.look_after()
        desk.receive_waiting()
        time.sleep(0.5)


def forked(folder: Path) -> int:
    child = os.fork()
    if child == 0:
        try:
            fetch(folder)
        finally:
            os._exit(1)
    return child


def end(children: list[int]) -> None:
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def sit_out(folder: Path) -> None:
    """Be away for as long as the test says; no fetcher lives when this is called."""
    if (folder / OUTAGE).exists():
        (folder / NOBODY).touch()
        while (folder / OUTAGE).exists():
            time.sleep(0.05)
        (folder / NOBODY).unlink()


def _await_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


def main() -> None:
    folder, kills, dice = Path(sys.argv[1]), int(sys.argv[2]), random.Random(sys.argv[3])
    over = threading.Event()
    killed = 0
    while killed < kills:
        sit_out(folder)
        children = [forked(folder) for _ in range(min(dice.choice((1, 1, 2)), kills - killed))]
        time.sleep(dice.uniform(SHORTEST, LONGEST))
        end(children)
        killed += len(children)
        print(f"killed {killed}", flush=True)  # noqa: T201  # the test reads it
    children = [forked(folder) for _ in range(2)]
    threading.Thread(target=_await_end, args=(over,), daemon=True).start()
    while not over.wait(0.2):
        if (folder / OUTAGE).exists():
            end(children)
            sit_out(folder)
            children = [forked(folder) for _ in range(2)]
        if any(os.waitpid(child, os.WNOHANG)[0] for child in children):
            raise SystemExit("a fetcher ended by itself")
    end(children)


if __name__ == "__main__":
    main()
