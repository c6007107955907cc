"""Where a business of its own has its knowledge: a folder in the data folder, begun from the starter."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from cx_core.bootstrap.stores import CONNECTORS
from cx_core.errors import BadInput
from cx_core.settings import ROOT, Settings

STARTER = ROOT / "starter"
FOLDER = "knowledge"
"""Below the data folder."""

SANDBOX = "fernline.db"

_LOG = logging.getLogger("rung")


def with_own_business(settings: Settings, *, begin: bool = False) -> Settings:
    """These settings, with the business's own folder and its connected systems where nothing else was named.

    `begin`: make the folder where there is none, from the starter. Without it, commands on a data folder in which no
    business was begun work on what is shipped. Raises BadInput where the folder cannot be made.
    """
    if settings.demo:
        return settings
    if "knowledge" in settings.model_fields_set:
        return settings.replace(back_office=settings.back_office or CONNECTORS) if begin else settings
    own = settings.data_dir / FOLDER
    if begin and not own.exists():
        if holds_demonstration(settings):
            raise BadInput(
                f"{settings.data_dir} holds the demonstration. Set CX_DATA_DIR to a folder for your own business."
            )
        _begin(own)
    if not own.is_dir():
        return settings
    return settings.replace(knowledge=own, back_office=settings.back_office or CONNECTORS)


def holds_demonstration(settings: Settings) -> bool:
    """Whether Fernline's sandbox lies in the data folder."""
    return (settings.data_dir / SANDBOX).exists()


def _begin(own: Path) -> None:
    """Copy under another name first: a copy that was cut off is never taken for the folder."""
    part = own.with_name(f".{own.name}.part")
    try:
        own.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(STARTER, part)
        part.rename(own)
    except OSError as error:
        if own.is_dir():  # another process was quicker
            return
        raise BadInput(f"The knowledge folder {own} cannot be made: {error.strerror or error}.") from error
    _LOG.info("A knowledge folder for your business was made in %s", own)
