"""What articles state: each sentence with a quantity or a yes or no in it, and what is said of what.

A claim is compared with others by its words without the quantity, so "within 14 days" and "within a fortnight" of the
same thing look alike, whatever the number is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cx_core.catalogue import Article
from cx_core.knowledge_base.health.name_families import called
from cx_core.knowledge_base.health.quantities import NAME, Quantity, named_numbers, quantities
from cx_core.knowledge_base.health.restrictions import case, whom
from cx_core.knowledge_base.health.sentence_context import ENOUGH, Tables, Told, leads, leans, led, row
from cx_core.knowledge_base.health.word_stems import STOP, WORD, stems

LONGEST = 600
"""Characters of a sentence; more is a table or a list without stops, of which nothing is told apart."""

_HEADING = re.compile(r"^#{1,6}[ \t]++(?P<words>(?:[ \t#]*+[^ \t#\n]++)++)[ \t#]*+$", re.M)
_END = re.compile(
    r"(?<=[.!?…])[\"'’”)\]]*(?:\s+|$)|\n[ \t]*\n|\n(?=[ \t]*(?:[-*•–]|\d{1,2}[.)]|#{1,6}|\|)[ \t])|(?<=\|)[ \t]*\n|;\s+"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:no|nr|mr|mrs|ms|dr|st|e\.g|i\.e|approx|ref|tel|ltd|vs|etc|inc|max|min)|\b[A-Z])\.$", re.I
)
_JOINT = re.compile(
    r"[,;:]\s+(?:and\s+|but\s+|or\s+|so\s+|then\s+|while\s+|whereas\s+)?|\s+(?:and|but|or|while|whereas|then)\s+|\s[–—-]\s|[()|]"
)
_NAME = re.compile(r"(?<=[\w,;:)] )(?:[A-Z][\w'’+-]*)(?: (?:[A-Z][\w'’+-]*|\d+(?:\.\d+)?)\b)*")
_GOES_ON = re.compile(r";[ \t]*(?:\n[ \t]*(?![-*•–|#]|\d{1,2}[.)]))?\S")
"""A semicolon after which the same sentence goes on: no next item of a list, no heading, no blank line."""
_CAPITAL = re.compile(r"(?<=[a-z,;:)] )[A-Z][\w'’+-]*")
_NAMED_NUMBER = re.compile(rf"{NAME}[ -]\d+(?:\.\d+)?\b")
_MASKS = {
    "period": "some time",
    "money": "some money",
    "share": "a share",
    "size": "some size",
    "count": "some",
    "clock": "some hour",
    "weekday": "some day",
    "day": "some date",
    "phone": "a number",
}
_ROLES = (
    (
        "least",
        re.compile(
            r"\b(?:at least|minimum(?: of| is)?|(?:no|not) less than|from|starting at|starts at)\s(?:about\s)?$", re.I
        ),
    ),
    (
        "most",
        re.compile(
            r"\b(?:up to|at most|(?:no|not) (?:more|later) than|maximum(?: of| is)?|under|below|less than|within|in|by"
            r"|until|till|before)\s"
            r"(?:about\s|the\s)?$",
            re.I,
        ),
    ),
    ("over", re.compile(r"\b(?:more than|over|above|longer than|exceeds?|exceeding)\s$", re.I)),
    ("after", re.compile(r"\b(?:after|once|following)\s(?:about\s|the\s)?$", re.I)),
    ("every", re.compile(r"\b(?:every|each)\s$", re.I)),
    ("for", re.compile(r"\bfor\s(?:about\s|up to\s)?$", re.I)),
)
_AFTERWARDS = re.compile(
    r"^['’]?\s(?P<word>before|after|later|earlier|ahead|ago|following|prior|beyond|less|off|notice|old"
    r"|or (?:more|over|older|under))\b",
    re.I,
)


class ClaimSentence(NamedTuple):
    """A sentence of an article, in one line. `at` gives for each of its characters the place in the article's text."""

    heading: str
    section: int
    text: str
    start: int
    end: int


class ArticleClaim(NamedTuple):
    """A quantity in a sentence, and what it is about. Places in `quantity` are those in the article's text."""

    article: str
    section: int
    sentence: int
    start: int
    end: int
    title: str
    heading: str
    quantity: Quantity
    said: str
    """The sentence with its quantities as words for their kinds."""
    about: str
    """Title, heading and the clause with the quantity, the same way."""
    words: frozenset[str]
    """Stems of the clause's content words."""
    whole: frozenset[str]
    """The same of the sentence, heading and title."""
    topic: frozenset[str]
    """Stems of the sentence that its pronoun speaks of: "It costs £5." after one about a pass; empty without one."""
    near: frozenset[str]
    """Of the few words next to the quantity."""
    names: frozenset[str]
    """What the clause names: products, systems, weekdays."""
    role: str
    """least, most, over, after, every, for, before...: what the number does."""
    case: frozenset[str]
    """What the sentence is restricted to: stems of its beginning ("With an eSIM ..."), a year, an example."""
    whom: frozenset[str]
    """For whom alone it holds: stems of "for business customers"; empty where it is for anybody."""


def sentences(text: str) -> Iterator[ClaimSentence]:
    """Sentences under their headings, with places in the text; wrapped lines are joined."""
    heading, section, at = "", 0, 0
    marks = [*_HEADING.finditer(text), None]
    for mark in marks:
        end = mark.start() if mark else len(text)
        for start, stop in _cut(text, at, end):
            yield ClaimSentence(heading, section, text[start:stop], start, stop)
        if mark is not None:
            heading, section, at = mark["words"], section + 1, mark.end()


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for mark in _END.finditer(text, start, end):
        if _ABBREVIATION.search(text[max(at, mark.start() - 8) : mark.start()]):
            continue
        yield from _trimmed(text, at, mark.start())
        at = mark.end()
    yield from _trimmed(text, at, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(" \t\n\r-*•–|#>"))
    right = len(piece.rstrip(" \t\n\r|"))
    if left < right and right - left <= LONGEST:
        yield start + left, start + right


class ArticleReading(NamedTuple):
    """What one article states."""

    article: str
    claims: tuple[ArticleClaim, ...]
    words: frozenset[str]
    """Stems of all of it."""
    subject: frozenset[str]
    """Names in its title, one word each: of the product it is about, if it is about one."""
    title: frozenset[str]
    named: frozenset[str]
    """Words before a colon in the title: "Gold Card: fees"."""
    headline: str
    called: tuple[tuple[str, int], ...]
    """Names of several words, and how often: see `name_families`."""
    capitals: frozenset[str]
    plain: frozenset[str]
    """Stems of words with a capital where no sentence begins, and of words without one."""


def read(article: Article, names: frozenset[str]) -> ArticleReading:
    """`names`: numbers that belong to names, of the whole knowledge; see `names_of`."""
    made = [
        _claim(article, sentence, number, told, one)
        for number, (sentence, tellings) in enumerate(_told(article.text, names))
        for told in tellings
        for one in told.found
    ]
    named = _prefix(article.title)
    return ArticleReading(
        article=article.id,
        claims=tuple(made),
        words=stems(f"{article.title} {article.text}"),
        subject=_subject(article),
        title=stems(article.title),
        named=named,
        headline=article.title,
        called=called(article),
        capitals=stems(" ".join(_CAPITAL.findall(_HEADING.sub("", article.text)))),
        plain=stems(" ".join(word for word in WORD.findall(article.text) if word.islower())),
    )


def _told(text: str, names: frozenset[str]) -> Iterator[tuple[ClaimSentence, list[Told]]]:
    """Each sentence as it is to be read where it stands: in a table, as an answer, in a list."""
    tables, lead, section, topic, opening = Tables(text), "", -1, "", ""
    for sentence in sentences(text):
        if sentence.section != section:
            section, lead, topic = sentence.section, leads(sentence.heading), ""
        line = sentence.text.replace("\n", " ")
        found, columns = quantities(line, names), tables.columns(sentence.start)
        if columns and "|" in line:
            yield sentence, [*row(line, found, columns)]
            continue
        content = len(stems(_gaps(line, found, 0, len(line))))
        leaning = leans(line, content)
        told = led(line, found, lead if content < ENOUGH else "")
        yield sentence, [told._replace(topic=topic if leaning else "", opening=opening)]
        opening = (opening or line) if _GOES_ON.match(text, sentence.end) else ""
        topic = topic if leaning else _gaps(line, found, 0, len(line))
        lead = leads(line) or (lead if content < ENOUGH else "")


def names_of(articles: Iterable[Article]) -> frozenset[str]:
    return named_numbers(f"{line}\n" for one in articles for line in (one.title, one.text))


def _subject(article: Article) -> frozenset[str]:
    """Words of the title that the text writes with a capital twice where no sentence begins, and never without; and
    what stands before a colon there: "Gold Card: fees"."""
    seen = Counter(word.casefold() for word in _CAPITAL.findall(_HEADING.sub("", article.text)))
    title = {word.casefold() for word in WORD.findall(article.title)} - STOP
    plain = {word for word in WORD.findall(article.text) if word.islower()}
    named = frozenset(word for word in title if seen[word] >= 2 and word not in plain)
    return named | _prefix(article.title) - STOP


def _prefix(title: str) -> frozenset[str]:
    """Words before a colon if they are a name: "Gold Card: fees", not "Complaints: rules"."""
    before, colon, _ = title.partition(":")
    name = colon and any(word[0].isupper() for word in WORD.findall(before)[1:])
    return frozenset(WORD.findall(before.casefold())) if name else frozenset()


def _claim(article: Article, sentence: ClaimSentence, number: int, told: Told, one: Quantity) -> ArticleClaim:
    line, found, _, topic, opening = told
    start, end = _clause(line, found, one)
    clause = masked(line, found, start, end)
    said = masked(line, found, 0, len(line))
    before, after = line[: one.start], line[one.end :]
    near = [*WORD.findall(before)[-5:], *WORD.findall(after)[:4]]
    around = " ".join((article.title, sentence.heading))
    return ArticleClaim(
        article=article.id,
        section=sentence.section,
        sentence=number,
        start=sentence.start,
        end=sentence.end,
        title=article.title,
        heading=sentence.heading,
        quantity=one.moved(sentence.start - told.shift),
        said=said,
        about=f"{article.title}. {sentence.heading}. {clause}",
        words=stems(_gaps(line, found, start, end)),
        whole=stems(f"{around} {_gaps(line, found, 0, len(line))} {topic}"),
        topic=stems(topic),
        near=stems(" ".join(near)),
        names=_names(line, start, end, found, one),
        role=_role(before, after),
        case=case(line, found) | case(opening, quantities(opening)),
        whom=whom(line, found),
    )


def _clause(line: str, found: tuple[Quantity, ...], one: Quantity) -> tuple[int, int]:
    """The piece between joints that holds the quantity, with what is before until it has three content words."""
    start, end = 0, len(line)
    inside = [(q.start, q.end) for q in found]
    joints = [m for m in _JOINT.finditer(line) if not any(a < m.end() and m.start() < b for a, b in inside)]
    before = [m for m in joints if m.end() <= one.start]
    after = [m for m in joints if m.start() >= one.end]
    for joint in reversed(before):
        if len(stems(_gaps(line, found, joint.end(), one.start))) >= 2:
            start = joint.end()
            break
    for joint in after:
        if len(stems(_gaps(line, found, start, joint.start()))) >= 3:
            end = joint.start()
            break
    return start, end


def masked(line: str, found: tuple[Quantity, ...], start: int, end: int) -> str:
    """The piece of the line with words of its kind for each quantity."""
    pieces, at = [], start
    for one in found:
        if one.start >= start and one.end <= end:
            pieces += [line[at : one.start], _MASKS[one.kind]]
            at = one.end
    return "".join([*pieces, line[at:end]]).strip()


def _gaps(line: str, found: tuple[Quantity, ...], start: int, end: int) -> str:
    pieces, at = [], start
    for one in found:
        if one.start >= start and one.end <= end:
            pieces.append(line[at : one.start])
            at = one.end
    return " ".join([*pieces, line[at:end]])


def _names(line: str, start: int, end: int, found: tuple[Quantity, ...], one: Quantity) -> frozenset[str]:
    """Of its clause; of several with a number, as in a list of plans, the last before the quantity or else the next."""
    numbered = [m for m in _NAMED_NUMBER.finditer(line, start, end) if _outside(m, found)]
    before, after = [m for m in numbered if m.end() <= one.start], [m for m in numbered if m.start() >= one.end]
    names = {
        _NAMED_NUMBER.sub("", m[0]).strip().casefold() for m in _NAME.finditer(line, start, end) if _outside(m, found)
    } - {""}
    names |= {m[0].casefold() for m in (before[-1:] or after[:1])}
    if one.kind == "clock":
        names |= {f"day {q.low:.0f}" for q in found if q.kind == "weekday" and abs(q.start - one.start) < 40}
    return frozenset(names)


def _outside(name: re.Match[str], found: Iterable[Quantity]) -> bool:
    """Whether no quantity is part of it: "GBP 5" and "Monday 9 am" are no names."""
    return all(name.end() <= one.start or one.end <= name.start() for one in found)


def _role(before: str, after: str) -> str:
    follows = _AFTERWARDS.match(after)
    if follows:
        return "after" if follows["word"].lower() in ("later", "after", "following") else follows["word"].lower()
    return next((name for name, pattern in _ROLES if pattern.search(before[-24:])), "")
