"""The token of the program that calls, as an endpoint asks for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from cx_core.records import ApiToken


def token_of(request: Request) -> ApiToken:
    """Whose call it is, as the doorkeeper found."""
    token: ApiToken = request.state.token
    return token


Token = Annotated[ApiToken, Depends(token_of)]
