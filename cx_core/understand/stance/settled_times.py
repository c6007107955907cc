"""What of the words about time is over once they took a time that we put.

We put it because of what they had said, so that what they said before no longer chooses among free times. Of the words
that took it, what does not go with it is a reason, or is of something else: "number 3; the boys swim on Saturdays".
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from cx_core.records import MessageId, TimeWish


def still_said(
    times: Sequence[TimeWish],
    settled: Collection[MessageId],
    chose: Collection[MessageId],
    taken: Collection[str],
) -> tuple[TimeWish, ...]:
    """The wishes without those of messages that are `settled`, and without those of the messages that `chose` which go
    against what was `taken` of ours."""
    put = [one for one in times if one.message in taken and one.wanted]
    days = [(one.first, (one.begins, one.ends)) for one in put if one.kind == "days" and one.first is not None]
    hours = [(one.begins, one.ends) for one in put if one.kind == "part"]
    at = (days[-1][0], hours[-1] if hours and days[-1][1] == ("", "") else days[-1][1]) if days else None
    live = [one for one in times if one.message not in settled]
    if at is None:
        return tuple(live)
    return tuple(one for one in live if one.message not in chose or one.fallback or _goes_with(one, *at))


def _goes_with(wish: TimeWish, day: date, window: tuple[str, str]) -> bool:
    if wish.beside:
        return False
    return wish.holds(day, window, None) is wish.wanted
