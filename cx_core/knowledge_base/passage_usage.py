"""What became of the passages that a proposal rested on: found, cited, still in what was sent, or taken out.

Compared are sentences as people compare them: by the words they share. A sentence whose figure was changed is another
sentence, since "30 days" is no longer what the article says. A rejected proposal says nothing about its passages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from itertools import pairwise

from cx_core.knowledge_base.articles import LONGEST_HEADING, PassageUse, UseKind
from cx_core.records import ArticleId, Citation, Part, Passage, Proposal
from cx_core.text.segments import SENTENCE_GAP

SAME_SENTENCE = 0.7
"""Share of a sentence's words that another one has when both say the same."""
CAME_BACK = timedelta(days=7)
"""A ticket that is opened again within this time was not solved with what it was answered with."""
KEPT = 0.5
"""Share of the drafted sentences, by their words, that must still be in a reply for the passage to count as kept."""
TELLING_WORDS = 3
"""A sentence of fewer words ("Yes, it is.") is in every reply and tells nothing."""

_SLOT = re.compile(r"\{s\d+\.[a-z_0-9]+\}")
_WORD = re.compile(r"[^\W_]+(?:[.,:]\d+)*")
_ARTICLE = "article/"


def of_proposal(proposal: Proposal) -> tuple[PassageUse, ...]:
    """Every passage of the evidence as retrieved, and those that the draft cites as cited."""
    retrieved = [_use(passage, "retrieved") for passage in proposal.evidence.passages]
    cited = [_use(passage, "cited") for passage, _ in _cited(proposal)]
    return tuple(dict.fromkeys([*retrieved, *cited]))


def of_answer(proposal: Proposal, sent: str) -> tuple[PassageUse, ...]:
    """Each passage that the draft cited as kept or edited out. `sent`: the reply as the customer got it."""
    if not sent.strip():
        return ()
    judged: dict[PassageUse, None] = {}
    for passage, parts in _cited(proposal):
        drafted = [sentence for part in parts for sentence in _drawn_from(passage, part)]
        kind: UseKind = "kept" if share_there(drafted, sent) >= KEPT else "edited_out"
        judged[_use(passage, kind)] = None
    return tuple(judged)


def of_quote(use: PassageUse, article: str, sent: str) -> PassageUse | None:
    """What an advisor put into the reply, as kept, if a sentence of the article went out. `article`: its text."""
    there = share_there(tuple(sentences(article)), sent) > 0
    return use.replace(kind="kept") if there else None


def of_solving(before: Sequence[tuple[int, PassageUse]]) -> tuple[tuple[int, PassageUse], ...]:
    """What a ticket was solved with: all that was kept in its answers, but those after which it came back."""
    failed = {(version, use.replace(kind="kept")) for version, use in before if use.kind == "reopened"}
    return tuple(
        (version, use.replace(kind="solved"))
        for version, use in before
        if use.kind == "kept" and (version, use) not in failed
    )


def share_there(drafted: Sequence[str], sent: str) -> float:
    """The share of these sentences, by words, that the text has, each in one of its sentences or in two that follow."""
    telling = [sentence for sentence in drafted if len(_words(sentence)) >= TELLING_WORDS]
    there = tuple(sentences(sent))
    pairs = [f"{first} {second}" for first, second in pairwise(there)]
    found = [sentence for sentence in telling if any(says(other, sentence) for other in (*there, *pairs))]
    return sum(len(_words(one)) for one in found) / sum(len(_words(one)) for one in telling) if telling else 0.0


def says(text: str, sentence: str) -> bool:
    """Whether a text holds all figures of a sentence and most of its words."""
    wanted, have = _words(sentence), _words(text)
    figures = {word for word in wanted if any(sign.isdigit() for sign in word)}
    return figures <= have and len(wanted & have) >= SAME_SENTENCE * len(wanted)


def sentences(text: str) -> Iterator[str]:
    """Without the slots that receipts fill, and without marks of lists."""
    return (part.strip(" -*#") for part in SENTENCE_GAP.split(_SLOT.sub(" ", text)) if part.strip(" -*#"))


def _cited(proposal: Proposal) -> list[tuple[Passage, list[Part]]]:
    """Each passage that the draft cites, with the paragraphs that cite it."""
    if proposal.reply is None:
        return []
    found: dict[int, list[Part]] = {}
    for part in proposal.parts:
        for citation in part.citations:
            place = _place(proposal.evidence.passages, citation)
            if place is not None:
                found.setdefault(place, []).append(part)
    return [(proposal.evidence.passages[place], parts) for place, parts in found.items()]


def _place(passages: Sequence[Passage], citation: Citation) -> int | None:
    """Where the passage stands that is cited: the one with the words quoted, or else its article's first."""
    if not citation.ref.startswith(_ARTICLE):
        return None
    article = ArticleId(citation.ref.removeprefix(_ARTICLE))
    own = [place for place, passage in enumerate(passages) if passage.article == article]
    quoted = [place for place in own if passages[place].text.startswith(citation.quote)]
    return next(iter(quoted or own), None)


def _drawn_from(passage: Passage, part: Part) -> tuple[str, ...]:
    """The paragraph's sentences that the passage says too; all of them where it was put in quite other words."""
    all_, told = tuple(sentences(part.text)), tuple(sentences(passage.text))
    theirs = tuple(one for one in all_ if len(_words(one)) >= TELLING_WORDS and any(says(it, one) for it in told))
    return theirs or all_


def _use(passage: Passage, kind: UseKind) -> PassageUse:
    return PassageUse(
        article=passage.article, heading=passage.heading[:LONGEST_HEADING], number=passage.number, kind=kind
    )


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))
