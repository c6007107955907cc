"""An article's life: its versions, where it came from, and what was found about it.

Search sees `catalogue.Article`, the published version that holds today; editors see what is here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import Field, field_validator

from cx_core.catalogue import Article
from cx_core.records import ArticleId, Audience, PersonId, Record, TaskTypeName, TicketId

ArticleState = Literal["draft", "in_review", "published", "archived"]
Origin = Literal["folder", "synced", "upload", "written", "gap"]
"""Where an article came from: the knowledge folder, another folder that is synced by command, a file that somebody
uploaded, the page, or tickets that found nothing."""

PART = "\t"
"""Between a file's name and the number of a part of it, where it became several articles. No name holds a tab."""

LONGEST_TITLE, LONGEST_TEXT = 200, 400_000
LONGEST_ORIGIN = 400
LONGEST_TAG, MOST_TAGS = 80, 60
LONGEST_HEADING = 200
"""Of a heading where uses are counted; what is longer is cut."""


_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What commands a terminal, or cannot be kept by every database. Lines end in \\n."""


class Content(Record):
    """What an article says, and what is said about it: all that a version holds."""

    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description="Markdown; sections start at ## headings")
    audience: Audience = "customer"
    task_types: tuple[TaskTypeName, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = Field(default="en", pattern="^[a-z]{2,3}$")
    valid_from: date | None = None
    valid_until: date | None = None
    review_by: date | None = None
    owner: PersonId | None = None

    @field_validator("title", "text", mode="before")  # before the length is looked at: blanks alone are nothing
    @classmethod
    def _trimmed(cls, value: object) -> object:
        return _NO_TEXT.sub("", _LINE_END.sub("\n", value)).strip() if isinstance(value, str) else value

    @field_validator("tags")
    @classmethod
    def _plain(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        plain = (" ".join(_NO_TEXT.sub("", tag).split()) for tag in value)
        return tuple(dict.fromkeys(tag for tag in plain if tag))

    def digest(self) -> str:
        """Of all of it: two versions with one digest say the same."""
        exact = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(exact.encode()).hexdigest()[:12]


class ArticleVersion(Record):
    """One version, as somebody left it. It never changes afterwards."""

    article: ArticleId
    number: int = Field(ge=1)
    content: Content
    version: str = Field(description="digest of the content")
    made_by: str = Field(description='an account\'s id, or "folder"')
    made_at: datetime
    note: str = ""

    def seen(self) -> Article:
        """As search sees it."""
        shared = self.content.model_dump(exclude={"review_by", "owner"})
        return Article(id=self.article, number=self.number, version=self.version, **shared)


class ArticleEntry(Record):
    """An article in a list. `live` is the version that search sees; the latest one may be ahead of it."""

    id: ArticleId
    state: ArticleState = Field(description="of the latest version")
    live: int | None = None
    latest: ArticleVersion
    origin: Origin
    origin_name: str = Field(default="", description="the file it came from: a path in the folder, or a file's name")
    origin_sha256: str = Field(default="", description="of that file's bytes; empty once it was archived with its file")
    changed_at: datetime
    changed_by: str = Field(default="", description='an account\'s id, "folder" or "sync"; empty: not known')


SYNCED_BY = PersonId("sync")
"""In whose name the command acts that keeps articles in step with a folder of documents."""
SHELVED, BESIDE = "Archived here before. ", "Edited here before. "
"""How the note begins of a version that a file brought of an article that a person had archived, or edited: such a
version waits for a person to decide, and so do those after it."""


def is_shelved(entry: ArticleEntry) -> bool:
    """Whether a person took it out of search, and nobody has put it back."""
    if entry.state == "archived":
        return entry.origin_sha256 != ""
    return entry.live is None and entry.latest.note.startswith(SHELVED)


def is_edited(entry: ArticleEntry, versions: Sequence[ArticleVersion], brings: str) -> bool:
    """Whether there are a person's words from the version in force on, and nobody put the file's in their place.

    `brings`: in whose name the file's versions are made.
    """
    if entry.live is None:
        return entry.latest.made_by != brings or entry.latest.note.startswith(BESIDE)
    return any(one.made_by != brings for one in versions if one.number >= entry.live)


UploadState = Literal["waiting", "read", "same", "refused", "quarantined", "released", "discarded"]


class Upload(Record):
    """What became of one file that somebody handed in."""

    id: str
    name: str
    sha256: str
    size: int
    state: UploadState
    trouble: str = Field(default="", description="why it was refused or set apart, in words that say what to do")
    passing: bool = Field(
        default=False,
        description="it, or a file in it, was refused for what may be otherwise next time: it is read again",
    )
    notes: tuple[str, ...] = Field(default=(), description="what of it was not read, and why")
    found: tuple[str, ...] = Field(
        default=(), description="passages in it that give orders, for which it was set apart"
    )
    articles: tuple[ArticleId, ...] = ()
    members: tuple[str, ...] = Field(default=(), description="of an archive: digests of the files in it that were read")
    batch: str = Field(default="", description="of files that were handed in together; empty of those in an archive")
    person: str
    at: datetime


FindingKind = Literal["stale", "disagrees", "duplicate", "contradiction", "never_found", "edited_out", "gap"]
"""`disagrees`: with a record, such as a price. The others speak of articles and of use."""


class Quote(Record):
    """A place in a version of an article."""

    article: ArticleId
    title: str
    number: int
    heading: str = ""
    text: str
    span: tuple[int, int] = Field(description="of characters in the article's text")
    marks: tuple[tuple[int, int], ...] = Field(default=(), description="of characters in `text`: what it is about")

    @property
    def ref(self) -> str:
        """Leads to it, see `Passage.ref`."""
        return f"article/{self.article}#{self.number}:{self.span[0]}-{self.span[1]}"


FindingState = Literal["open", "resolved", "waived"]


class Answered(Record):
    """What a person once said of a finding that is open again."""

    state: FindingState
    reason: str
    by: PersonId
    at: datetime


NO_ANSWER: dict[str, object] = {"reason": "", "answered_by": None, "answered_at": None}
"""What changes of a finding when its answer counts no more."""


class HealthFinding(Record):
    """Something about the knowledge that a person should look at. Its id is a digest of what it is about, so that the
    same finding found again is the same one, and stays resolved or waived. A gap keeps the id it had first, whatever
    tickets join or leave it (`knowledge_base/health/gap_succession.py`)."""

    id: str
    kind: FindingKind
    articles: tuple[ArticleId, ...] = ()
    says: str = Field(description="what was found, in a sentence")
    quotes: tuple[Quote, ...] = ()
    tickets: tuple[TicketId, ...] = Field(default=(), description="of a gap")
    terms: tuple[str, ...] = Field(default=(), description="of a gap: words that several customers used")
    weight: float = Field(default=1.0, ge=0, description="how much of the score it takes")
    owner: PersonId | None = None
    assigned_by: PersonId | None = Field(
        default=None, description="who gave it to its owner; None: it is the article's"
    )
    state: FindingState = "open"
    reason: str = ""
    answered_by: PersonId | None = Field(default=None, description="None of a resolved one: it was found no more")
    found_at: datetime
    answered_at: datetime | None = None
    earlier: Answered | None = None
    again: str = Field(default="", description="why it is open in spite of that")
    waived_with: int = Field(default=0, description="of a gap that is waived: how many tickets it had then")
    draft: ArticleId | None = Field(default=None, description="of a gap: the article that was begun for it")

    def as_answered(self) -> Answered | None:
        """What a person said of it last, to be kept when it is opened again."""
        if self.state == "open" or self.answered_by is None or self.answered_at is None:
            return self.earlier
        return Answered(state=self.state, reason=self.reason, by=self.answered_by, at=self.answered_at)

    def doubts(self, article: ArticleId, span: tuple[int, int]) -> bool:
        """Whether a person has yet to look at what the article says there: it is open, and says that this place is
        stale or stands against another one or a record. One without quotes is about all of its articles."""
        if self.state != "open" or self.kind not in ("stale", "disagrees", "contradiction"):
            return False
        if not self.quotes:
            return article in self.articles
        (start, end), places = span, [one.span for one in self.quotes if one.article == article]
        return any(first < end and start < last for first, last in places)


class HealthPart(Record):
    """One part of the score: of `all` things looked at, `wrong` weigh against it. Its share is of 100 points, of which
    `not_judged` are neither earned nor lost: `unknown` of `unknown_of` things could not be looked at."""

    name: str
    share: int
    points: float
    wrong: float = Field(description="sum of the findings' weights, at most `all`")
    all: int
    unknown: int = 0
    unknown_of: int = 0
    not_judged: float = 0.0
    because: str = Field(default="", description="what could not be looked at, after `unknown` of `unknown_of`")
    says: str = Field(description="what was counted, and what would raise it")

    @property
    def unknown_says(self) -> str:
        """What could not be judged, in words; empty where all of it could."""
        if not self.because:
            return ""
        return f"unknown: {self.unknown} of {self.unknown_of} {self.because}" if self.unknown_of else self.because


class HealthRound(Record):
    """The last time that all articles were gone through, whichever process did it, and who is at it now."""

    mark: str = Field(default="", description="which articles it was, and the hour")
    at: datetime | None = None
    asked: int = Field(default=0, description="requests that were looked through for gaps")
    holder: str = Field(default="", description="the process that is at it, or was last")
    until: datetime | None = Field(default=None, description="nobody else begins before; None: nobody is at it")


class KnowledgeHealth(Record):
    """How the knowledge is, and everything a person should look at, weightiest first."""

    score: int = Field(ge=0, le=100)
    parts: tuple[HealthPart, ...]
    findings: tuple[HealthFinding, ...]
    looked_at: datetime | None = Field(description="when it was last gone through; None: never yet")

    @property
    def not_judged(self) -> int:
        """Points of the 100 that are neither earned nor lost, since what they are for could not be looked at."""
        return round(sum(part.not_judged for part in self.parts))


UseKind = Literal["retrieved", "cited", "quoted", "kept", "edited_out", "solved", "reopened"]
"""What became of a passage: found for a proposal; cited by its draft, or put into the reply by an advisor; still in
what was sent, or taken out; the ticket was solved with it, or came back within days of that."""


class PassageUse(Record):
    """One thing that became of a passage in one version of a ticket's proposal."""

    article: ArticleId
    heading: str = ""
    number: int = Field(description="of the article's version")
    kind: UseKind


class UseCount(Record):
    """Of how many tickets something became of an article's passages; `simulated` of them never happened."""

    tickets: int = 0
    simulated: int = 0


# --- what an editor sees and asks for ---------------------------------------------------------

Change = Literal["same", "added", "removed"]


class DiffPart(Record):
    """A stretch of a line, and what became of it."""

    change: Change
    text: str


class DiffLine(Record):
    """One line as it is shown: a changed one shows what was taken out and what came in its place."""

    parts: tuple[DiffPart, ...]

    @property
    def changed(self) -> bool:
        return any(part.change != "same" for part in self.parts)


class Compared(Record):
    """Two versions of an article, and how they differ. `about`: fields other than the text, as name, before, after."""

    before: ArticleVersion
    after: ArticleVersion
    text: tuple[DiffLine | None, ...] = Field(description="None stands where unchanged lines were left out")
    about: tuple[tuple[str, str, str], ...]


class Changes(Record):
    """What a bulk action sets; None leaves it as it is."""

    audience: Audience | None = None
    owner: PersonId | None = None
    tag: str | None = None
    review_by: date | None = None
    valid_until: date | None = None


class LeftBehind(Record):
    """Articles of somebody who may not look after them any more."""

    owner: PersonId
    name: str = Field(description='"" where nobody knows')
    articles: tuple[ArticleEntry, ...]


class UsingTicket(Record):
    """A ticket in which something became of an article, for those who may open it."""

    ticket: TicketId
    subject: str
    kinds: tuple[UseKind, ...] = Field(description="in the order they came")
    at: datetime
    simulated: bool = False


class UseFigures(Record):
    """Of how many tickets what became of an article, in some time or of one version."""

    counts: dict[UseKind, UseCount] = Field(default_factory=dict)

    def tickets(self, kind: UseKind) -> int:
        return self.counts[kind].tickets if kind in self.counts else 0

    @property
    def simulated(self) -> int:
        """So many of the tickets never happened."""
        return max((count.simulated for count in self.counts.values()), default=0)

    @property
    def edited_out_share(self) -> float | None:
        """Of those that were sent with a draft that cited it; None: there are none."""
        sent = self.tickets("kept") + self.tickets("edited_out")
        return self.tickets("edited_out") / sent if sent else None


class ArticleUse(Record):
    """What became of one article. `versions` by number, newest first; `tickets` only for those who may open them."""

    article: ArticleId
    title: str
    month: UseFigures = Field(description="the last 30 days")
    quarter: UseFigures = Field(description="the last 90 days")
    versions: tuple[tuple[int, UseFigures], ...] = ()
    tickets: tuple[UsingTicket, ...] = ()


class UsedArticle(Record):
    """One line of the list over all articles."""

    article: ArticleId
    title: str
    audience: Audience
    figures: UseFigures
