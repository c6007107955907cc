"""Find sentences that say an act was done, or was not done, in words that the actions declare (`ActionSpec.told_by`).

English grammar does most of it: a participle counts after "have", after a form of "be", after "I" or "we", or where a
clause begins with it; never after a modal, behind "if", in a question, or with the customer as the one who acted. What
verbs and nouns belong to which action is data of the action. Sentences about what will be done are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from cx_core.act.reply.completion_grammar import HARMLESS, IRREGULAR, sign_of_done, word_set
from cx_core.catalogue import ActionSpec
from cx_core.records import ActionName
from cx_core.text.segments import SENTENCE_GAP

Actions = Mapping[ActionName, ActionSpec]

AMOUNT = re.compile(r"[£$€]\s?\d[\d,]*(?:\.\d+)?")
_CLAUSE = re.compile(r"[,;:–—]\s|\s(?:and|but|so|because|which|that|then)\s", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:-[^\W_]+)*|n['’]t\b", re.IGNORECASE)
_CONTRACTED = re.compile(r"n['’]t\b", re.IGNORECASE)

_CONDITION = re.compile(
    r"^\W*(?:and |but |or )?(?:only )?(?:if|once|when|whenever|as soon as|until|unless|after|before|in case|whether|"
    r"should|had|to)\b",
    re.IGNORECASE,
)
_GENERAL = re.compile(r"\b(?:if|when|whenever|unless|once|usually|normally|always|automatically)\b", re.IGNORECASE)

_MODALS = word_set("will would can could may might shall should must cannot ll d to")
_HAVE = word_set("have has ve had s")
_BE = word_set("is are was were been being s re")
_NOT = word_set("not never nothing no none neither nor cannot without n't")
_STEM = 5
"""Letters by which a verb is known in any of its forms."""
_PARTICIPLES = {
    "send": "sent",
    "resend": "resent",
    "give": "given",
    "take": "taken",
    "pay": "paid",
    "repay": "repaid",
}
"""Of verbs that actions are told by, where both are not known by their first letters."""
_WILL_NOT = re.compile(
    r"\b(?:(?:ca|can|could|wo|will|would|shall|may|is|are|am|re|m|do|does) not|cannot|unable to|never|no longer|"
    r"(?:nothing|nobody) (?:will|can)|no need to)((?: \w+){1,4})"
)
_REFUSES = re.compile(
    r"\b(?:not (?:be )?(?:possible|able|entitled|due|owed)|impossible|refuse[ds]?|declined?|turn(?:ed)? down|"
    r"no need for)\b"
)
_WILL = re.compile(
    r"\b(?:will|shall|ll|am|are|is|re|m|s)(?: (?:be|been|being|now|just|also|then|going to|\w+ly))* (\w+)"
)
_HERE = re.compile(
    r"\bhere(?: you)? (?:is|are|s|it is|they are|comes?|go)\b|"
    r"\b(?:attached|enclosed|on (?:its|the|their) way|in the post)\b"
)
_RECEIVES = word_set("receive get have see find expect arrive come reach")
"""What a customer does with what an act makes, or what it does once it is made: "you will get £20 back"."""
_DEPENDS = re.compile(
    r"\b(?:if|when|whenever|unless|once|until|before|after|whether|as soon as|in case|provided|depend\w*|may|might|"
    r"could|would|should)\b"
)
_OTHERS = word_set("you they he she who bank customer them")
_ADVERBS = word_set(
    "now already just also today since then all both again even indeed therefore yet still been being not never "
)
_COMPLETE = (
    r"(?:on (?:its|the|their) way|in the post|under ?way|complete[d]?|done|sorted|arranged|processed|issued|approved|"
    r"through|in place|back (?:on|in|with)|dealt with|taken care of|finished)"
)
_ALL_DONE = re.compile(
    rf"\b(?:everything|it|this|that|all)(?: of it)?(?: is|['’]s| has been)(?: all| now| already)* {_COMPLETE}\b"
    r"|^\W*(?:all )?(?:done|sorted)\b",
    re.IGNORECASE,
)
_ANYTHING = word_set("anything nothing something everything")
_THINGS = word_set("it them this that one ones")


@dataclass(frozen=True)
class Claim:
    """A sentence that says that one of these actions was done; `denied`: that none was. No action named: any."""

    sentence: str
    clause: str
    actions: frozenset[ActionName]
    denied: bool = False


def sentences(text: str) -> tuple[str, ...]:
    """One by one, as they stand."""
    return tuple(part.strip() for part in SENTENCE_GAP.split(text) if part.strip())


def claims(text: str, actions: Actions) -> Iterator[Claim]:
    """Every claim of an act in a text, sentence by sentence; at most one a clause."""
    for sentence in sentences(text):
        if sentence.endswith("?"):
            continue
        for clause in _clauses(sentence):
            found = _claim(sentence, clause, actions)
            if found is not None:
                yield found


def refused(sentence: str, actions: Actions) -> frozenset[ActionName]:
    """Which of these actions a sentence refuses: that we cannot or will not, or that it need not be."""
    if sentence.endswith("?"):
        return frozenset()
    found = frozenset[ActionName]()
    for clause in _clauses(sentence):
        words = _words(clause)
        if _REFUSES.search(" ".join(words)):
            found |= {name for name, one in actions.items() if _names(one, words)}
        none = {after for word, after in pairwise(words) if word == "no"}
        found |= {name for name, one in actions.items() if not none.isdisjoint(one.told_by.made)}
        for match in _WILL_NOT.finditer(" ".join(words)):
            found |= {name for name, one in actions.items() if _names(one, match[1].split(), verbs=True)}
    return found


def assures(sentence: str, action: ActionSpec) -> bool:
    """Whether a sentence says that an action will be done whatever comes, or hands over what it makes."""
    for clause in () if sentence.endswith("?") else _CLAUSE.split(sentence):
        words = _words(clause)
        said = " ".join(words)
        if not _NOT.isdisjoint(words) or _DEPENDS.search(said):
            continue
        will = [match[1] for match in _WILL.finditer(said)]
        had = _HERE.search(said) or not _RECEIVES.isdisjoint(will)
        if (had and _is_about(_tokens(clause), clause, action)) or _names(action, will, verbs=True):
            return True
    return False


def speaks_of(text: str, action: ActionSpec) -> bool:
    """Whether a text has any word for what an action is about, what it makes, or what it does."""
    return _is_about(_tokens(text), text, action) or _names(action, _tokens(text))


def mentions(text: str, action: ActionSpec) -> bool:
    """The same, or any other word that shows that a text speaks of it."""
    return speaks_of(text, action) or not _tokens(text).isdisjoint(action.told_by.mentioned)


def tells_of(sentence: str, action: ActionSpec) -> bool:
    """Whether a sentence says what became of an act: it names what it makes, or does something to what it is about."""
    tokens = _tokens(sentence)
    if not tokens.isdisjoint(action.told_by.made):
        return True
    return not tokens.isdisjoint(action.told_by.about) and _names(action, tokens, verbs=True)


def _names(action: ActionSpec, words: Iterable[str], *, verbs: bool = False) -> bool:
    """Whether one of these words is a verb of the action in any of its forms; or, not only `verbs`, what it makes."""
    stems = {act[:_STEM] for act in action.told_by.acts}
    made = frozenset() if verbs else action.told_by.made
    words = [_PARTICIPLES.get(word, word) for word in words]
    return any(word[:_STEM] in stems or word in made or word.removesuffix("s") in made for word in words)


def _words(clause: str) -> tuple[str, ...]:
    """In small letters and in order, with "not" in place of its contraction."""
    return tuple(token.casefold() for token in _TOKEN.findall(_CONTRACTED.sub(" not", clause)))


def _clauses(sentence: str) -> Iterator[str]:
    """In order. One that depends on a condition takes what follows it up to the next joint along."""
    for clause in _CLAUSE.split(sentence):
        if clause.strip() and not _CONDITION.match(clause):
            yield clause.strip()


def _claim(sentence: str, clause: str, actions: Actions) -> Claim | None:
    words = _words(clause.replace("e-mail", "email"))
    denied = not _NOT.isdisjoint(words)
    if _ALL_DONE.search(clause):
        return None if denied else Claim(sentence, clause, frozenset(actions))
    named = _nominal(clause, words, actions)
    for place, word in enumerate(words):
        if not _finished(words, place):
            continue
        if _is_general(clause, words, place):
            continue
        named |= _meant(words, place, clause, sentence, actions)
        if not named and _by_us(words, place) and word not in HARMLESS and _past(word):
            named |= _about(words, clause, actions)
        if not named and denied and not _ANYTHING.isdisjoint(words) and _past(word):
            named |= frozenset(actions)
    named |= _able(words, actions)
    if not named and not denied and (sign := sign_of_done(clause, words)):
        named = _about(words, clause, actions) or (frozenset(actions) if sign == "strong" else named)
    return Claim(sentence, clause, named, denied) if named else None


def _past(word: str) -> bool:
    return word.endswith("ed") or word in IRREGULAR


def _finished(words: tuple[str, ...], place: int) -> bool:
    """Whether a participle at this place says that something is done, by whatever comes before it."""
    at = place - 1
    while at >= 0 and (words[at] in _ADVERBS or words[at].endswith("ly")):
        at -= 1
    if at < 0:
        return place == 0 or words[0] in _ADVERBS or words[0].endswith("ly")
    before, earlier = words[at], words[max(0, at - 4) : at]
    if not _MODALS.isdisjoint(earlier[-2:]) or before in _MODALS:
        return False
    if before in _HAVE and not (before == "s" and earlier[-1:] == ("let",)):
        return _OTHERS.isdisjoint(earlier[-1:])
    if before in _BE:
        return True
    return before in ("i", "we", "colleague", "team")


def _by_us(words: tuple[str, ...], place: int) -> bool:
    return not {"i", "we", "colleague", "team"}.isdisjoint(words[max(0, place - 5) : place])


def _is_general(clause: str, words: tuple[str, ...], place: int) -> bool:
    """Whether it tells how things are done, not that one was: "A ticket is opened if ..."."""
    at = max((n for n in range(place) if words[n] in ("is", "are")), default=-1)
    if at < 0 or "been" in words[:place]:
        return False
    return _generally(clause) or words[0] in ("a", "an")


@lru_cache(maxsize=256)
def _generally(clause: str) -> bool:
    return _GENERAL.search(clause) is not None


def _meant(words: tuple[str, ...], place: int, clause: str, sentence: str, actions: Actions) -> frozenset[ActionName]:
    """The actions that a participle can be said of, with what it is said of."""
    rest = words[place + 1 : place + 8]
    able = [one for one in actions.values() if _says(words[place], rest, one)]
    if not able:
        return frozenset()
    for where in (clause, sentence):
        tokens = _tokens(where)
        about = [one.name for one in able if _is_about(tokens, where, one)]
        if about:
            return frozenset(about)
    near = frozenset(words) & (_THINGS | {"you"})
    strong = [one.name for one in able if _strong(words[place], one, near)]
    return frozenset(strong)


def _says(word: str, rest: tuple[str, ...], action: ActionSpec) -> bool:
    for act in action.told_by.acts:
        verb, _, particle = act.partition(" ")
        if word == verb and (not particle or particle in rest):
            return True
    return False


def _strong(word: str, action: ActionSpec, near: frozenset[str]) -> bool:
    """Whether the verb names the act without an object: the action's own, or the first that its receipt says."""
    own = any(word[:5] == part[:5] for part in str(action.name).split("_") if len(part) > 3)
    first = word == action.done.split(" ")[0].casefold() and not near.isdisjoint(_THINGS)
    return (own and bool(near)) or (own and word != "sent") or first


def _able(words: tuple[str, ...], actions: Actions) -> frozenset[ActionName]:
    """ "I was able to refund you", "we managed to cancel it"."""
    for place, word in enumerate(words[:-2]):
        if word in ("able", "managed") and words[place + 1] == "to" and place and words[place - 1] not in ("be", "not"):
            verb = words[place + 2]
            return frozenset(
                one.name for one in actions.values() if any(act[:5] == verb[:5] for act in one.told_by.acts)
            )
    return frozenset()


def _nominal(clause: str, words: tuple[str, ...], actions: Actions) -> frozenset[ActionName]:
    """ "Your refund is on its way": what only an act makes, said to be there."""
    found = re.search(rf"\b(?:is|are|was|were|has|have|['’]s)(?: been| now| already| all)* {_COMPLETE}\b", clause, re.I)
    if found is None or _GENERAL.search(clause) or not _MODALS.isdisjoint(_tokens(clause[: found.start()])):
        return frozenset()
    if words[0] in ("a", "an") and found[0].endswith("ed"):  # "A refund is processed within three days"
        return frozenset()
    before = clause[: found.start()]
    subject = _tokens(before)
    money = AMOUNT.search(before) is not None  # "£90 is on its way"
    return frozenset(
        one.name
        for one in actions.values()
        if not subject.isdisjoint(one.told_by.made) or (money and one.money and one.told_by.made)
    )


def _about(words: tuple[str, ...], clause: str, actions: Actions) -> frozenset[ActionName]:
    tokens = _tokens(clause)
    return frozenset(one.name for one in actions.values() if _is_about(tokens, clause, one))


def _is_about(tokens: frozenset[str], text: str, action: ActionSpec) -> bool:
    if not tokens.isdisjoint(action.told_by.about) or not tokens.isdisjoint(action.told_by.made):
        return True
    return bool(action.money) and bool(action.told_by.made) and AMOUNT.search(text) is not None


@lru_cache(maxsize=256)
def _tokens(text: str) -> frozenset[str]:
    """Words, also without a plural's s. Kept, since every participle of a sentence is held against the whole of it."""
    words = [word.casefold() for word in _TOKEN.findall(text.replace("e-mail", "email"))]
    return frozenset([*words, *(word.removesuffix("s") for word in words)])
