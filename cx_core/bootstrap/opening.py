"""The working Desk."""

from __future__ import annotations

from cx_core.act.outcomes import OutcomeFile
from cx_core.adapters.classifier.clustering import cluster
from cx_core.adapters.files.pictures import look
from cx_core.bootstrap.parts import now
from cx_core.bootstrap.works import Works
from cx_core.desk.chat.chat_presence import ChatPresence
from cx_core.desk.desk import Desk
from cx_core.desk.service import Means
from cx_core.ports import Clock
from cx_core.service_rules.levels_in_force import Levels
from cx_core.settings import Settings


def open_desk(
    settings: Settings, clock: Clock = now, works: Works | None = None, presence: ChatPresence | None = None
) -> Desk:
    """A working Desk. Raises KnowledgeError or BadInput in words that say what to mend."""
    works = works or Works(settings, clock)
    means = Means(
        knowledge=works.knowledge,
        shelf=works.shelf,
        store=works.store,
        audit=works.audit,
        accounts=works.accounts,
        journey=works.journey,
        back_office=lambda: works.watched_office,
        meaning=works.meaning,
        durable=works.durable,
        clock=clock,
        gather_seconds=settings.gather_seconds,
        undo_seconds=settings.undo_seconds,
        dispatcher=works.dispatcher,
        public_url=settings.public_url.rstrip("/"),
        outcomes=OutcomeFile(works.sealer),
        levels=Levels(works.store, works.knowledge.task_types, works.sealer),
        sealer=works.sealer,
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
        waiting_files=works.waiting_files,
        cluster=cluster,
        encoder=works.ready_encoder,
        vault=works.vault,
        mail_servers=works.mail_servers,
        mail_format=works.mail_format,
        most_mail=settings.mail_mb * 1_000_000,
        channels=works.channels,
        systems=works.systems,
        connected_systems=works.connected_systems,
        host_tokens=works.host_tokens,
        messenger_calls=works.messenger_calls,
        export_reader=works.export_reader,
        import_files=works.import_files,
        own_task_types=works.own_task_types,
    )
    return Desk(means, works, presence)
