"""The business's own facts as an administrator sets them on a page: laid over what company.yaml says."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from cx_core.catalogue.company import Company
from cx_core.catalogue.folder import Knowledge
from cx_core.catalogue.service_levels import ServiceLevels, Weekday
from cx_core.records import PRIORITIES, PersonId, Record
from cx_core.text.wording import language_name

MOST_CONTACTS = 50


class CompanyFacts(Record):
    """Who the business is: all of it is set at once, so that nothing is half the folder's and half the page's."""

    name: str = Field(min_length=1, max_length=80)
    greeting: str = Field(min_length=1, max_length=200, description="{name} is the customer's first name, if known")
    signature: str = Field(min_length=1, max_length=500)
    timezone: str
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217")
    country: str = Field(pattern=r"^[A-Z]{2}$", description="ISO 3166")
    languages: tuple[str, ...] = Field(min_length=1, description="ISO 639 codes of those that are served")
    contacts: tuple[str, ...] = Field(
        default=(), max_length=MOST_CONTACTS, description="domains, addresses and telephone numbers that replies name"
    )
    hours: dict[Weekday, str] = Field(default_factory=dict, description="none named: round the clock")
    holidays: tuple[str, ...] = ()
    set_by: PersonId = PersonId("")
    set_at: datetime | None = None

    @field_validator("name", "greeting")
    @classmethod
    def _one_line(cls, text: str) -> str:
        if "\n" in text or not text.strip():
            raise ValueError("write it in one line")
        return text.strip()

    @field_validator("greeting", "signature")
    @classmethod
    def _known_slots(cls, text: str) -> str:
        if strange := [slot for slot in re.findall(r"\{[^{}]*\}", text) if slot != "{name}"]:
            raise ValueError(f"{strange[0]} means nothing here; only {{name}} does")
        return text.strip()

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("choose a time zone such as Europe/London") from None
        return name

    @field_validator("languages")
    @classmethod
    def _spoken(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        if strange := [code for code in codes if not re.fullmatch(r"[a-z]{2}", code) or language_name(code) == code]:
            raise ValueError(f"{strange[0]!r} is no language; write codes such as en or de")
        return tuple(dict.fromkeys(codes))

    @field_validator("contacts")
    @classmethod
    def _short(cls, contacts: tuple[str, ...]) -> tuple[str, ...]:
        kept = tuple(dict.fromkeys(one.strip() for one in contacts if one.strip()))
        if any(len(one) > 200 for one in kept):
            raise ValueError("a contact has 200 characters at most")
        return kept

    @field_validator("hours", mode="before")
    @classmethod
    def _spelt_out(cls, hours: object) -> object:
        """9-17, 9:00–17:00 and their like as 09:00-17:00; what is written otherwise is refused next."""
        return {day: _span(str(span)) for day, span in hours.items()} if isinstance(hours, dict) else hours

    @field_validator("hours", "holidays")
    @classmethod
    def _as_service_levels(cls, value: object, info: ValidationInfo) -> object:
        targets = {"other": dict.fromkeys(PRIORITIES, 1)}
        try:
            ServiceLevels.model_validate({"respond_minutes": targets, info.field_name: value})
        except ValidationError as error:
            raise ValueError(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None
        return value


_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d\d))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d\d))?")


def _span(text: str) -> str:
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return text
    return f"{int(found[1]):02}:{found[2] or '00'}-{int(found[3]):02}:{found[4] or '00'}"


def facts_of(company: Company) -> CompanyFacts:
    """What a company says of itself, as it would be set on the page."""
    return CompanyFacts(
        name=company.name,
        greeting=company.greeting,
        signature=company.signature,
        timezone=company.timezone,
        currency=company.currency,
        country=company.country,
        languages=company.languages,
        contacts=company.contacts,
        hours=company.service_levels.hours,
        holidays=company.service_levels.holidays,
    )


def with_facts(knowledge: Knowledge, facts: CompanyFacts | None) -> Knowledge:
    """The knowledge with the business's own facts in place of the folder's."""
    if facts is None:
        return knowledge
    company = knowledge.company
    levels = company.service_levels.replace(hours=facts.hours, holidays=facts.holidays)
    laid_over = company.replace(
        name=facts.name,
        greeting=facts.greeting,
        signature=facts.signature,
        timezone=facts.timezone,
        currency=facts.currency,
        country=facts.country,
        languages=facts.languages,
        contacts=facts.contacts,
        service_levels=levels,
    )
    return knowledge.replace(company=laid_over)
