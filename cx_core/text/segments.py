"""A message cut into what the customer wrote now, its sentences, and their clauses, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from cx_core.text.mail_parts import new_part, signs_only
from cx_core.text.mail_words import FAREWELL
from cx_core.text.spans import Span

MOST_READ = 12_000
"""Characters of one message that are read; the rest is kept for people but says nothing to triage."""

MOST_CLAUSES = 40
"""Of one message: the first thirty and the last ten."""

SENTENCE_GAP = re.compile(r"(?<=[.!?])\s+|\n+")
"""What lies between two sentences of a text that is well written, as ours are: split by it."""

_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.M)
_POSTSCRIPT = re.compile(r"^[ \t]*p\.?[ \t]?(?:p\.?[ \t]?)?s\b[.:;,)\-– \t]*", re.I | re.M)
_FAREWELL = re.compile(
    rf"^[ \t]*(?:(?:kind|best|warm|many|with kind|with best)[ \t]+)?(?:{'|'.join(FAREWELL)})[ \t]*[,.!]?"
    r"(?:[ \t]{0,3}(?-i:[A-Z])[\w'.-]{0,20}){0,3}[ \t]*$",
    re.I | re.M,
)
_GREETING = re.compile(
    r"\s*(?:hello|hi|hey|hiya|dear|good (?:morning|afternoon|evening|day))\b[^\n.!?]{0,30}[,.!]?[ \t]*\n", re.I
)
_SENTENCE_END = re.compile(
    r"(?<![.!?…])[.!?…]+[\"'’”)\]]*(?=\s|$)"  # a run is looked at once, from its beginning
    r"|\n[ \t]*\n|\n(?=[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t])|\n|;(?=\s)|[ \t](?=[1-9]\)[ \t])"
)
_SIGNED = re.compile(
    r"(?<=[.!?)])[ \t]*\n\s*(?:[A-Z][\w'’-]{1,20}[ \t][A-Z]\.?|(?:[A-Z]\.[ \t]?){1,3}[A-Z][\w'’-]{1,20})[ \t]*"
    r"(?:\n(?P<below>[^?]*))?\Z"
)
"""At the end of a mail, after a whole sentence: a name with an initial, "Will T" or "O. Brandt"; and what is below."""
_BELOW_A_NAME = re.compile(r"\([^\n]{1,60}\)|(?=[^\n]*[\d@])[A-Z0-9+][^\n]{0,60}(?<![.!])")
"""A line below a name, such as a number or an address."""
_SIGNATURE = 400
"""Characters at the end of a mail in which it is signed so."""
_GREETED = 3
"""Words in front of a name that may be no more than a greeting."""
_COUNT = re.compile(r"(?<![^\s])[12]\)(?=\s)")
"""Several things counted off in one line: "two things 1) the invoice 2) my new number"."""
_ABBREVIATION = re.compile(r"(?:\b(?:no|nr|mr|mrs|ms|dr|st|e\.g|i\.e|approx|ref|tel|ltd|vs|etc|inc)|\b[A-Z])$", re.I)
_JOINT = re.compile(
    r"\s{0,3}[,–—-]\s{1,3}(?:and|but|also|plus|so|or|then|yet)\s{1,3}(?:also\s{1,3}|then\s{1,3})?"
    r"|\s{1,3}(?:and|but|also|plus|&|\+|n|nd|whilst|furthermore|additionally|besides|as well as|by the way|btw)\s{1,3}"
    r"(?:also\s{1,3})?"
    r"|\s{0,3}[,:]\s{1,3}|\s{1,3}[–—-]\s{1,3}",
    re.I,
)
_NEAR = 60
"""Characters in which the two words of a clause must lie."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

_NAMELY = re.compile(r"[^\W\d_]{2}")
"""What is worth reading has a word in it; figures alone ask for nothing."""


Sentence = tuple[Span, ...]
"""A sentence as its clauses, in order; at least one."""


def sentences(text: str) -> tuple[Sentence, ...]:
    """What the customer wrote now, without earlier mail and signature, first to last."""
    return _within(_all_sentences(text))


def unread_clauses(text: str) -> int:
    """How many clauses of what the customer wrote now are in none of its `sentences`."""
    whole = _all_sentences(text)
    return sum(map(len, whole)) - sum(map(len, _within(whole)))


def sentence_begins(text: str, at: int) -> int:
    """Where the sentence around a place begins, by the marks before it alone."""
    return max(text.rfind(mark, 0, at) for mark in ".!?;\n") + 1


def _all_sentences(text: str) -> list[Sentence]:
    found = [tuple(_clauses(text, span)) for part in own_words(text[:MOST_READ]) for span in _split(text, part)]
    return [sentence for sentence in found if sentence]


def _within(kept: list[Sentence]) -> tuple[Sentence, ...]:
    if sum(map(len, kept)) <= MOST_CLAUSES:
        return tuple(kept)
    return tuple([*_first(kept, MOST_CLAUSES * 3 // 4), *_first(kept[::-1], MOST_CLAUSES // 4)[::-1]])


def sentence_texts(text: str) -> list[str]:
    """The words of each."""
    return [text[one[0].start : one[-1].end] for one in sentences(text)]


def own_words(text: str) -> tuple[Span, ...]:
    """The parts of a text that are the customer's own and new, without quoted lines, greeting and farewell."""
    new = new_part(text)
    if not new or signs_only("\n".join(part.of(text) for part in new)):
        return ()
    start, end = new[0].start, _before_name(text, new[0].start, _before_farewell(text, new))
    greeting = _GREETING.match(text, start, end)
    if greeting and text[greeting.end() : end].strip():
        start = greeting.end()
    kept = (Span(start, end), *_postscript(text, Span(end, new[-1].end)))
    within = (
        Span(max(part.start, one.start), min(part.end, one.end))
        for one in kept
        for part in new
        if part.end > one.start and part.start < one.end
    )
    return tuple(piece for part in within for piece in _unquoted(text, part) if piece.of(text).strip())


def _unquoted(text: str, part: Span) -> Iterator[Span]:
    at = part.start
    for quoted in _QUOTED_LINE.finditer(text, part.start, part.end):
        yield Span(at, quoted.start())
        at = quoted.end()
    yield Span(at, part.end)


def _before_farewell(text: str, new: Sequence[Span]) -> int:
    """Where a closing formula with a short rest behind it begins, or the end of what is new."""
    start, last = new[0].start, new[-1]
    end = last.end
    for found in _FAREWELL.finditer(text, last.start, last.end):
        rest = [line.strip() for line in text[found.end() : end].splitlines() if line.strip()]
        signed = list(takewhile(lambda line: not _POSTSCRIPT.match(line), rest))
        short = len(signed) <= 8 and all(len(line) <= 70 and not line.endswith("?") for line in signed)
        if text[start : found.start()].strip() and short:
            end = min(end, found.start())
    return end


def _before_name(text: str, start: int, end: int) -> int:
    """Where a mail that ends without a closing formula is signed, "Will T", perhaps over an address; or its end."""
    begins = max(start, end - _SIGNATURE)
    found = _SIGNED.search(text[begins:end].rstrip())
    if found is None or len(text[start : begins + found.start()].split()) <= _GREETED:
        return end
    below = [line.strip() for line in (found["below"] or "").splitlines() if line.strip()]
    if len(below) > 4 or any(_POSTSCRIPT.match(line) or not _BELOW_A_NAME.fullmatch(line) for line in below):
        return end
    return begins + found.start()


def _postscript(text: str, signature: Span) -> tuple[Span, ...]:
    """What is added below a signature under "PS", without the mark: it is meant like the rest."""
    found = _POSTSCRIPT.search(text, signature.start, signature.end)
    return (Span(found.end(), signature.end),) if found else ()


def _first(kept: list[Sentence], clauses: int) -> list[Sentence]:
    taken: list[Sentence] = []
    for sentence in kept:
        if sum(map(len, taken)) + len(sentence) > clauses:
            break
        taken.append(sentence)
    return taken


def _split(text: str, part: Span) -> Iterator[Span]:
    """Sentences. A single line break ends one unless the next line plainly goes on in lower case."""
    counts = [count[0] for count in _COUNT.finditer(text, part.start, part.end)]
    at, counted_off = part.start, counts[:2] == ["1)", "2)"]
    for end in _SENTENCE_END.finditer(text, part.start, part.end):
        before, after = text[max(at, end.start() - 8) : end.start()], text[end.end() : end.end() + 1]
        mark = end.group()
        if mark == "." and _ABBREVIATION.search(before):
            continue
        if mark.strip(" \t") == "" and not counted_off:
            continue
        if mark == "\n" and after.islower() and end.start() - at >= 40:
            continue
        yield Span(at, end.end())
        at = end.end()
    yield Span(at, part.end)


def _clauses(text: str, sentence: Span) -> Iterator[Span]:
    """Cut at joints, but no piece with fewer than two words; those go with what is before, or after."""
    cuts, at = [], sentence.start
    for joint in _JOINT.finditer(text, sentence.start, sentence.end):
        before, after = max(at, joint.start() - _NEAR), min(joint.end() + _NEAR, sentence.end)
        if _words(text[before : joint.start()]) >= 2 and _words(text[joint.end() : after]) >= 2:
            cuts.append(Span(at, joint.start()))
            at = joint.end()
    for piece in (*cuts, Span(at, sentence.end)):
        trimmed = _trim(text, piece)
        if _NAMELY.search(text, trimmed.start, trimmed.end):
            yield trimmed


def _words(text: str) -> int:
    return len(_WORD.findall(text))


def _trim(text: str, span: Span) -> Span:
    whole = span.of(text)
    left = len(whole) - len(whole.lstrip(" \t\n\r-*•,;:"))
    return Span(span.start + left, max(span.start + left, span.start + len(whole.rstrip(" \t\n\r,;"))))
