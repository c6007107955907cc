"""What a conversation is about once the customer has answered us: our own questions say it as well as their words.

Somebody who was asked "which day?" and answers "the 5th" means what was asked about. A yes is a yes to it; a no leaves
it as it is, asks about it where the no goes on with a question, and wants it another way where it goes on with a wish.
All of this comes from words, so it grants nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from cx_core.records import Polarity
from cx_core.text.agreeing import identifies
from cx_core.text.segments import MOST_READ, SENTENCE_GAP
from cx_core.understand.goals import FoundGoal, HeardGoal
from cx_core.understand.message_purpose import SURE
from cx_core.understand.offered_options import questions
from cx_core.understand.open_question import OpenTalk

ASKS = 0.4
"""Probability from which words that decline what was put go on to ask something."""

CORRECTS = 0.5
"""Probability from which words that decline what was put go on to wish for something: more than for all else."""


PLAINLY = 0.8
"""Probability from which a clause asks something, whatever the message as a whole is for."""


_LEAVES_IT = re.compile(
    r"\W*(?:to )?(?:(?:leave|keep) (?:it|that|this|things|all|everything|(?:the|your) \w+)"
    r"(?: (?:as|where|how|the way) [\w ]+)?|stay (?:as|where|with) [\w ]+|do nothing)\W*",
    re.I,
)
"""What was put as the one way of two that changes nothing: "or leave it as it is"."""

_ABLE = re.compile(r"\b(?:can|could|may|might|any chance|(?:is|would) it (?:be )?possible)\b", re.I)
"""Words of a wish that is put as a question: once they answer what we ask of it, it is one."""


def our_texts(talk: OpenTalk) -> list[str]:
    """What of ours is read with their words, each once."""
    texts = (
        talk.put,
        talk.agreed,
        *talk.declined,
        *talk.ways,
        *filter(None, (talk.way,)),
        *(one.text for one in talk.asked),
    )
    texts += tuple(filter(None, (questions(one[:MOST_READ]) for one in (talk.put, talk.agreed))))
    return list(dict.fromkeys(text[:MOST_READ] for text in texts))


def in_answer(
    goals: Sequence[FoundGoal],
    newest: HeardGoal,
    ours: Mapping[str, HeardGoal],
    alone: Mapping[str, HeardGoal],
    talk: OpenTalk,
    text: str,
    acts: Mapping[str, frozenset[str]],
    *,
    corrects: bool,
    kinds: Mapping[str, frozenset[str]] = MappingProxyType({}),
    sought: frozenset[str] = frozenset(),
) -> list[FoundGoal]:
    """The goals where the newest words answer us; `acts`: what each task type may do; `kinds`: the kinds of records
    that it is about; `ours`: what we wrote, read as of
    that talk, and `alone`, by itself.

    `corrects`: they name a time, so that what they decline is wanted at another one; `sought`: the task types
    that may do what they took up of ours is plainly for.
    """
    whole, *ways = (ours[one[:MOST_READ]] for one in (talk.put, *talk.ways))
    put, agreed = (_question(one[:MOST_READ], ours) for one in (talk.put, talk.agreed))
    declined = [
        alone[one[:MOST_READ]] for one in talk.declined
    ]  # an offer to cancel what they want moved is about that
    if _LEAVES_IT.fullmatch(talk.way) or (talk.declined and talk.declined[-1] == talk.put):
        nothing = HeardGoal((), (), newest.vectors)
        said, earlier = (nothing, declined) if talk.way else (agreed, declined[:-1])
        found = as_answered(goals, newest, AnsweredTalk(nothing, said, nothing, earlier), acts)
        return as_declined(found, newest, whole, asks="?" in text, corrects=corrects)
    if not put.goals and not agreed.goals:  # "Fine. Which day?": what it is about was said before
        before = (
            _question(one.text[:MOST_READ], ours) for one in reversed(talk.asked) if one.text not in talk.declined
        )
        put = next((one for one in before if one.goals), put)
    if corrects and _WHICH.search(questions(talk.put)):  # "Thursday, but not before five" keeps nothing as it is
        about = _types(put.goals)
        goals = [
            one._replace(polarity="wanted") if one.polarity == "kept" and one.task_type in about else one
            for one in goals
        ]
    found = as_answered(
        goals,
        newest,
        AnsweredTalk(
            put,
            agreed,
            whole,
            declined,
            ways,
            open_choice=talk.open_choice,
            identifies=identifies(talk.put),
            took=talk.way,
            way=alone.get(talk.way[:MOST_READ]),
            sought=sought,
        ),
        acts,
        kinds,
    )
    if talk.agreed and len(found) == 1:  # a yes is sure of what it is about
        found = [found[0]._replace(sure=True)]
    if any(one.sure and one.polarity != "kept" for one in found):
        found = [one for one in found if one.polarity != "kept"]
        said_now = {one.task_type for one in newest.goals}
        found = [one for one in found if one.sure or one.task_type in said_now]  # we have read the rest, and asked
    others = {one.task_type for one in newest.goals if one.sure}
    sounds_asked = "?" in text or newest.purpose.question >= SURE
    went_on = bool(_WHICH.search(questions(talk.put))) and (not sounds_asked or _only_in_doubt(text))
    settled = _types(agreed.goals) if talk.agreed else set()
    return [
        one
        if one.polarity == "asked"
        and one.task_type not in settled
        and not (went_on and others <= {one.task_type} and _ABLE.search(one.quote))
        else one._replace(polarity="wanted")
        for one in found
    ]


def _question(text: str, ours: Mapping[str, HeardGoal]) -> HeardGoal:
    """What of ours asks, where that names by itself what would be done, and surely; else all of it."""
    asked = questions(text)
    put = ours.get(asked)
    plainly = put is not None and any(found.sure and found.probability >= PLAINLY for found in put.goals)
    return (
        put if put is not None and plainly and _OFFERS.search(asked) and not _POINTS_BACK.search(asked) else ours[text]
    )


def _only_in_doubt(text: str) -> bool:
    """Whether the question marks only say that they are not sure of the time they name: "so Sunday the 29th?"."""
    sentences = SENTENCE_GAP.split(text)
    asked = [one for one in sentences if one.rstrip().endswith("?")]
    return (
        bool(asked)
        and not any(map(_BEGINS.match, sentences))
        and all(_NAMES_A_TIME.search(one) and not _ASKS.search(one) for one in asked)
    )


_NAMES_A_TIME = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:week|morning|afternoon|evening"
    r"|tomorrow|today|noon)\b|\b\d{1,2}(?::\d\d)? ?(?:am|pm|o[’']clock)\b|\bhalf past\b",
    re.I,
)
_BEGINS = re.compile(r"\W{0,3}(?:what|how|when|where|which|why|who|is|are|do|does|can|could|will|would|may)\b", re.I)
"""How a question begins, with its mark or without."""
_ASKS = re.compile(
    r"\b(?:what|how|where|which|why|who|is|are|was|were|do|does|did|has|have|had|can|could|will|would|may|might|should"
    r"|shall|must|if|tell|know|mean|price|costs?|charges?|charged|fees?|pay|free)\b|n[’']t\b",
    re.I,
)
"""What makes it a question of its own."""
_WORD = re.compile(r"[a-z]+")
_SHORT = 3
_OFFERS = re.compile(
    r"\b(?:shall|should|can|could|may) (?:i|we)\b|\b(?:do|would) you (?:like|want|prefer)\b|\bwant (?:me|us) to\b"
    r"|\byou(?:['’]d| would) (?:like|want|prefer)\b",
    re.I,
)
"""A question that offers to do something."""
_WHICH = re.compile(r"\b(?:which|what|when|where|who|how (?:many|much|long))\b", re.I)
_POINTS_BACK = re.compile(r"\b(?:it|them|that|this|those|these|ones?|so|which|what|how|who)\b", re.I)
"""Words for what was named before the question, so that it says too little by itself."""


class AnsweredTalk(NamedTuple):
    """What the newest words answer. `put` is our last question, `agreed` the one they said yes to or chose from, `told`
    all of what we wrote last; `declined` are earlier offers of one act; `choice` is what they chose, then the rest of
    the offer. `open_choice`: they were asked which of several it is to be, and did not say. `identifies`: the question
    only asks which thing is meant. `took` is the way they chose, as we put it, and `way` that read by itself; `sought`
    are the task types that may do what they took up is plainly for: "shall we send both again?" sounds like a return.
    """

    put: HeardGoal
    agreed: HeardGoal
    told: HeardGoal
    declined: Sequence[HeardGoal] = ()
    choice: Sequence[HeardGoal] = ()
    open_choice: bool = False
    identifies: bool = False
    took: str = ""
    way: HeardGoal | None = None
    sought: frozenset[str] = frozenset()


def as_answered(
    goals: Sequence[FoundGoal],
    newest: HeardGoal,
    to: AnsweredTalk,
    acts: Mapping[str, frozenset[str]],
    kinds: Mapping[str, frozenset[str]] = MappingProxyType({}),
) -> list[FoundGoal]:
    """The goals of a conversation whose newest words answer us; `acts` and `kinds` as in `in_answer`.

    Where one act of several was chosen that act is meant; where it was one thing or day of several, their own words
    still say what is to be done with it. What we put adds no goal to one that may do the same, and what we told beside
    the question is answered by it.
    """
    again = {found.task_type for found in newest.goals if found.sure}
    gone = {found.task_type for one in to.declined for found in one.goals if found.sure} - again
    kept = [found for found in goals if found.task_type not in gone]
    said = to.agreed if to.agreed.goals else to.put
    own = [found for found in kept if found.sure]
    if to.choice:
        plain = _plain_act(to, own, acts, kinds)
        meant = _named_act(to, acts, own) or plain or (_chosen(to.choice) if to.took or not own else None)
        if meant is not None and not _covered(meant, own, acts):
            other_way = {
                one.task_type for one in own if meant is plain and _same_record(one.task_type, meant.task_type, kinds)
            }
            rest = [found for found in kept if found.task_type in again - other_way - {meant.task_type}]
            return [meant._replace(sure=True, polarity="wanted"), *rest]
        if own and _types(_sure(said)) <= _types(own):
            return own
        if not to.took and any(found.polarity == "wanted" for found in own):
            return kept
    put = [found for found in said.goals if acts.get(found.task_type) or not own or said is to.agreed]
    if not put:
        return kept
    spoken_of = _types(own)
    likeliest = max(put, key=lambda found: (found.sure and found.task_type in spoken_of, found.probability))
    if likeliest.task_type in spoken_of:
        if said is to.agreed and likeliest.sure:
            return [one for one in kept if one.polarity != "asked" or one.task_type in again | {likeliest.task_type}]
        return kept
    same = said is to.agreed and any(acts.get(one.task_type) == acts.get(likeliest.task_type) for one in own)
    if own and (to.open_choice or to.identifies or (_covered(likeliest, own, acts) and not same)):
        return kept
    able = spoken_of & to.sought
    if able and said is to.agreed and likeliest.task_type not in to.sought:
        return [found._replace(polarity="wanted") if found.task_type in able else found for found in kept]
    return _as_put(kept, newest, likeliest, to, again)


def _as_put(
    goals: Sequence[FoundGoal], newest: HeardGoal, likeliest: FoundGoal, to: AnsweredTalk, again: set[str]
) -> list[FoundGoal]:
    """The goals, with what was put first where the answer says no more than that it is meant."""
    said = to.agreed if to.agreed.goals else to.put
    dealt_with = _types(to.told.goals) - _types(said.goals) - again if likeliest.sure else set()
    kept = [found for found in goals if found.task_type not in dealt_with]
    sure = {found.task_type for found in kept if found.sure}
    most = max((found.probability for found in kept if found.sure), default=0.0)
    polarity: Polarity = "asked" if newest.purpose.question >= SURE else "wanted"
    meant = likeliest._replace(sure=True, quote=likeliest.quote if said is to.agreed else "", polarity=polarity)
    if said is to.agreed and likeliest.sure:  # what they asked before was answered when we went on
        others = [found for found in kept if found.task_type != meant.task_type]
        return [meant, *(found for found in others if found.polarity != "asked" or found.task_type in again)]
    if polarity == "asked" and likeliest.sure and likeliest.probability >= PLAINLY:  # they ask before they answer
        others = [found for found in kept if found.task_type != meant.task_type]
        return [meant, *(one if one.task_type in again else one._replace(sure=False) for one in others)]
    fresh = {found.task_type for found in newest.goals}
    if again and sure <= again and likeliest.sure and likeliest.probability > most:
        return [meant, *(found for found in kept if found.task_type not in fresh | {meant.task_type})]
    if not sure or (likeliest.sure and not again):
        return [meant, *(found._replace(sure=False) for found in kept if found.task_type != meant.task_type)]
    return kept


def _chosen(choice: Sequence[HeardGoal]) -> FoundGoal | None:
    """The act that was chosen, where the rest of the offer is of other acts."""
    between = [_sure(one) or _likeliest(one)[: one is choice[0]] for one in choice]
    if not any(between[1:]):
        return None
    return next((found for found in between[0] if not any(found.task_type in _types(o) for o in between[1:])), None)


def _named_act(to: AnsweredTalk, acts: Mapping[str, frozenset[str]], own: Sequence[FoundGoal]) -> FoundGoal | None:
    """The only task type that does what they chose, where that calls one act by its whole name: "a payment link" what
    sends a payment link."""
    said = {_stem(word) for word in _WORD.findall(to.took.lower())}
    named = {act for does in acts.values() for act in does if len(_named(act)) > 1 and _named(act) <= said}
    doing = [name for name, does in acts.items() if named & does]
    likeliest = [*_likeliest(to.choice[0]), *_likeliest(to.agreed), *_likeliest(to.told), *own]
    if len(named) != 1 or len(doing) != 1 or not likeliest:
        return None
    same = next((found for found in likeliest if found.task_type == doing[0]), None)
    return same or likeliest[0]._replace(task_type=doing[0], rivals=())


def _plain_act(
    to: AnsweredTalk,
    own: Sequence[FoundGoal],
    acts: Mapping[str, frozenset[str]],
    kinds: Mapping[str, frozenset[str]],
) -> FoundGoal | None:
    """What they chose where that is plain from its own words, and another act on the same kind of record than the goals
    of their own can have: a goal that may be met in several ways stays what it is."""
    if to.way is None or _POINTS_BACK.search(to.took):
        return None
    meant = next((one for one in _sure(to.way) if one.probability >= PLAINLY and acts.get(one.task_type)), None)
    if meant is None:
        return None
    own = [one for one in own if one.task_type != meant.task_type]
    others = [one for one in own if _same_record(one.task_type, meant.task_type, kinds)]
    single = all(len(acts.get(one.task_type, ())) == 1 for one in others)
    apart = not any(acts[meant.task_type] & acts.get(one.task_type, frozenset()) for one in own)
    return meant if apart and single and (others or not own) else None


def _same_record(one: str, other: str, kinds: Mapping[str, frozenset[str]]) -> bool:
    return bool(kinds.get(one, frozenset()) & kinds.get(other, frozenset()))


def _named(act: str) -> set[str]:
    return {_stem(word) for word in act.split("_")}


def _stem(word: str) -> str:
    return word[:-1] if len(word) > _SHORT and word.endswith("s") else word


def _covered(meant: FoundGoal, own: Sequence[FoundGoal], acts: Mapping[str, frozenset[str]]) -> bool:
    """Whether a sure goal of their own may do all that is meant: a refund for what arrived broken is no other goal."""
    does = acts.get(meant.task_type, frozenset())
    others = [one for one in own if one.task_type != meant.task_type]
    return bool(does) and any(does <= acts.get(one.task_type, frozenset()) for one in others)


def _likeliest(heard: HeardGoal) -> list[FoundGoal]:
    return sorted(heard.goals, key=lambda found: -found.probability)


def _sure(heard: HeardGoal) -> list[FoundGoal]:
    return [found for found in _likeliest(heard) if found.sure]


def _types(found: Sequence[FoundGoal]) -> set[str]:
    return {one.task_type for one in found}


def _plainly(heard: HeardGoal, act: str) -> bool:
    return any(clause.act == act and clause.probability >= PLAINLY for clause in heard.clauses)


def as_declined(
    goals: Sequence[FoundGoal], newest: HeardGoal, put: HeardGoal, *, asks: bool, corrects: bool = False
) -> list[FoundGoal]:
    """The goals of a conversation whose newest words say no to the one act that was `put`.

    `corrects`: they name something else than was put, such as another day.
    """
    polarity: Polarity = "kept"
    if asks or newest.purpose.question >= ASKS or _plainly(newest, "asks"):
        polarity = "asked"
    elif corrects or newest.purpose.request >= CORRECTS:
        polarity = "wanted"
    about = {found.task_type for found in put.goals if found.sure}
    wished = any(one.act in ("wants", "asks") and one.about and one.about not in about for one in newest.clauses)
    instead = [
        found for found in newest.goals if found.task_type not in about and (wished or found.probability >= PLAINLY)
    ]
    again = [found for found in instead if found.sure and found.polarity == "wanted"]
    if not again and polarity == "asked" and instead and not any(found.task_type in about for found in newest.goals):
        again = [found._replace(sure=True, polarity="asked") for found in instead[:1]]
    if again:  # the no is to what was put: what they go on to say stands by itself
        more = {found.task_type for found in again} | about
        return [*again, *(found for found in goals if found.task_type not in more)]
    left = [found._replace(polarity=polarity) for found in goals]
    if not any(found.sure for found in left) and put.goals:
        likeliest = max(put.goals, key=lambda found: found.probability)
        rest = (found for found in left if found.task_type != likeliest.task_type)
        return [likeliest._replace(sure=True, quote="", polarity=polarity), *rest]
    return left
