"""Reads the turns of a conversation as being about what it is about, not each as if nothing had been said before.

"Make it the Thursday" by itself is nearest to moving a visit; in a talk about a call it is about the call. Words that
name no thing of their own are nearer to the topic once it stands before them ("a call back: make it the Thursday"),
those that do stay what they are ("a call back: and move my engineer's visit to Friday").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType

from cx_core.understand.goals import FoundGoal, HeardGoal

PLAIN = 0.85
"""Share from which words of the customer say by themselves what they are about, whatever was said before."""


_WORD = re.compile(r"[a-z]+")

Shares = Callable[[Sequence[str]], Sequence[Mapping[str, float]]]
"""For each of some texts the share of every task type."""


class ConversationTopics:
    """The task types that a conversation is about, in the order in which they came up; grows turn by turn."""

    def __init__(
        self,
        shares: Shares,
        called: Mapping[str, str],
        setting: Collection[str] = (),
        names_time: Callable[[str], bool] = lambda _: False,
        done_to: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> None:
        """`called`: what each task type is called in passing, such as "a call back"; `setting`: those whose steps set a
        time; `names_time`: whether words name one; `done_to`: words for what each task type's steps are done to."""
        self._shares, self._called = shares, called
        self._setting, self._names_time, self._done_to = setting, names_time, done_to
        self._sure: dict[str, float] = {}
        self._likeliest = ""
        self._perhaps_timed: list[str] = []

    @property
    def open(self) -> tuple[str, ...]:
        """What was surely spoken of; where nothing was, the likeliest."""
        return tuple(self._sure) or ((self._likeliest,) if self._likeliest else ())

    def hears(self, heard: HeardGoal, *, ours: bool) -> HeardGoal:
        """One more turn, with its goals as they are within the conversation."""
        read = self.reads(heard, ours=ours)
        for found in read.goals:
            if found.sure:
                self._sure[found.task_type] = max(found.probability, self._sure.pop(found.task_type, 0.0))
            elif not ours and found.task_type in self._setting:
                self._perhaps_timed.append(found.task_type)
        if read.goals and not self._likeliest:
            self._likeliest = max(read.goals, key=lambda found: found.probability).task_type
        return read

    def reads(self, heard: HeardGoal, *, ours: bool) -> HeardGoal:
        """A turn, without going on from it."""
        kept: dict[str, FoundGoal] = {}
        for found in heard.goals:
            name = found.task_type if found.task_type in self.open else self._belonging(found, heard, ours=ours)
            one = found._replace(task_type=name)
            if name not in kept or (one.sure, one.probability) > (kept[name].sure, kept[name].probability):
                kept[name] = one
        return heard._replace(goals=tuple(kept.values()))

    def _belonging(self, found: FoundGoal, heard: HeardGoal, *, ours: bool) -> str:
        """The topic that its words are nearer to behind the name of that topic; else what it is by itself.

        What we write is mostly about what the customer wrote: as a whole, where a piece of it plainly is not.
        """
        own = found.task_type
        whole = " ".join(heard.parts)
        words = found.quote or whole
        topics = [name for name in self.open if self._called.get(name)]
        if not topics or not words:
            return own
        plain = self._shares([words])[0][own] >= PLAIN
        if plain and not ours:
            return self._timed(topics) or own if self._only_says_when(own, words) else own
        pieces = dict.fromkeys(([] if plain else [words]) + ([whole] if ours else []))
        asked = [(name, f"{self._called[name]}: {piece}") for name in topics for piece in pieces]
        rows = zip(asked, self._shares([words for _, words in asked]), strict=True)
        nearer = [(row[name], name) for (name, _), row in rows if row[name] > row[own]]
        if nearer:
            return max(nearer)[1]
        if not any(map(self._names_time, (words, *pieces))):
            return own
        return self._timed(topics) or next(iter(self._perhaps_timed[-1:]), own)

    def _only_says_when(self, own: str, words: str) -> bool:
        """Whether words for a time that another topic may set as well name nothing that this one is done to."""
        named = {word.removesuffix("s") for word in _WORD.findall(words.lower())}
        return own in self._setting and self._names_time(words) and named.isdisjoint(self._done_to.get(own, ("",)))

    def _timed(self, topics: Sequence[str]) -> str:
        """The last of the topics that sets a time; empty: none does."""
        return next((name for name in reversed(topics) if name in self._setting), "")
