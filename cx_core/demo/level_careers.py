"""Which task types of the demonstration earned, lost or wait for a level in the simulated past, and in what words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from cx_core.records import Perimeter, TaskTypeName

Ending = Literal["alone", "came_down", "proposed"]


class Career(NamedTuple):
    """How a task type fares. `begins` and `worse` are shares of the time that is told."""

    task_type: TaskTypeName
    letter: str
    ending: Ending
    limits: Perimeter
    asked: str = ""
    """Why level 3 is asked for."""
    begins: float = 0.0
    """When people begin to answer first."""
    slip: int = 75
    """The place of the case of evidence in which a person does otherwise; 0: in none."""
    worse: float = 1.0
    """From when on more than a fourth of what is done alone is wrong."""
    errors: tuple[str, ...] = ("The customer meant another one",)
    """What reviewers note where something was wrong."""
    closing: str = ""
    """What was found when it came down."""


_ALL = (
    Career(
        TaskTypeName("duplicate_charge"),
        "D",
        "alone",
        Perimeter(
            act_most=5_000,
            day_most=40_000,
            tiers=("standard", "plus"),
            channels=("email", "chat", "web"),
            share=50,
            identity=2,
        ),
        asked="Six weeks of advisors answering first, and refunds under £50 only",
        errors=("The second charge was a deposit that the shop returns by itself",),
    ),
    Career(
        TaskTypeName("invoice_copy"),
        "I",
        "alone",
        Perimeter(
            tiers=("standard", "plus", "vip"), channels=("email", "chat", "web"), share=100, identity=2, any_hour=True
        ),
        asked="It only sends a copy to the address on file; nothing else changes",
        begins=0.12,
        slip=0,
    ),
    Career(
        TaskTypeName("missing_item"),
        "M",
        "came_down",
        Perimeter(tiers=("standard", "plus"), channels=("email", "chat", "web"), share=50, identity=2),
        asked="Replacements go out a day earlier this way",
        slip=65,
        worse=0.76,
        errors=(
            "The second parcel was still on its way: nothing was missing",
            "The carrier had split the order; the rest arrived the day after",
            "A replacement for a parcel that was not due yet",
        ),
        closing=(
            "The carrier splits larger orders into two parcels now, and the connection read the first one only. It "
            "reads both since; the replacements that were not needed were called back."
        ),
    ),
    Career(
        TaskTypeName("callback"),
        "C",
        "proposed",
        Perimeter(tiers=("plus", "standard"), channels=("email", "chat", "web"), share=10, identity=1),
        begins=0.45,
        slip=20,
    ),
)
CAREERS: Mapping[TaskTypeName, Career] = {one.task_type: one for one in _ALL}
