"""What a customer's own words do to a proposed act: refuse, take back, only ask, set a condition, leave open.

Every such cue that speaks of the act counts until a later clause asks for the act. The grammar is general English: a
verb or noun says which act.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from cx_core.decide.last_check import stance_words as english
from cx_core.decide.last_check.act_words import Act
from cx_core.decide.last_check.clauses import Clause, phrase, plain
from cx_core.decide.last_check.feasibility import Feasibility, PlannedStep
from cx_core.text.agreeing import agrees, asks


class Stance(NamedTuple):
    """The words that speak against the act, and what they do."""

    words: str
    does: str


def may_refuse(clause: str) -> bool:
    """Whether any word of it could refuse something or put it off, of whatever act."""
    words = plain(clause)
    return bool(english.NOT.search(words) or english.KEEP.search(words)) or takes_back(clause)


def takes_back(clause: str) -> bool:
    """Whether words of it take something back, put it off or say that all is well as it is, of whatever act."""
    words = plain(clause)
    ways = (
        english.TAKES_BACK,
        english.HALT,
        english.CHANGED_MIND,
        english.UNDECIDED,
        english.ONLY_ASKS,
        english.ONLY_KNOWS,
        english.WELL,
        english.CONTENT,
    )
    listed = (phrase(name) for name in ("taken_back", "not_needed", "undecided"))
    return any(cue.search(words) for cue in (*ways, *listed))


def _takes_back_now(words: str) -> bool:
    """Whether they take something back by what is so, and not by what is to come: "tell me when it is fixed"."""
    found = [cue.search(words) for cue in (english.TAKES_BACK, phrase("taken_back"))]
    return any(one is not None and english.ONCE.search(words[: one.start()]) is None for one in found)


def _proposes(put: str) -> bool:
    """Whether we ask for a yes: "shall I cancel it", and not "which number shall I put"."""
    return any(
        not english.ASKS_WHICH.search(put[: found.start()].rpartition(". ")[2])
        for found in english.PROPOSES.finditer(put)
    )


Names = Callable[[str], bool]
"""Whether words name a value."""


class Stances:
    """The clauses of all open words, in order, beside one act.

    `mine`: whether words name a value of the step; `another`: only one that it could have had; `thing`: either, but no
    day, which may be of anything; `meets`: whether the step meets all times and things in words, `free`, whether
    something else that is offered does, and `in_time`, whether they hold a time that the step meets; `offers` are
    sentences of ours of which they took a part, so that no "or" is theirs.
    """

    def __init__(
        self,
        said: Sequence[Clause],
        act: Act,
        mine: Names,
        another: Names,
        thing: Names,
        meets: Names,
        free: Callable[[str], bool | None],
        in_time: Names,
        offers: Collection[str] = (),
    ) -> None:
        self._offers, self._in_time = offers, in_time
        self._act, self._mine, self._another, self._thing = act, mine, another, thing
        self._of_another = frozenset(self._pointing_to_another(said))
        self._said = [one for one in said if self.is_of_it(one)]
        self._first_wish = len(self._said)  # none, until it is found: what is read on the way has none before it
        self._first_wish = next((n for n, one in enumerate(self._said) if self._wishes(one)), len(self._said))
        planned = PlannedStep(self.requests, meets, mine, free)
        self._feasible = Feasibility(said, act, planned)

    def is_of_it(self, one: Clause) -> bool:
        """Whether nothing in its clause, or else in its sentence, says that it is about other actions."""
        for words in (one.plain, one.sentence):
            if self._act.own.search(words) or self._thing(words):
                return True
            if self._act.others.search(words):
                return False
        return True

    def bears_on_it(self, sentence: Sequence[Clause], beside: Sequence[Act]) -> bool:
        """Whether a sentence is about the act and none `beside` it, does not only ask, and is not for the case that it
        can't be done."""
        if not any(map(self.is_of_it, sentence)) or self._only_informs(sentence):
            return False
        words = sentence[0].sentence
        if any(act.own.search(words) for act in beside) and not (self._act.own.search(words) or self._mine(words)):
            return False
        return not self._feasible.has_fallen_away(sentence)

    def _pointing_to_another(self, said: Sequence[Clause]) -> Iterator[Clause]:
        """Clauses about "that one", where the thing that was named last is none of the step's."""
        another = ""
        for one in said:
            if self._mine(one.plain) or self._another(one.plain):
                another = one.sentence if self._only_another(one.plain) else ""
            elif (another and english.THAT_ONE.search(one.plain)) or (
                another == one.sentence and english.THOSE.search(one.plain)
            ):
                yield one

    def against(self, put: str, answer: str) -> Stance | None:
        """What speaks against the act; `put` is what we asked, `answer` what they wrote since."""
        for look in (self._refused, self._undecided, self._conditional, self._only_asked, self._either):
            if found := look():
                return found
        proposed = asks(put) and _proposes(plain(put)) and self._act.verbs.search(plain(put))
        wanted = any(self.requests(one) for one in self._said)
        if proposed and not agrees(put, answer) and not wanted:
            return Stance(answer, "is no yes to what was put to them")
        return None

    def _refused(self) -> Stance | None:
        standing = self.refusals()
        return Stance(standing[-1].text, "may refuse it") if standing else None

    def refusals(self) -> list[Clause]:
        """What refuses the act, behind which nothing asks for it."""
        standing: list[Clause] = []
        for one in self._said:
            if self._refuses(one):
                standing += [] if self._feasible.settles(one) else [one]
            elif self.requests(one):
                standing = []
        return standing

    def _refuses(self, one: Clause) -> bool:
        words = one.plain
        asks_why = one.asked and english.WHY_NOT.search(one.sentence)
        if asks_why or one in self._of_another or english.IDLE_NOT.search(words):
            return False
        back = english.HALT.fullmatch(words) or _takes_back_now(words)
        if back and not self._is_to_be_dropped(one):
            return True
        if phrase("not_needed").search(words) and not (self._act.takes and self._speaks(one.sentence)):
            return True
        if english.CHANGED_MIND.search(words):
            return not (self._act.takes and self._mine(words))
        well = english.WELL.search(words) and (self._act.takes or not self._mine(words))
        as_before = self._act.takes and english.STILL.search(words)
        if well or as_before or english.CONTENT.search(words):
            return not self._another(words)
        return not self._only_another(words) and (self._keeps(words) or self._negated(words))

    def _is_to_be_dropped(self, one: Clause) -> bool:
        """Whether "could you drop it" asks for an act that takes something away, and is the first to ask for it."""
        asks_to = one.sentence if one.plain.startswith("and ") else one.plain
        if not self._act.takes or not english.POLITELY_DROPS.search(asks_to):
            return False
        return next((n for n, other in enumerate(self._said) if other is one), 0) <= self._first_wish

    def _wishes(self, one: Clause) -> bool:
        """Whether it asks for the act by a word for doing it."""
        return self._act.does.search(one.plain) is not None and self.requests(one)

    def _keeps(self, words: str) -> bool:
        """ "Leave it as it is", "keep the old day", "it stays"."""
        if english.NOT_KEPT.search(words):
            return False
        for found in english.KEEP.finditer(words):
            rest = words[found.end() :]
            if self._is_of_another_subject(words, found):
                continue
            if english.KEPT.match(rest) or self._act.own.search(rest[:30]) or self._mine(rest[:60]):
                return True
        return bool(english.AS_BEFORE.search(words))

    def _is_of_another_subject(self, words: str, found: re.Match[str]) -> bool:
        """Whether something else stays: "the internet stays where it is", "whoever finds them can keep them"."""
        subject = english.SUBJECT.search(words[: found.start()])
        if subject is None:
            return False
        what = subject["what"]
        if found[0] in english.OF_ITSELF:
            own = self._act.own.search(what) or self._mine(what)
            other = self._act.others.search(what) or self._another(what)
            return self._only_another(what) or (not own and bool(other) and english.OF_NOW.search(what) is None)
        return subject["can"] is not None and what.split()[0] in english.SOMEBODY

    def _negated(self, words: str) -> bool:
        """Whether a negation governs the act: "don't move it", "no replacement", "need not send"."""
        for found in english.NEGATED_ACT.finditer(words):
            rest = words[found.end() :]
            if found["bare"] and not rest.strip(" .!"):
                return True
            verb = self._act.does.search(rest[:40]) if found["far"] else self._act.verbs.match(rest)
            if self._governs(verb, rest):
                return True
        if any(self._not_wanted(found, words) for found in english.NOT_WANTED.finditer(words)):
            return True
        return any(self._own_outcome(words[found.end() :]) for found in english.NO.finditer(words))

    def _not_wanted(self, found: re.Match[str], words: str) -> bool:
        """Whether it is this act, or what it gives, that "I do not want" speaks of."""
        rest = re.sub(r"^(?:you )?to ", "to ", words[found.end() :].lstrip())
        fronted = english.FRONTED.match(words[: found.start()])
        if fronted and not self._act.takes and rest.strip(" .!") in ("", "back", "again"):
            return bool(self._act.own.search(fronted["what"])) or self._mine(fronted["what"])
        if rest.startswith("to "):
            return self._governs(self._act.verbs.match(rest[3:].removeprefix("be ").removeprefix("have ")), rest)
        if self._act.takes:
            return bool(self._act.does.match(re.sub(english.OUTCOME_LEAD, "", rest, count=1))) and not found["longer"]
        return self._own_outcome(rest) or self._mine(rest) or not rest.strip(" .!")

    def _governs(self, verb: re.Match[str] | None, rest: str) -> bool:
        """Whether what is negated is this act: to send, give or take a thing back is a return and nothing else."""
        if english.BACK.search(rest):
            return bool(self._act.own.search("return"))
        return verb is not None

    def _own_outcome(self, rest: str) -> bool:
        """Whether the words begin with what the act gives, as "(a) new one", "a replacement", "the change"."""
        return bool(re.match(english.OUTCOME_LEAD, rest)) and bool(
            self._act.own.match(re.sub(english.OUTCOME_LEAD, "", rest, count=1))
            or self._act.verbs.match(re.sub(english.OUTCOME_LEAD, "", rest, count=1))
        )

    def requests(self, one: Clause) -> bool:
        """Whether it asks for the act, or names a value of the step without more."""
        words = one.plain
        if self._refuses(one) or english.NOT.search(words) or self._informs(one):
            return False
        undecided = (english.UNDECIDED, english.ONLY_ASKS, english.ONLY_KNOWS, phrase("undecided"))
        if english.UNREAL.search(one.sentence) or any(cue.search(words) for cue in undecided):
            return False
        back = english.BACK.search(words) and not self._act.own.search("return")
        acts = not back and bool(self._act.own.search(words) or english.DO_IT.search(words))
        named = self._mine(words) and not (one.asked and english.INFORMS.search(one.sentence))
        return named or (acts and bool(english.WISH.search(words) or english.IMPERATIVE.match(words)))

    def _undecided(self) -> Stance | None:
        told = any(not one.asked and self._wishes(one) for one in self._said)

        def open_in(one: Clause) -> bool:
            open_ = english.UNDECIDED.search(one.plain) or phrase("undecided").search(one.plain)
            asks = english.ONLY_ASKS.search(one.plain) or (not told and english.ONLY_KNOWS.search(one.plain))
            return bool(open_ or asks)

        return self._last(open_in, "leaves it open")

    def _last(self, cue: Callable[[Clause], bool], does: str) -> Stance | None:
        """The last clause with a cue, unless one behind it asks for the act."""
        found: Stance | None = None
        for one in self._said:
            if cue(one):
                found = Stance(one.text, does)
            elif found is not None and found.words not in one.text and self.requests(one):
                found = None
        return found

    def _conditional(self) -> Stance | None:
        for one in (one for one in self._said if not self._feasible.settles(one)):
            words = english.COURTEOUS.sub(
                " ", english.POLITE.sub(self._unless_it_asks, phrase("idle_if").sub(" ", one.plain))
            )
            words = english.ONLY_THEN.sub(self._unless_in_time, english.INDIRECT.sub(" ", words))
            if self._names_any(words):
                words = english.AS_LONG_AS.sub(" ", words)  # a day or thing, which is checked as such
            if english.IF.search(words) and not self._offers_themselves(words):
                return Stance(one.text, "is a condition that nothing has checked")
        return None

    def _offers_themselves(self, words: str) -> bool:
        """Whether it is what they can do themselves, if it is of use: "I have the box if anybody wants it"."""
        said = english.OF_THEIR_OWN.search(words)
        return said is not None and not (
            self._act.own.search(said["what"]) or self._act.does.search(said["what"]) or self._names_any(words)
        )

    def _unless_in_time(self, found: re.Match[str]) -> str:
        """A bound on time left out where the step meets it: it is checked as such."""
        return " " if self._in_time(found[0]) else found[0]

    def _unless_it_asks(self, found: re.Match[str]) -> str:
        """The words of "if you could (move it)" left out where they only put the act politely."""
        rest = found.string[found.end() :]
        act = self._act.gives.search(rest)
        polite = not rest.strip(" .,!?") or (act is not None and len(rest[: act.start()].split()) < 4)
        return " " if polite else found[0]

    def _only_asked(self) -> Stance | None:
        asked = [one for one in self._said if self._informs(one)]
        other = [one for one in self._said if one not in asked]
        about = [one for one in asked if self._speaks(one.sentence)]
        told = [one for one in other if self._speaks(one.plain) or self._done_with(one.plain)]
        if about and not any(map(self.requests, other)) and not any(english.TROUBLE.search(one.plain) for one in told):
            return Stance(about[0].text, "only asks")
        return None

    def _done_with(self, words: str) -> bool:
        """Whether "I don't want it" asks for an act that takes it away."""
        return self._act.takes and bool(english.NOT_WANTED.search(words))

    def _informs(self, one: Clause) -> bool:
        """Whether it asks for information: "what does it cost", not "when can you move it"."""
        if english.WHEN_YOU.search(one.plain) and self._act.own.search(one.plain):
            return False
        informs = english.INFORMS.search(one.plain)
        if one.asked:
            return bool(informs) or bool(english.ASKS.match(one.plain) and not english.ASKS_FOR.search(one.plain))
        return bool(informs and english.ASKS.match(one.sentence))

    def _only_informs(self, clauses: Sequence[Clause]) -> bool:
        """Whether a sentence asks for information and says nothing of doing the act."""
        return any(map(self._informs, clauses)) and not any(self._act.does.search(one.plain) for one in clauses)

    def _either(self) -> Stance | None:
        for one in (one for one in self._said if one.sentence not in self._offers and not self._feasible.settles(one)):
            for found in english.OR.finditer(english.GREETS.sub(" ", one.sentence)):
                left, right = one.sentence[: found.start()], one.sentence[found.end() :]
                acts = self._act.own.search(left) or self._act.verbs.search(left)
                of_it = self._mine(one.sentence) or acts
                values = self._names_any(left) and self._names_any(right[:40])
                free = values and english.LEFT_TO_US.search(one.sentence)
                times = any(  # which are checked as such
                    each.start() <= found.start() < each.end() for each in english.TIMES_OR.finditer(one.sentence)
                )
                if of_it and not (free or times) and not english.NOT.search(re.split(r"[,;]", left)[-1]):
                    return Stance(one.text, "names more than one way")
        return None

    def _only_another(self, words: str) -> bool:
        """Whether they name a value that the step could have had, and none of its own."""
        return self._another(words) and not self._mine(words)

    def _speaks(self, words: str) -> bool:
        return bool(self._act.own.search(words)) or self._names_any(words)

    def _names_any(self, words: str) -> bool:
        return self._mine(words) or self._another(words)
