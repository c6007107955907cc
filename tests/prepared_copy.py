"""What `prepared` gives, for a data folder of a test's own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def copy_prepared(prepared: Path, folder: Path) -> None:
    """The index as a copy. Classifiers as links: they are a hundred megabytes, which nothing writes into."""
    shutil.copytree(prepared / "index", folder / "index")
    shutil.copytree(prepared / "classifiers", folder / "classifiers", copy_function=os.symlink)
