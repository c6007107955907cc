"""Who the business is and how it sounds."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from cx_core.catalogue.service_levels import ServiceLevels
from cx_core.records import ActionName, ArticleId, BusinessRecord, Record, TaskTypeName
from cx_core.text.wording import language_name


class RatingQuestion(Record):
    """The short question that follows a solved ticket. {link} is where the customer answers."""

    text: str
    subject: str = Field(default="How did we do?", description="our own words: a ticket's subject is the customer's")
    again_after_days: int = Field(default=14, ge=0, description="a customer is not asked more often")


class Tone(Record):
    """How the company sounds in writing; kept by every template, told to a language model, checked in drafts."""

    formality: Literal["formal", "neutral", "relaxed"] = Field(
        default="neutral", description="formal: no short forms; formal and neutral: no slang, no shouting, no pictures"
    )
    avoid: dict[str, str] = Field(default_factory=dict, description="words, and what to say instead")
    prefer: tuple[str, ...] = Field(default=(), description="words that sound like us")

    @field_validator("avoid")
    @classmethod
    def _advised(cls, avoid: dict[str, str]) -> dict[str, str]:
        for word, instead in avoid.items():
            if not re.search(r"\w", word) or not instead.strip():
                raise ValueError(f"{word!r}: name a word, and after it what to say instead")
        return avoid

    def avoided(self, text: str) -> tuple[tuple[str, str], ...]:
        """Words of the text that we avoid, as they stand there, each with what to say instead."""
        found = ((re.search(_whole(word), text, re.IGNORECASE), instead) for word, instead in self.avoid.items())
        return tuple((match[0], instead) for match, instead in found if match)


def _whole(words: str) -> str:
    """A pattern for these words as whole words, however far apart they are set."""
    return r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words.split()) + r"(?!\w)"


class Acknowledgement(Record):
    """A whole first message in a language that we do not serve, and that an AI helped, in that language."""

    text: str = Field(min_length=1, description="greeting, what is said and signature")
    disclosure: str = Field(min_length=1, description="what a customer is told when an AI wrote")

    @property
    def message(self) -> str:
        """Both, as they are sent."""
        return f"{self.text.strip()}\n\n{self.disclosure.strip()}"


class StatedFacts(Record):
    """A reading that gives records which articles speak of by name: their figures are held against the articles."""

    read: ActionName
    arguments: dict[str, str] = Field(default_factory=dict)


class OneTimeCode(Record):
    """How customers show by a code who they are. {code} is the code, {about} what it is wanted for, {minutes} how long
    it counts, {where} the masked contact that it went to."""

    subject: str
    text: str = Field(description="goes with the code to the contact on file")
    told: str = Field(description="says in the ticket that a code is on its way")
    wrong: str = Field(description="says in the ticket that what was entered is not the code")
    contact: str = Field(default="email", description="field of the customer's record that it is sent to")
    changes: ActionName | None = Field(
        default=None, description="read that gives a customer's changes of contact details: `field` and `at`"
    )
    unchanged_days: int = Field(default=7, ge=0, description="a contact changed within so many days proves nothing")
    minutes: int = Field(default=15, ge=1, le=60)
    tries: int = Field(default=5, ge=1, le=10)
    denied: TaskTypeName | None = Field(
        default=None, description="task type whose next step a person reads where somebody did not ask for a code"
    )


class ConsentQuestion(Record):
    """How a step that cannot be undone is put to the customer. {act} is what would be done, {money} the sentence about
    what is paid, {final} what cannot be undone, {until} the end of the time in which a yes counts."""

    text: str
    money: str = Field(default="{amount} goes back to you.", description="said where money goes out")
    hours: int = Field(default=48, ge=1, le=168)


class Company(Record):
    """Who we are and how we sound."""

    name: str
    signature: str
    greeting: str
    closing: str
    disclosure: str = Field(description="what a customer is told when an AI wrote")
    disclosure_alone: str = Field(
        default="",
        description="what they are told where nobody looked at it; empty: that, and {word} is how to reach a person",
    )
    person_word: str = Field(default="PERSON", description="a reply of this word alone reaches a person")
    subject_alone: str = Field(
        default="Automatic answer: {title}",
        description="subject of an answer that nobody looked at: the articles' titles",
    )
    source_line: str = Field(default="From our help page: {title}", description="under the words of an article")
    unknown_sender: str = Field(default="", description="asks who they are, whoever is no customer we know")
    unproven: str = Field(
        default="",
        description="asks whoever only claims to be a customer to show that they are; empty: as `unknown_sender`",
    )
    kept: str = Field(default="", description="answers whoever takes a wish back, or wants all to stay as it is")
    asked: str = Field(default="", description="answers a question about an act where nothing else does")
    with_colleague: str = Field(
        default="", description="says that a colleague has {parts}, for which there is no plan; empty: nothing is said"
    )
    with_colleague_unnamed: str = Field(
        default="", description="the same where they are too long, or too many, to name"
    )
    upset: str = Field(default="", description="what an upset customer is told first, where the task type says nothing")
    which: str = Field(
        default="",
        description="asks again where they only said yes to {question}, an either-or of ours; empty: it is planned for",
    )
    unheeded: str = Field(
        default="You also wrote: “{words}”. Shall we go ahead, or leave everything as it is?",
        description="asks before a step that {words} of theirs may take back",
    )
    confirm: str = Field(
        default="You wrote: “{words}”. Nothing is changed yet. Shall we {act}, or did you mean something else?",
        description="asks before a step that {words} of theirs do not fit; {act} is what it would do; empty: it is "
        "proposed with a finding",
    )
    refused: str = Field(
        default="",
        description="tells that nothing is done because {words} of theirs refuse it; empty: `unheeded` asks",
    )
    taken_back: str = Field(
        default="Hello {name},\n\nWe told you about this, and it was our mistake:\n\n{acts}\n\n"
        "We have taken it back, so that all is as it was before. A colleague is looking at what you asked for and will "
        "write to you again.\n\nWe are sorry for the trouble.",
        description="suggested to whoever tells many customers that something done automatically was taken back",
    )
    currency: str
    country: str = Field(description="ISO 3166 two letters, for phone numbers and dates")
    timezone: str
    languages: tuple[str, ...]
    service_levels: ServiceLevels
    close_after_days: int = Field(default=5, ge=1, description="solved tickets are closed after so long")
    review_minutes: float = Field(
        default=60, ge=0, description="a day that reviewers have for what the copilot did without a person"
    )
    people_reviewed: float = Field(
        default=5, ge=0, le=100, description="percent of the answers by people that are reviewed as the copilot's are"
    )
    planted_errors: float = Field(
        default=1,
        ge=0,
        le=20,
        description="percent of the proposals with an act at level 2 that are shown with an error on purpose; 0: none",
    )
    teams: tuple[str, ...] = Field(default=(), description="whom a ticket can be handed to besides a person")
    one_time_code: OneTimeCode | None = Field(default=None, description="none: customers are never sent one")
    consent: ConsentQuestion | None = Field(default=None, description="none: people approve what cannot be undone")
    rating: RatingQuestion | None = Field(default=None, description="none: customers are not asked")
    person_phrases: tuple[str, ...] = Field(default=(), description="ways of asking for a person")
    grave: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="what people decide when a customer's words bring it up, with such words"
    )
    acknowledged: dict[str, str] = Field(
        default_factory=dict, description="what a customer is told first, by what their words bring up; other: the rest"
    )
    nameless: tuple[str, ...] = Field(
        default=(),
        description="matters acknowledged without a name: the account's holder may be whom the message is about",
    )
    acknowledged_in: dict[str, Acknowledgement] = Field(
        default_factory=dict, description="what whoever writes in another language is told first, by its ISO 639 code"
    )
    speaks: dict[str, str] = Field(default_factory=dict, description="the team that gets a language we do not serve")
    guidance: ArticleId | None = Field(
        default=None, description="internal article with a section for each grave matter, shown beside such a ticket"
    )
    contacts: tuple[str, ...] = Field(
        default=(), description="domains and telephone numbers that articles may name; others are pointed out"
    )
    tone: Tone = Tone()
    stated: tuple[StatedFacts, ...] = Field(default=(), description="what articles say is held against these records")

    def acknowledges(self, matter: str, *, named: bool = True) -> str:
        """The sentences for a grave matter, which do not speak of it unless it is `named`; empty where there is none or
        nothing was written for it.
        """
        ours = self.acknowledged.get(matter) if named else None
        return (ours or self.acknowledged.get("other", "")).strip() if matter else ""

    def foreign(self, language: str) -> str:
        """The name of a language that is not served; empty for one that is."""
        return "" if language in self.languages else language_name(language)

    @property
    def disclosures(self) -> tuple[str, ...]:
        """Every way in which a customer is told that an AI helped."""
        return (self.disclosure, self.told_alone, *(one.disclosure.strip() for one in self.acknowledged_in.values()))

    @property
    def told_alone(self) -> str:
        """What a customer is told under an answer that left without a person."""
        told = self.disclosure_alone or f"{self.disclosure} Reply {{word}} to reach one."
        return told.replace("{word}", self.person_word)

    def today(self, at: datetime) -> date:
        """The day that it is where the business is: there an article holds until midnight."""
        return at.astimezone(ZoneInfo(self.timezone)).date()

    def greet(self, customer: BusinessRecord | None) -> str:
        """By the first name, where it is known who they are."""
        name = str(customer.fields.get("name", "")) if customer else ""
        return self.greeting.replace("{name}", name.split(" ")[0] if name else "").replace(" ,", ",")

    def cited(self, title: str) -> str:
        """Where words of an article come from, for a customer."""
        return self.source_line.replace("{title}", title)
