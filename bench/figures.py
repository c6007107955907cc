"""Figures: a flat mapping of names to numbers, how they are summed up, printed and kept."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Figures = dict[str, float]


def spread(name: str, milliseconds: Sequence[float]) -> Figures:
    """Median and 95th percentile of a series in milliseconds; nothing for an empty one."""
    if not milliseconds:
        return {}
    p50, p95 = np.percentile(np.asarray(milliseconds), [50, 95])
    return {f"{name}.p50_ms": round(float(p50), 2), f"{name}.p95_ms": round(float(p95), 2)}


def auroc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Probability that a positive scores above a negative, ties counting half (Mann-Whitney U)."""
    ranked = np.sort(negative)
    below = np.searchsorted(ranked, positive, side="left")
    not_above = np.searchsorted(ranked, positive, side="right")
    return float((below + not_above).sum() / (2 * len(positive) * len(negative)))


def table(title: str, figures: Mapping[str, float]) -> str:
    """Two columns, names left, numbers right."""
    width = max((len(name) for name in figures), default=0)
    lines = [f"  {name:<{width}}  {_plain(value):>10}" for name, value in figures.items()]
    return "\n".join([title, *lines])


def keep(figures: Mapping[str, float], path: Path) -> None:
    """One flat JSON object. The folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(dict(figures), indent=2) + "\n", encoding="utf-8")


def machine() -> str:
    """What the figures were measured on."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"


def _plain(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").rstrip(".")
