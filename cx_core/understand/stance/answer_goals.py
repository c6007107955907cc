"""The goals where the newest words answer us: of the talk, of what was put, and of what is wanted besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cx_core.text.agreeing import proposes
from cx_core.text.segments import MOST_READ
from cx_core.understand.answered_goals import as_answered, as_chosen, as_declined, as_kept, without_answered
from cx_core.understand.goals import FoundGoal, HeardGoal
from cx_core.understand.open_question import OpenTalk
from cx_core.understand.stance.topic_reading import PLAIN

PLAINLY_WANTED, PLAINLY_ABOUT = 0.9, 0.65
"""From which a clause plainly wants something, and its share from which it is about a task type."""


def our_texts(talk: OpenTalk) -> list[str]:
    """What of ours is read with their words, each once."""
    texts = (talk.put, talk.agreed, *talk.declined, *talk.ways, *(one.text for one in talk.asked))
    return list(dict.fromkeys(text[:MOST_READ] for text in texts))


def in_answer(
    goals: Sequence[FoundGoal],
    newest: HeardGoal,
    ours: Mapping[str, HeardGoal],
    alone: Mapping[str, HeardGoal],
    talk: OpenTalk,
    text: str,
    act_taken: str,
    *,
    corrects: bool,
) -> list[FoundGoal]:
    """The goals where the newest words answer us; `ours`: what we wrote, read as of that talk, and `alone`, by itself;
    `act_taken`: the task type of the one act that they chose of several.

    `corrects`: they name a time, so that what they decline is wanted at another one.
    """
    put, agreed, *ways = (ours[one[:MOST_READ]] for one in (talk.put, talk.agreed, *talk.ways))
    declined = [
        alone[one[:MOST_READ]] for one in talk.declined
    ]  # an offer to cancel what they want moved is about that
    if talk.turned_down:  # what else is free is for them to choose from
        return [one._replace(polarity="asked") if one.polarity == "wanted" else one for one in goals]
    if talk.keeps:
        return as_kept(goals, newest, put)
    if talk.declined and talk.declined[-1] == talk.put:
        found = as_answered(goals, newest, HeardGoal((), (), newest.vectors), agreed, declined[:-1])
        return as_declined(found, newest, put, asks="?" in text, corrects=corrects)
    if not put.goals and not agreed.goals:  # "Fine. Which day?": what it is about was said before
        before = (ours[one.text[:MOST_READ]] for one in reversed(talk.asked) if one.taken)
        put = next((one for one in before if one.goals), put)
    if act_taken:
        said = (*goals, *agreed.goals, *put.goals)
        found = as_chosen(act_taken, next((one for one in said if one.task_type == act_taken), None), goals, newest)
    else:
        again = {one.task_type for one in newest.goals if one.sure}
        begun = any(one.sure and one.task_type not in again for one in goals)
        found = as_answered(goals, newest, put, agreed, declined, ways, _proposed(talk, ours, alone, begun=begun))
    found = without_answered(found, newest)
    if any(one.sure and one.polarity != "kept" for one in found):
        found = [one for one in found if one.polarity != "kept"]
        said_now = {one.task_type for one in newest.goals}
        found = [one for one in found if one.sure or one.task_type in said_now]  # we have read the rest, and asked
    settled = bool(talk.agreed)
    return [one if one.polarity == "asked" and not settled else one._replace(polarity="wanted") for one in found]


def with_other_wishes(goals: Sequence[FoundGoal], newest: HeardGoal, text: str) -> list[FoundGoal]:
    """The goals, and what a clause of the newest words plainly wants beside them."""
    found = list(goals)
    if not any(one.sure for one in found):
        return found
    for clause in newest.clauses:
        plain = clause.act == "wants" and clause.probability >= PLAINLY_WANTED and clause.share >= PLAINLY_ABOUT
        known = {one.task_type for one in found if one.sure}
        if plain and clause.about and not known & {clause.about, *clause.perhaps_about}:
            vector = newest.clause_vectors[newest.clauses.index(clause)]
            found = [one for one in found if one.task_type != clause.about]
            found.append(FoundGoal(clause.about, clause.share, True, clause.span.of(text), vector))
    return found


def _proposed(
    talk: OpenTalk, ours: Mapping[str, HeardGoal], alone: Mapping[str, HeardGoal], *, begun: bool
) -> FoundGoal | None:
    """What we put to them to do last, where our words say plainly what that is. `begun`: they had said before what it
    is about, so that one thing or remedy of several is of that."""
    for one in reversed(talk.asked):
        text = one.text[:MOST_READ]
        chosen_of = text == talk.agreed[:MOST_READ] and bool(talk.ways) and begun
        if chosen_of or text in (put[:MOST_READ] for put in talk.declined) or not proposes(text):
            continue
        plain = [found for found in alone[text].goals if found.sure and found.probability >= PLAIN]
        likely = plain or [found for found in ours[text].goals if found.sure]
        if likely:
            return max(likely, key=lambda found: found.probability)._replace(quote="")
    return None
