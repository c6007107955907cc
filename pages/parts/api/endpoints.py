"""The API's endpoints, described by OpenAPI 3.1 at `/openapi.json`. Each asks the desk, which checks the scope."""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import FastAPI, Path, Query, Request, Response, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBearer
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from cx_core.errors import BadInput, NotAllowed, RungError
from cx_core.records import File, Inbound, MessageId, Status, TicketId
from cx_core.views import ApiCustomer, ApiMessage, ApiTicket, Refusal, Taken
from pages.parts.api.article_endpoints import WORDS, add_articles
from pages.parts.api.calling_token import Token
from pages.parts.api.doorkeeper import Doorkeeper
from pages.parts.api.problems import Problem, Wrong, documented, problem

if TYPE_CHECKING:
    from cx_core.desk.desk import Desk

TITLE, VERSION = "Rung", "1"
ABOUT = (
    "Create tickets, add customers’ messages, follow what becomes of them, read published articles, and "
    "hand in articles as drafts. Every call "
    "needs a token in the header Authorization: Bearer. Repeat a call that was not answered: the id that you give a "
    "message makes sure that it is taken once."
)
_NO_PAGE = HTTPException(404, "There is no such page: give the `next` of a page as cursor, or leave it out.")
_STATUS = {"already": 409, "denied": 409, "stale": 404}
_BASE64 = r"^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
_ID = r"^[!-~]{1,120}$"

Id = Annotated[str, Path(max_length=40, pattern=r"^[0-9A-Za-z._-]+$", description="a ticket’s id")]


_DATED = re.compile(r"\d{4}-\d\d-\d\d[Tt ]")


def _written(value: object) -> object:
    """A number of seconds would pass for a time, which the description does not say."""
    if value is not None and not (isinstance(value, str) and _DATED.match(value)):
        raise ValueError("write it as in RFC 3339: 2026-11-30T10:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=_ID, description="yours: the same id again is the same message, and is taken once")
    text: str = Field(min_length=1, max_length=100_000, description="what the customer wrote, as plain text")
    received_at: Moment | None = Field(default=None, description="when they wrote it; now, if left out")


class NewMessage(_Given):
    """A further message of the customer."""


class NewTicket(_Given):
    """The first message of a ticket."""

    address: str = Field(max_length=320, pattern=WORDS, description="who wrote: an e-mail address or customer id")
    subject: str = Field(default="", max_length=500)
    vouched: bool = Field(
        default=False, strict=True, description="your program knows who wrote, as by a sign-in; needs identity:vouch"
    )
    files: list[GivenFile] = Field(default_factory=list, max_length=10)


class GivenFile(BaseModel):
    """A file with a message. What is in it decides what it is."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    content: str = Field(pattern=_BASE64, description="in base64, RFC 4648 4")


class TicketQuery(BaseModel):
    """Which tickets to list."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = Field(default=None, max_length=200, description="`next` of the page before")
    limit: int = Field(default=50, ge=1, le=100)
    status: Status | None = None
    customer: str = Field(default="", max_length=80, description="a customer’s id")


class CustomerQuery(BaseModel):
    """Which customers to find."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(min_length=1, max_length=320, description="an e-mail address or customer id")


class TicketPage(BaseModel):
    """Tickets by when they last changed, oldest first."""

    tickets: list[ApiTicket]
    next: str | None = Field(description="give it as `cursor` to go on, now or later; null: nothing changed since")


class Conversation(BaseModel):
    """What was said, oldest first."""

    messages: list[ApiMessage]


class CustomersFound(BaseModel):
    """Customers that were found."""

    customers: list[ApiCustomer]


def api(desk: Callable[[], Desk]) -> ASGIApp:
    """The API over this desk, behind its doorkeeper."""
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        dependencies=[Security(HTTPBearer(auto_error=False))],
    )
    _failures(app)
    _tickets(app, desk)
    _lookups(app, desk)
    add_articles(app, desk)
    return Doorkeeper(app, lambda: desk().api_tokens)


def _tickets(app: FastAPI, desk: Callable[[], Desk]) -> None:
    @app.post(
        "/tickets",
        status_code=201,
        responses={200: {"model": Taken, "description": "It was taken before"}, **documented(400, 409)},
    )
    def create_ticket(token: Token, given: NewTicket, request: Request, response: Response) -> Taken:
        """Create a ticket with its first message."""
        inbound = Inbound(
            id=MessageId(given.id),
            channel="web",
            address=given.address,
            identity=1 if given.vouched else 0,
            subject=given.subject,
            text=given.text,
            received_at=given.received_at or datetime.now(UTC),
            files=tuple(File(name=one.name, content=b64decode(one.content)) for one in given.files),
        )
        return _taken(desk().program_access.create_ticket(token, inbound), request, response)

    @app.post(
        "/tickets/{id}/messages",
        status_code=201,
        responses={200: {"model": Taken, "description": "It was taken before"}, **documented(400, 404, 409)},
    )
    def add_message(token: Token, id: Id, given: NewMessage, request: Request, response: Response) -> Taken:
        """Add a further message of the customer to a ticket that was created here."""
        at = given.received_at or datetime.now(UTC)
        answer = desk().program_access.add_message(token, TicketId(id), given.id, given.text, at)
        return _taken(answer, request, response)

    @app.get("/tickets", responses=documented(404))
    def list_tickets(token: Token, asked: Annotated[TicketQuery, Query()]) -> TicketPage:
        """List tickets by when they last changed. The last page’s `next` gives what changes later."""
        after = _after(asked.cursor) if asked.cursor else None
        access = desk().program_access
        found = access.tickets(token, after, asked.limit, status=asked.status, customer=asked.customer)
        return TicketPage(tickets=list(found), next=_cursor(found[-1]) if found else asked.cursor)

    @app.get("/tickets/{id}", responses=documented(404))
    def read_ticket(token: Token, id: Id) -> ApiTicket:
        """Read where a ticket stands."""
        found = desk().program_access.ticket(token, TicketId(id))
        if found is None:
            raise HTTPException(404, "There is no such ticket.")
        return found

    @app.get("/tickets/{id}/messages", responses=documented(404))
    def read_messages(token: Token, id: Id) -> Conversation:
        """Read what was said between the customer and us."""
        found = desk().program_access.messages(token, TicketId(id))
        if found is None:
            raise HTTPException(404, "There is no such ticket.")
        return Conversation(messages=list(found))


def _lookups(app: FastAPI, desk: Callable[[], Desk]) -> None:
    @app.get("/customers", responses=documented())
    def find_customers(token: Token, sought: Annotated[CustomerQuery, Query()]) -> CustomersFound:
        """Find customers by e-mail address or id."""
        return CustomersFound(customers=list(desk().program_access.customers(token, sought.address)))


def _taken(answer: Taken | Refusal, request: Request, response: Response) -> Taken:
    if isinstance(answer, Refusal):
        raise HTTPException(_STATUS.get(answer.code, 409), answer.text)
    response.status_code = 201 if answer.anew else 200
    response.headers["Location"] = f"{request.scope.get('root_path', '')}/tickets/{answer.ticket}"
    return answer


def _cursor(ticket: ApiTicket) -> str:
    return urlsafe_b64encode(f"{ticket.updated_at.isoformat()} {ticket.id}".encode()).decode().rstrip("=")


def _after(cursor: str) -> tuple[datetime, TicketId]:
    """Raises HTTPException for what no page gave."""
    try:
        at, _, id = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode().partition(" ")
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise _NO_PAGE from error
    if moment.tzinfo is None or not id.isprintable():
        raise _NO_PAGE
    return moment, TicketId(id)


def _failures(app: FastAPI) -> None:
    """Answer every failure with a problem document."""

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> Response:
        wrong = [Wrong(at="/".join(str(part) for part in one["loc"]), what=one["msg"]) for one in error.errors()[:20]]
        return problem(422, "Something in the request cannot be used; `errors` says what.", errors=wrong)

    @app.exception_handler(HTTPException)
    def refused(_request: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(RungError)
    def trouble(_request: Request, error: RungError) -> Response:
        if isinstance(error, NotAllowed):
            return problem(403, str(error))
        if isinstance(error, BadInput):
            return problem(422, str(error))
        detail = "A system that is needed does not answer. Try again later."
        return problem(503, detail, headers={"Retry-After": "10"})

    made = app.openapi

    def described() -> dict[str, object]:
        schema = made()
        parts = schema["components"]["schemas"]
        for name, part in Problem.model_json_schema(ref_template="#/components/schemas/{model}").pop("$defs").items():
            parts[name] = part
        own = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        own.pop("$defs")
        parts["Problem"] = own
        for unused in ("HTTPValidationError", "ValidationError"):
            parts.pop(unused, None)
        return schema

    app.openapi = described  # type: ignore[method-assign]
