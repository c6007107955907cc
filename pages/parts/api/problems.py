"""What a call that failed is answered with: a problem document (RFC 9457), without traceback and input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


class Wrong(BaseModel):
    """One thing that is wrong with a request."""

    at: str = Field(description="where: body/text, query/limit")
    what: str


class Problem(BaseModel):
    """Why a call failed, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[Wrong] | None = Field(default=None, description="each thing that is wrong, where several may be")


def problem(
    status: int, detail: str, *, errors: Sequence[Wrong] = (), headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer for this status."""
    body = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors) or None)
    return JSONResponse(
        body.model_dump(exclude_none=True), status, media_type=MEDIA_TYPE, headers=dict(headers) if headers else None
    )


_TOLD: Mapping[int, str] = {
    400: "The body is no JSON",
    401: "No token, or one that is not valid",
    403: "The token does not have the scope that this needs",
    404: "There is nothing under this id",
    409: "The id was used for something else, or the ticket takes no messages here",
    413: "The request is too large",
    422: "Something in the request cannot be used",
    429: "Too many calls; `Retry-After` says for how many seconds to wait",
    503: "A system that is needed does not answer; try again later",
}


def documented(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The failures of an endpoint for its OpenAPI description; those that any call may meet are added."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    told = sorted({401, 403, 413, 422, 429, 503, *statuses})
    return {status: {"description": _TOLD[status], "content": {MEDIA_TYPE: schema}} for status in told}
