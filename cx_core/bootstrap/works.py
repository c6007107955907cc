"""The parts at work: the journey, made when it is first needed, and what runs beside the pages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cx_core import __version__
from cx_core.adapters.durable.dbos_runner import DbosDurable
from cx_core.adapters.durable.recurring import Rounds
from cx_core.adapters.knowledge.knowledge_folder import load_feed
from cx_core.adapters.sql.database import answers
from cx_core.bootstrap.parts import Parts, now
from cx_core.errors import RungError
from cx_core.ports import BackOffice, Clock, Encoder, Index, LanguageModel, Outbox, SolvedCases
from cx_core.records import Inbound, TicketId, Versions
from cx_core.service_rules.levels_in_force import FAQ, Levels
from cx_core.service_rules.system_pauses import FirstLessonPauses, SystemPauses
from cx_core.service_rules.watched_systems import WatchedIndex, WatchedOffice, WatchedOutbox
from cx_core.settings import Settings
from cx_core.views.reopening import Reopening

if TYPE_CHECKING:
    from cx_core.adapters.classifier.triager import Few
    from cx_core.adapters.fernline.live_feed import Feed
    from cx_core.prompt_injection.document_screening import DocumentScreen
    from cx_core.prompt_injection.screening import Screen
    from cx_core.understand.triage import Triager
    from cx_core.workflows.journey import Journey

LEARN_AGAIN_SECONDS, LAST_READING_SECONDS = 600.0, 60.0
ARTICLES_SECONDS = 5.0
"""How often is looked whether articles are to be read before something may leave by itself."""

_LOG = logging.getLogger("rung")


class Readers(NamedTuple):
    """What reads messages. `version`: of the classifiers, for the audit."""

    triager: Triager
    screen: Screen
    version: str


class Works(Parts):
    """Everything behind the Desk: the parts, the journey made of them, and the machinery that keeps it going."""

    def __init__(
        self, settings: Settings, clock: Clock = now, *, encoder: Encoder | None = None, beside: Works | None = None
    ) -> None:
        self._lock = threading.RLock()
        self._screen_lock = threading.Lock()
        self._journey: Journey | None = None
        self._screen: DocumentScreen | None = None
        self._trouble = self._screen_trouble = ""
        self._wants_encoder = self._awaited = False
        self._closing = threading.Event()
        self._after_learning: Callable[[str], object] = lambda _version: None
        self._feed: Feed | None = None
        self._rounds: dict[Callable[[], object], Rounds] = {}
        self._succeeded = False
        self.reopening = Reopening()
        self.refused = ""
        """The revision with which a desk beside this one could not be opened."""
        super().__init__(settings, clock, encoder=encoder, beside=beside)
        if beside is None:
            self.durable = DbosDurable(settings.url("rung"), self.journey, settings.workers)
        else:
            self.durable, self._screen, self._wants_encoder = beside.durable, beside._screen, beside._wants_encoder

    def screen(self) -> DocumentScreen:
        """What finds planted orders in documents. Slow the first time, as `journey` is; no ticket waits for it."""
        from cx_core.adapters.classifier.triager import open_document_screen

        with self._lock:
            encoder = self.encoder
        with self._screen_lock:
            if self._screen is None:
                self._screen = open_document_screen(self.knowledge, encoder, self.settings.data_dir)
            return self._screen

    def screen_ready(self) -> bool:
        return self._screen is not None

    def _get_screen_ready(self) -> None:
        """Before anybody hands a document in. Failing, it is tried again by the first who does."""
        self._warn_of_readers()
        try:
            self.screen()
        except Exception as trouble:  # noqa: BLE001 - it is told by /health, and every upload says it again
            _LOG.exception("What finds planted orders in documents could not be made")
            self._screen_trouble = str(trouble) or type(trouble).__name__

    def _warn_of_readers(self) -> None:
        """Once, in the log: documents are not read here, or perhaps without protection."""
        if why := self.converter.trouble():
            _LOG.warning("Uploads are refused. %s", why)
        elif self.converter.unprotected:
            _LOG.warning("CX_UPLOADS_UNPROTECTED is set: documents may be read in a process that reaches the network")
        self.converter.rest()

    def journey(self) -> Journey:
        """The stages, ready to work. Slow the first time: it loads the encoder and builds what is not on disk yet."""
        with self._lock:
            if self._journey is None:
                self._journey = self._made()
            return self._journey

    def meaning(self) -> tuple[Encoder, Index] | None:
        """What finds articles by meaning, once the stages are ready."""
        return (self.encoder, self.index) if self._journey is not None else None

    def remembered(self) -> SolvedCases | None:
        """What finds earlier tickets, once the stages are ready."""
        return self.cases if self._journey is not None else None

    def ready_encoder(self) -> Encoder | None:
        """The encoder, once the stages are ready or a command asked for it."""
        return self.encoder if self._journey is not None or self._wants_encoder else None

    def want_encoder(self) -> None:
        """For a command that needs no stage: the encoder loads at its first use."""
        self._wants_encoder = True

    @cached_property
    def systems(self) -> SystemPauses:
        """Which systems answer, as this process hears of it and as is on file."""
        levels = Levels(self.store, self.knowledge.task_types, self.sealer)
        return SystemPauses(self.knowledge, self.store, levels, self.clock)

    @cached_property
    def watched_office(self) -> BackOffice:
        """The business's systems, with what is heard of them noted."""
        return WatchedOffice(self.back_office, self.systems, self.knowledge.actions)

    @cached_property
    def watched_outbox(self) -> Outbox:
        """The way out, likewise."""
        return WatchedOutbox(self.outbox, self.systems)

    def watched(self, index: Index) -> Index:
        """An index, likewise."""
        return WatchedIndex(index, self.systems)

    def after_learning(self, work: Callable[[str], object]) -> None:
        """Do `work` once all is learnt, if people are first served by what has learnt from a part of the examples.

        It is given the version of those classifiers.
        """
        self._after_learning = work

    def _made(self) -> Journey:
        """The stages; where people wait for them and there is much to learn first, by a part of the examples."""
        from cx_core.adapters.classifier.triager import NotLearnt, Untaught, thinned

        if not self._awaited:
            return self._journey_by(self.readers(), self.systems)
        try:
            made = self._journey_by(self.readers(learning=Untaught(self.encoder)), self.systems)
        except NotLearnt:
            _LOG.info("Learning from a part of the examples first, so that messages are read soon")
            first = self.readers(few=thinned)
            made = self._journey_by(first, FirstLessonPauses(self.systems))
            self._first_lesson.write_text(first.version, "utf-8")
            self.systems.learning = True
        if self._first_lesson.exists():
            version = self._first_lesson.read_text("utf-8")
            threading.Thread(target=self._learn_all, args=(version,), name="rung-learning", daemon=True).start()
        return made

    def _learn_all(self, first: str) -> None:
        """Make the stages anew, and have read again what the first ones read, whose version this is. A failure is
        tried again."""
        while self.systems.learning:
            try:
                made = self._journey_by(self.readers(), self.systems)
            except Exception:  # noqa: BLE001 - what has learnt from a part goes on
                _LOG.exception("Rung could not learn from all of its examples yet; it goes on with a part of them")
                if self._closing.wait(LEARN_AGAIN_SECONDS):
                    return
                continue
            with self._lock:
                self._journey = made
            self.systems.learning = False
        for wait in (0.0, LAST_READING_SECONDS):  # a run that was under way may end with the stages it began with
            if self._closing.wait(wait):
                return  # the next start does it
            self._after_learning(first)
        self._first_lesson.unlink(missing_ok=True)

    @property
    def _first_lesson(self) -> Path:
        """Holds the version of what has learnt from a part, until what it read has been read again."""
        return self.settings.data_dir / "first-lesson"

    def readers(self, *, learning: Encoder | None = None, few: Few = dict) -> Readers:
        """What reads messages. `learning`, `few`: see `open_triage`."""
        from cx_core.adapters.classifier.triager import open_screen, open_triage, remembering

        folder, once = self.settings.data_dir, learning or remembering(self.encoder)
        triager, version = open_triage(self.knowledge, self.encoder, folder, self.clock, once, few)
        screen = open_screen(self.knowledge, self.encoder, folder, once, few)
        _LOG.info("What reads messages is learnt")
        return Readers(triager, screen, version)

    def _journey_by(self, readers: Readers, systems: SystemPauses) -> Journey:
        from cx_core.adapters.knowledge.cel_expressions import expression
        from cx_core.adapters.search.published_answers import open_answering
        from cx_core.search.earlier_tickets import Memory
        from cx_core.search.retrieval import Retriever
        from cx_core.workflows.journey import Journey

        versions = Versions(
            rung=__version__,
            encoder=self.encoder.version,
            classifier=readers.version,
            knowledge=self.knowledge.version,
            policy=self.policies.active.version,
        )
        return Journey(
            self.knowledge,
            readers.triager,
            Retriever(self.knowledge, self.watched_office, self.watched(self.index), self.clock),
            self.policies,
            self.watched_office,
            self.watched_outbox,
            self.store,
            self.clock,
            versions,
            self.settings.customers_reach,
            self.drafter,
            files=self.files,
            screen=readers.screen,
            sealer=self.sealer,
            compile=expression,
            seals_last=timedelta(hours=self.settings.seal_hours),
            find_person=self.accounts.account,
            barred=self.accounts.barred,
            systems=systems,
            memory=Memory(self.cases),
            articles=self.shelf.articles,
            undo_seconds=self.settings.undo_seconds,
            planted_errors=self.settings.planted_errors,
            out_of_use=self.own_task_types.out_of_use,
            answering=open_answering(
                self.knowledge, self.encoder, self.index, self.shelf.articles, self.store, self.clock, self.opposed
            ),
        )

    def opened_beside(self) -> Works:
        """Others made of what is on file now, which share the databases and the encoder with these."""
        return type(self)(self.settings, self.clock, beside=self)

    def take_over(self, before: Works) -> None:
        """Have durable work done by these works from now on; what is under way ends with those from before.

        Those keep nothing running then, and close without the databases that both share.
        """
        self.durable.serve(self.journey)
        before._succeeded = True

    # --- Machinery, as the Desk knows it ----------------------------------------------------

    def start(self) -> None:
        self._awaited = True
        try:
            self.journey()
        except RungError as trouble:
            self._trouble = str(trouble)
            raise
        finally:
            if self._journey is None and not self._trouble:
                self._trouble = "it could not be started; the log says why"
        self.durable.start()
        threading.Thread(target=self._get_screen_ready, name="rung-screen", daemon=True).start()
        self.every(ARTICLES_SECONDS, self.get_answers_ready, at_once=False)

    def get_answers_ready(self) -> None:
        """What may leave by itself is held against all articles: they are read before a customer waits for it.

        Where nothing may leave by itself nothing is read.
        """
        levels = Levels(self.store, self.knowledge.task_types, self.sealer)
        if self._journey is not None and FAQ in levels.now().values():
            self.opposed.get_ready(self.shelf.articles())

    def every(self, seconds: float, work: Callable[[], object], *, at_once: bool = True) -> None:
        if work not in self._rounds:
            self._rounds[work] = Rounds(work, seconds)
            self._rounds[work].start(at_once=at_once)

    def feed(self, receive: Callable[[Inbound], TicketId]) -> None:
        """Let the demonstration's customers write in, through the door of every channel."""
        if self.settings.demo and self.settings.feed_seconds > 0 and self._feed is None:
            from cx_core.adapters.fernline import FernlineOutbox
            from cx_core.adapters.fernline.live_feed import Feed
            from cx_core.adapters.fernline.past import customers

            folder = self.settings.knowledge
            self._feed = Feed(
                load_feed(folder),
                receive,
                self.store,
                self.back_office,
                partial(customers, self.fernline),
                self.clock,
                self.settings.feed_seconds,
                folder,
                FernlineOutbox(self.fernline, self.clock).sent,
            )
            self._feed.start()

    def close(self) -> None:
        self._closing.set()
        if self._feed is not None:
            self._feed.close()
        for rounds in self._rounds.values():
            rounds.close()
        if "mail_format" in self.__dict__:
            self.mail_format.rest()
        if not self._succeeded:
            self.durable.close()
            self.stores.close()

    def health(self) -> dict[str, str]:
        trouble = f"failed: {self._screen_trouble}" if self._screen_trouble else "loading"
        states = {"database": "ok" if answers(self.engine) else "failed"} | self.copilot_health()
        return states | {"documents": "ok" if self.screen_ready() else trouble}

    def copilot_health(self) -> dict[str, str]:
        reading = "loading" if self._journey is None else "learning" if self.systems.learning else "ok"
        broken = self.policies.active.trouble
        return self._model_health() | {
            "encoder": f"failed: {self._trouble}" if self._trouble else reading,
            "work": "ok" if self.durable.running else "not started",
            "policy": f"failed: {broken}" if broken else "ok",
        }

    def _model_health(self) -> dict[str, str]:
        """A model that is left alone is no failure: the built-in drafts are there."""
        if not self.settings.has_model:
            return {}
        made: LanguageModel | None = self.__dict__.get("model")
        resting = made is not None and made.standing.left_alone_until is not None
        return {"model": "left alone: it failed too often" if resting else "ok"}
