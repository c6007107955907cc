"""Settings in, a working Desk out: the only place that wires adapters to the core.

Opening is light, so that a sign-in page can be shown at once. What is heavy (the stages, encoder,
classifiers, index, the sandbox's first seeding, the durable runner) is imported and built by `Desk.start`,
or by the first call that needs it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from cx_core import __version__
from cx_core.act.outcomes import OutcomeFile
from cx_core.adapters import log_masking
from cx_core.adapters.accounts import Accounts
from cx_core.adapters.article_shelf import LiveShelf, take_in
from cx_core.adapters.audit_log import SqlAuditLog
from cx_core.adapters.clustering import cluster
from cx_core.adapters.database import Engine, answers, connect
from cx_core.adapters.dispatch import Dispatches
from cx_core.adapters.durable import DbosDurable
from cx_core.adapters.files import EncryptedFiles
from cx_core.adapters.key_store import KeyStore
from cx_core.adapters.knowledge_folder import load, load_feed
from cx_core.adapters.migrate import migrate
from cx_core.adapters.pictures import look
from cx_core.adapters.rounds import Rounds
from cx_core.adapters.sealing import KeyedSealer
from cx_core.adapters.store import SqlStore
from cx_core.catalogue import Knowledge
from cx_core.desk import Desk
from cx_core.errors import RungError
from cx_core.levels import Levels
from cx_core.ports import BackOffice, Clock, Detector, Encoder, Index, LanguageModel, Outbox, SolvedCases
from cx_core.ports.conversion import Converter
from cx_core.records import Inbound, TicketId, Versions
from cx_core.services.service import Means
from cx_core.settings import Settings

if TYPE_CHECKING:
    from cx_core.adapters.feed import Feed
    from cx_core.adapters.policy_shelf import Policies
    from cx_core.drafting import Drafter
    from cx_core.journey import Journey
    from cx_core.understand.document_screening import DocumentScreen

ANCHOR = "audit.anchor"

_LOG = logging.getLogger("rung")


def now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class Works:
    """Everything behind the Desk, each part made when it is first asked for."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock = now,
        *,
        encoder: Encoder | None = None,
        back_office: BackOffice | None = None,
        outbox: Outbox | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._given = (encoder, back_office, outbox)
        self._lock = threading.RLock()
        self._screen_lock = threading.Lock()
        self._journey: Journey | None = None
        self._screen: DocumentScreen | None = None
        self._trouble = self._screen_trouble = ""
        self._wants_encoder = False
        log_masking.install(settings.log_lines)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        self.knowledge: Knowledge = load(settings.knowledge)
        self.engine = connect(settings.url("rung"))
        migrate(self.engine)
        self.keys = KeyStore(settings.url("keys"))
        self.sealer = KeyedSealer(self.keys)
        self.files = EncryptedFiles(settings.data_dir / "files", self.keys)
        self.audit = SqlAuditLog(self.engine, self.keys, settings.data_dir / ANCHOR, clock)
        self.store = SqlStore(self.engine, self.audit)
        take_in(self.store, self.knowledge.articles, clock)
        self.shelf = LiveShelf(self.engine)
        self.accounts = Accounts(self.engine, clock, settings.session_hours, demo=settings.demo)
        if settings.demo:
            self.accounts.seed_demo()
        self.dispatcher = Dispatches(settings, self.keys, clock)
        self.durable = DbosDurable(settings.url("rung"), self.journey, settings.workers)
        self._feed: Feed | None = None
        self._rounds: dict[Callable[[], None], Rounds] = {}

    @cached_property
    def encoder(self) -> Encoder:
        from cx_core.adapters.encoder import MiniLM

        return self._given[0] or MiniLM(self.settings.encoder)

    @cached_property
    def index(self) -> Index:
        from cx_core.adapters.article_index import open_index
        from cx_core.adapters.following import FollowingIndex

        settings, articles = self.settings, self.shelf.articles()
        index = open_index(
            settings.data_dir / "index", articles.values(), self.encoder, url=settings.chroma_url,
            earlier=self._earlier_encoder,
        )  # fmt: skip
        return FollowingIndex(index, self.shelf, articles)

    def _earlier_encoder(self, version: str) -> Encoder | None:
        """The packaged encoder, where the vectors that are there were made by it."""
        from cx_core.adapters.encoder import MiniLM

        packaged = MiniLM()
        return packaged if packaged.version == version else None

    @cached_property
    def cases(self) -> SolvedCases:
        from cx_core.adapters.case_index import CaseIndex

        made = CaseIndex(self.engine, self.encoder)
        made.refresh(0)  # what is encoded already is found from the first ticket on
        return made

    @cached_property
    def policies(self) -> Policies:
        from cx_core.adapters.policy_rows import ActiveSets
        from cx_core.adapters.policy_shelf import Policies

        folder, sets = self.settings.knowledge / "policies", ActiveSets(self.engine)
        return Policies(folder, self.knowledge.actions, sets, self.sealer)

    @cached_property
    def fernline(self) -> Engine:
        from cx_core.adapters.fernline import open_fernline

        return open_fernline(self.settings.url("fernline"), self.clock)

    @cached_property
    def back_office(self) -> BackOffice:
        from cx_core.adapters.fernline import Fernline

        return self._given[1] or Fernline(self.fernline, self.clock)

    @cached_property
    def outbox(self) -> Outbox:
        from cx_core.adapters.fernline import FernlineOutbox

        return self._given[2] or FernlineOutbox(self.fernline, self.clock)

    @cached_property
    def model(self) -> LanguageModel | None:
        """A language model, where one is configured; else the built-in drafts are all there is."""
        if not self.settings.has_model:
            return None
        from cx_core.adapters.language_model import OpenAIModel

        return OpenAIModel(self.settings, self.engine, self.clock)

    @cached_property
    def drafter(self) -> Drafter | None:
        from cx_core.drafting import Drafter

        return Drafter(self.model, self.knowledge) if self.model is not None else None

    @cached_property
    def converter(self) -> Converter:
        from cx_core.adapters.conversion.process import Conversions

        return Conversions(self.settings.upload_mb * 1_000_000)

    @cached_property
    def detector(self) -> Detector:
        from cx_core.adapters.language import LangId

        return LangId()

    def screen(self) -> DocumentScreen:
        """What finds planted orders in documents. Slow the first time, as `journey` is; no ticket waits for it."""
        from cx_core.adapters.triage import open_document_screen

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
        try:
            self.screen()
        except Exception as trouble:  # noqa: BLE001 - it is told by /health, and every upload says it again
            _LOG.exception("What finds planted orders in documents could not be made")
            self._screen_trouble = str(trouble) or type(trouble).__name__

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

    def _made(self) -> Journey:
        from cx_core.adapters.answering import open_answering
        from cx_core.adapters.cel import expression
        from cx_core.adapters.triage import open_screen, open_triage, remembering
        from cx_core.journey import Journey
        from cx_core.understand.memory import Memory
        from cx_core.understand.retrieval import Retriever

        folder, once = self.settings.data_dir, remembering(self.encoder)
        triager, classifier = open_triage(self.knowledge, self.encoder, folder, self.clock, once)
        screen = open_screen(self.knowledge, self.encoder, folder, once)
        versions = Versions(
            rung=__version__,
            encoder=self.encoder.version,
            classifier=classifier,
            knowledge=self.knowledge.version,
            policy=self.policies.active.version,
        )
        return Journey(
            self.knowledge, triager, Retriever(self.knowledge, self.back_office, self.index, self.clock), self.policies,
            self.back_office, self.outbox, self.store, self.clock, versions, self.settings.public_url,
            self.drafter, files=self.files, screen=screen, sealer=self.sealer, compile=expression,
            seals_last=timedelta(hours=self.settings.seal_hours), find_person=self.accounts.account,
            memory=Memory(self.cases), articles=self.shelf.articles, undo_seconds=self.settings.undo_seconds,
            answering=open_answering(
                self.knowledge, self.encoder, self.index, self.shelf.articles, self.store, self.clock
            ),
        )  # fmt: skip

    # --- Machinery, as the Desk knows it ----------------------------------------------------

    def start(self) -> None:
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

    def every(self, seconds: float, work: Callable[[], None], *, at_once: bool = True) -> None:
        if work not in self._rounds:
            self._rounds[work] = Rounds(work, seconds)
            self._rounds[work].start(at_once=at_once)

    def feed(self, receive: Callable[[Inbound], TicketId]) -> None:
        """Let the demonstration's customers write in, through the door of every channel."""
        if self.settings.demo and self._feed is None:
            from cx_core.adapters.feed import Feed

            messages = load_feed(self.settings.knowledge)
            self._feed = Feed(
                messages, receive, self.store.known, self.clock, self.settings.feed_seconds, self.settings.knowledge
            )
            self._feed.start()

    def close(self) -> None:
        if self._feed is not None:
            self._feed.close()
        for rounds in self._rounds.values():
            rounds.close()
        self.durable.close()
        self.keys.close()
        self.engine.dispose()

    def health(self) -> dict[str, str]:
        trouble = f"failed: {self._screen_trouble}" if self._screen_trouble else "loading"
        states = {"database": "ok" if answers(self.engine) else "failed"} | self.copilot_health()
        return states | {"documents": "ok" if self.screen_ready() else trouble}

    def copilot_health(self) -> dict[str, str]:
        ready = self._journey is not None
        broken = self.policies.active.trouble
        return self._model_health() | {
            "encoder": f"failed: {self._trouble}" if self._trouble else "ok" if ready else "loading",
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


def open_desk(settings: Settings, clock: Clock = now, works: Works | None = None) -> Desk:
    """A working Desk. Raises KnowledgeError or BadInput in words that say what to mend."""
    works = works or Works(settings, clock)
    means = Means(
        knowledge=works.knowledge,
        shelf=works.shelf,
        store=works.store,
        audit=works.audit,
        accounts=works.accounts,
        journey=works.journey,
        back_office=lambda: works.back_office,
        meaning=works.meaning,
        durable=works.durable,
        clock=clock,
        gather_seconds=settings.gather_seconds,
        undo_seconds=settings.undo_seconds,
        dispatcher=works.dispatcher,
        public_url=settings.public_url.rstrip("/"),
        outcomes=OutcomeFile(works.sealer),
        levels=Levels(works.store, works.knowledge.task_types, works.sealer),
        model=lambda: works.model,
        cases=works.remembered,
        policies=lambda: works.policies,
        files=works.files,
        look=look,
        most_bytes=settings.attachment_mb * 1_000_000,
        converter=works.converter,
        screen=works.screen,
        screen_ready=works.screen_ready,
        detector=works.detector,
        most_upload=settings.upload_mb * 1_000_000,
        cluster=cluster,
        encoder=works.ready_encoder,
    )
    return Desk(means, works)
