"""What every record is made of."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """Base of all records: frozen, and a misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def replace(self, **fields: object) -> Self:
        """Return this record with some fields changed, checked as any record is when it is made.

        mypy knows the fields of each record: `scripts/record_types.py`. Raises ValidationError.
        """
        return type(self).model_validate({**self.__dict__, **fields}, by_alias=False, by_name=True)


class Money(Record):
    """An amount in minor units: Money(minor=5400, currency="GBP") is 54.00 pounds."""

    minor: int
    currency: str = "GBP"

    def __str__(self) -> str:
        sign = {"GBP": "£", "EUR": "€", "USD": "$"}.get(self.currency, self.currency + " ")
        return f"{'-' if self.minor < 0 else ''}{sign}{abs(self.minor) // 100}.{abs(self.minor) % 100:02d}"


Value = Money | bool | int | str | tuple[str, ...] | None
"""What an argument or a field of a business record may hold. Dates are ISO text."""
