"""Five hundred documents of every kind, many of them bad, synced by command: none lost, none half-read, and again."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from bench.documents import Sample, mixed
from bench.figures import Figures
from cx_core.adapters.sql import tables as t
from cx_core.adapters.sql.database import connect
from cx_core.knowledge_base.articles import Upload
from cx_core.settings import ROOT, Settings

FILES = 500


def measure(data: Path | None = None) -> Figures:
    """`data`: a folder of your own documents instead, of which nothing is expected but that each is told of."""
    with tempfile.TemporaryDirectory() as folder:
        own = Settings(data_dir=Path(folder) / "data", knowledge=ROOT / "knowledge", demo=True)
        samples = list(mixed(FILES)) if data is None else []
        place = data or _written(Path(folder) / "documents", samples)
        began = time.perf_counter()
        first = synced(place, own)
        spent = time.perf_counter() - began
        print(first)
        began = time.perf_counter()
        synced(place, own)
        again = time.perf_counter() - began
        told = uploads(own)
        wrong = [f"{sample.name}: {sample.becomes} was wanted" for sample in samples if not as_wanted(sample, told)]
        print("\n".join(wrong))
        states = Counter(one.state for one in told.values())
        return {
            "files": len(samples),
            "told_of": len(told),
            "wrong": len(wrong),
            "articles": articles(own),
            "seconds": round(spent, 1),
            "seconds_again": round(again, 1),
            **{str(state): count for state, count in sorted(states.items())},
        }


def synced(folder: Path, own: Settings) -> str:
    """By the command, as anybody would."""
    environment = os.environ | {"CX_DATA_DIR": str(own.data_dir), "HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "cx_core", "knowledge", "sync", str(folder)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(1, done.stderr)
    return done.stdout


def uploads(own: Settings) -> dict[str, Upload]:
    """What became of each, by name; of an archive's files too."""
    with connect(own.url("rung")).connect() as connection:
        bodies = connection.execute(sa.select(t.upload.c.body).order_by(t.upload.c.at)).scalars()
        return {one.name: one for one in map(Upload.model_validate, bodies)}


def articles(own: Settings) -> int:
    with connect(own.url("rung")).connect() as connection:
        query = sa.select(sa.func.count()).select_from(t.article).where(t.article.c.origin == "synced")
        return int(connection.execute(query).scalar_one())


def as_wanted(sample: Sample, told: dict[str, Upload]) -> bool:
    found = told.get(sample.name)
    if found is None or found.state != sample.becomes:
        return False
    return sample.becomes == "read" or (sample.says.lower() in found.trouble.lower() and bool(found.trouble))


def _written(folder: Path, samples: list[Sample]) -> Path:
    for sample in samples:
        path = folder / sample.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.content)
    return folder
