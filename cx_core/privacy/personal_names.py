"""Names of people in running text, without a model: by lists of names, and by what stands around them.

A list alone would protect those whose names it has. So a capitalised word counts as a name too when the words around
it say so: a title or greeting before it, "my name is", a closing line, "my sister", "... said". `broad` goes further,
for a screen that needs no proper nouns at all: every capitalised word inside a sentence is taken, places and
organisations among them, except the business's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise

from cx_core.privacy.personal_spans import PersonalSpan
from cx_core.privacy.personal_words import UPPER, Lexicon, Token, lexicon, tokens

_BEFORE = 48
"""How many characters before a word may say that it is a name."""
_LONGEST = 24
"""Words of one run; longer ones are shouting or a table, and are read in pieces."""

_PARTICLES = re.compile(
    r"\.?\s(?:(?:van|von|der|den|de|del|della|di|da|dos|das|do|bin|ibn|al|el|la|le|ter|ten|zu|zur|vom|y|e|du|des)\s){0,3}"
    r"|\s(?:al-|el-|d['’]|o['’]|l['’])"
)
_STRONG = re.compile(
    r"(?:\bmy (?:full )?name(?:['’]s| is|:)|\bname(?: is| of|:)|\b(?:mr|mrs|ms|miss|dr|prof|herr|frau)\.?|\bcustomer:"
    r"|\b(?:account|card|policy) ?holder(?: is)?:?|\battn:?|\bc/o|\bon behalf of|\bmarried to|\bsigned(?: by)?:?"
    r"|\bask for|\bspo(?:k|ke|ken) (?:to|with)|\bspeak (?:to|with)|\bnamed|\brecipient:?|\bcardholder:?"
    r"|\bich (?:bin|heiße)|\bje m['’]appelle|\bme llamo|\bmi chiamo"
    r"|\bmy (?:late |elderly |older |younger |little |ex-?)?(?:wife|husband|son|daughter|mother|father|mum|mom|dad"
    r"|partner|brother|sister|friend|boss|neighbou?r|colleague|flatmate|roommate|tenant|landlord|fianc[ée]e?|aunt"
    r"|uncle|nephew|niece|cousin|grand(?:mother|father|son|daughter)|girlfriend|boyfriend|carer|assistant)"
    r"(?:['’]s name is)?,?)\s*$"
)
_WEAK = re.compile(
    r"\b(?:i am|i['’]m|this is|it['’]s|it is|called|from|for|with|by|to|and|contact|behalf|bei|von|mit|it was|met|told"
    r"|asked)\s*$"
)
_CLOSING = re.compile(
    r"(?:regards|best wishes|sincerely|yours(?: truly| faithfully)?|cheers|thanks|thank you|thx|love|best|greetings"
    r"|grüßen?|gruss|gruß|cordialement|saludos|atentamente|saluti|ciao|mvh|groet(?:en)?|thanks again|in advance)"
    r"\s*[,.!-]*\s*$"
)
_SPOKEN_FOR = re.compile(
    r"(?:['’]s\b| (?:said|says|told|called|promised|wrote|phoned|explained|assured|rang|emailed|replied|speaking)\b"
    r"| here\b[.,!\n]?| from (?:your|the)\b)"
)
_LINE_ENDS = re.compile(r"[ \t]*(?:[,.!:;?–-]|\n|$)")
_SMALL = re.compile(
    r"\b(?P<sure>my name is|my name['’]s|name is)\s(?P<it>[^\W\d_]{2,20}(?:\s[^\W\d_]{2,20})?)"
    r"|\b(?:hi|hello|hey|dear|thanks|regards|cheers|i['’]m|i am|this is|it['’]s|with|to|from|and|wife|husband|son"
    r"|daughter),?\s(?P<it2>[^\W\d_]{3,20})\b",
    re.IGNORECASE,
)
_SENTENCE = frozenset('.!?\n"“”:>*•(-–;')
_LETTERS = re.compile(r"[^\W\d_]+")


def find_names(text: str, keep: Set[str] = frozenset(), *, broad: bool = False) -> Iterator[PersonalSpan]:
    """Names of people; `keep` holds words in small letters that are the business's own."""
    reader = _Reader(text, keep, lexicon(), broad)
    spans = list(reader.spans())
    yield from spans
    yield from _again(reader, spans)
    yield from _small(text, reader.words)


def _again(reader: _Reader, spans: Sequence[PersonalSpan]) -> Iterator[PersonalSpan]:
    """The same names where nothing around them says so."""
    words = reader.words
    written = " ".join(reader.text[span.start : span.end] for span in spans if span.kind == "name")
    parts = {part.casefold() for part in _LETTERS.findall(written)}
    sure = ((parts & words.given) | (parts & words.surnames) | (parts & reader.said)) - words.plain
    for token in reader.tokens:
        if token.low in sure and len(token.low) > 2:
            yield PersonalSpan(token.start, token.end, "name")


def _small(text: str, words: Lexicon) -> Iterator[PersonalSpan]:
    """Names typed in small letters, only where the words before make them likely."""
    for match in _SMALL.finditer(text):
        group = "it" if match["it"] else "it2"
        first, _, second = match[group].casefold().partition(" ")
        start = match.start(group)
        listed = first in words.given and first not in words.places and len(first) > 3
        if first in words.plain or not (match["sure"] or listed):
            continue
        both = bool(second) and second not in words.plain
        yield PersonalSpan(start, start + len(first) + (len(second) + 1 if both else 0), "name")


class _Reader:
    """One text's capitalised words, in runs."""

    def __init__(self, text: str, keep: Set[str], words: Lexicon, broad: bool) -> None:
        self.text, self.keep, self.words, self.broad = text, keep, words, broad
        self.tokens = list(tokens(text))
        self.said: set[str] = set()
        sample = _LETTERS.findall(text[:4000])
        self.titled = sum(word[0].isupper() for word in sample) > 0.6 * len(sample) if len(sample) > 5 else False

    def spans(self) -> Iterator[PersonalSpan]:
        for run in self._runs():
            yield from self._of_run(run)

    def _runs(self) -> Iterator[list[Token]]:
        """Words that stand beside each other on one line, particles between them allowed."""
        run: list[Token] = []
        for token in self.tokens:
            if run and (len(run) == _LONGEST or not self._joined(run[-1], token)):
                yield run
                run = []
            run.append(token)
        if run:
            yield run

    def _joined(self, left: Token, right: Token) -> bool:
        if right.start - left.end > 16:
            return False
        gap = self.text[left.end : right.start]
        if "\n" in gap or not _PARTICLES.fullmatch(gap):
            return False
        return not gap.startswith(".") or len(left.word) == 1 or left.low in self.words.titles

    def _of_run(self, run: list[Token]) -> Iterator[PersonalSpan]:
        """Cut the run at words that are no names, and judge what is between."""
        part: list[Token] = []
        lead = ""
        for token in run:
            low = token.low
            if low in self.words.titles or low in self.words.greetings:
                yield from self._judge(part, lead)
                if self.broad and low in self.words.telling:
                    yield PersonalSpan(token.start, token.end, "name")
                part, lead = [], "title" if low in self.words.titles else "greeting"
            elif low in self.words.common and not (self._may_end(token) and (part or lead == "title")):
                yield from self._judge(part, lead)
                part, lead = [], ""
            else:
                part.append(token)
        yield from self._judge(part, lead)

    def _may_end(self, token: Token) -> bool:
        """Whether an ordinary word could be the surname of the words before it: Theresa May."""
        return token.low in self.words.surnames and token.word.istitle()

    def _judge(self, part: list[Token], lead: str) -> Iterator[PersonalSpan]:
        if not part:
            return
        if self._said(part, lead):
            name = self._until_company(part)[:4]
            if name:
                self.said.update(token.low for token in name)
                yield PersonalSpan(name[0].start, name[-1].end, "name")
            part = part[len(name) :]
        if part and not (part[-1].low in self.words.companies and len(part) > 1 and not self.broad):
            yield from self._listed(part)
        if self.broad and part:
            yield from self._proper(part)

    def _until_company(self, part: list[Token]) -> list[Token]:
        return [] if any(token.low in self.words.companies for token in part[1:]) else part

    def _said(self, part: list[Token], lead: str) -> bool:
        """Whether the words around say that this is a person."""
        first, last = part[0], part[-1]
        if len(part) == 1 and (first.low in self.keep or len(first.word) == 1):
            return False
        if lead == "title":
            return True
        ends = bool(_LINE_ENDS.match(self.text, last.end))
        before = self.text[max(0, first.start - _BEFORE) : first.start].casefold()
        if lead == "greeting":
            return ends or self._known(first)
        if _STRONG.search(before):
            return True
        if _CLOSING.search(before) and ends:
            return True
        if first.low in self.keep or len(part) > 3:
            return False
        if _SPOKEN_FOR.match(self.text, last.end) and not self._starts(first) and self._is_name(first):
            return True
        return bool(_WEAK.search(before)) and self._known(first) and first.low not in self.words.places

    def _is_name(self, token: Token) -> bool:
        return self._known(token) or (
            token.low not in self.words.plain and token.low not in self.words.places and token.word.istitle()
        )

    def _known(self, token: Token) -> bool:
        low = token.low
        return (low in self.words.given or low in self.words.surnames) and low not in self.words.plain

    def _starts(self, token: Token) -> bool:
        """Whether a sentence, a line or a quotation begins here, so that a capital says nothing."""
        before = self.text[max(0, token.start - 4) : token.start].rstrip(" \t'‘")
        return (not before and token.start < 5) or (bool(before) and before[-1] in _SENTENCE)

    def _listed(self, part: list[Token]) -> Iterator[PersonalSpan]:
        """A given name from the list, with the surnames that follow it."""
        place = 0
        while place < len(part):
            length = self._listed_at(part[place:])
            if length:
                yield PersonalSpan(part[place].start, part[place + length - 1].end, "name")
            place += length or 1

    def _listed_at(self, rest: list[Token]) -> int:
        """How many words from here on are one name; 0 if none."""
        first, words = rest[0], self.words
        given = self._in(first, words.given)
        follows = rest[1] if len(rest) > 1 else None
        if len(first.word) == 1:
            return 2 if follows and len(follows.word) > 1 and self._in(follows, words.surnames) else 0
        if first.low in self.keep:
            return 0
        if not given:
            return self._pair(rest)
        if follows is None:
            lone = first.low not in words.plain and first.low not in words.places
            return int(lone and not (first.word.isupper() and len(first.word) < 5))
        if follows.low in self.words.streets or follows.low in self.words.companies:
            return 0
        surname = self._in(follows, words.surnames) or self._in(follows, words.given) or len(follows.word) == 1
        if first.low in words.plain or first.low in words.places:
            both = first.word.istitle() == follows.word.istitle()
            return 1 + self._more(rest) if surname and both and follows.low not in self.keep else 0
        return 1 + self._more(rest)

    def _pair(self, rest: list[Token]) -> int:
        """An unlisted given name before a listed surname, both alone inside a sentence."""
        if len(rest) != 2 or self._starts(rest[0]) or self.titled:
            return 0
        first, last = rest
        free = first.low not in self.words.plain and first.low not in self.keep and first.low not in self.words.places
        return 2 if free and first.word.istitle() and self._known(last) and last.low not in self.keep else 0

    def _more(self, rest: list[Token]) -> int:
        """How many of the next three words belong to the name as well: any first one, then surnames."""
        count = 0
        for token in rest[1:4]:
            if token.low in self.keep or token.low in self.words.companies or token.low in self.words.streets:
                break
            if count and not self._in(token, self.words.surnames) and len(rest[count].word) > 1:
                break
            count += 1
        return count

    def _in(self, token: Token, words: frozenset[str]) -> bool:
        low = token.low
        return low in words or ("-" in low and all(part in words for part in low.split("-")))

    def _proper(self, part: list[Token]) -> Iterator[PersonalSpan]:
        """Any proper noun: a capital inside a sentence, or a word from the lists wherever it stands."""
        whole = " ".join(token.low for token in part)
        if not self._known(part[0]) and part[0].low not in self.words.places and (self._starts(part[0]) or self.titled):
            part = part[1:] if not self.titled else []
        part = [token for token in part if token.low not in self.keep and len(token.word) > 1]
        for group in _groups(part, self.text):
            if len(group) > 1 or not (
                group[0].word.isupper() and len(group[0].word) < 5 and group[0].low not in self.words.places
            ):
                yield PersonalSpan(group[0].start, group[-1].end, "place" if whole in self.words.places else "name")


def _groups(part: list[Token], text: str) -> Iterator[list[Token]]:
    """Words with nothing but a blank or a particle between them, kept together."""
    if not part:
        return
    group = [part[0]]
    for left, right in pairwise(part):
        if re.search(rf"[{UPPER}]", text[left.end : right.start]):
            yield group
            group = []
        group.append(right)
    yield group
