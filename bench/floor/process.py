"""What the server's process used, from /proc; nothing where there is none."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bench.figures import Figures


class Process:
    """Counts processor time from when it is made."""

    def __init__(self, id: int) -> None:
        self._folder = Path("/proc") / str(id)
        self._began, self._before = time.monotonic(), self._seconds()

    def used(self) -> Figures:
        """Peak memory in MB; processor time as a share of one core (1.0: one core all the time)."""
        if not (self._folder / "status").exists():
            return {}
        status = (self._folder / "status").read_text().splitlines()
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        share = (self._seconds() - self._before) / (time.monotonic() - self._began)
        load = os.getloadavg()[1]
        return {
            "server_peak_mb": round(peak / 1024),
            "server_cores": round(share, 3),
            "load_of_machine": round(load, 1),
        }

    def _seconds(self) -> float:
        """Of user and system time: the 14th and 15th field of stat, counted after the name in brackets."""
        if not (self._folder / "stat").exists():
            return 0.0
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
