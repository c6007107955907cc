"""What `streamlit run app.py` starts: sign-in, headers, live updates and health around the pages.

Nothing heavy is imported here: the sign-in page must stand within two seconds.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cx_core.errors import RungError
from pages import wiring
from pages.parts.api import lazy, tool_route
from pages.parts.routes import desk_state, files, health, leaving, rating, visitor
from pages.parts.routes.chat import ChatRoutes
from pages.parts.routes.chat_streams import ChatStreams
from pages.parts.routes.gate import Gate
from pages.parts.routes.live_updates import Live
from pages.parts.routes.messengers import MessengerRoutes
from pages.parts.routes.new_accounts import NewAccounts
from pages.parts.routes.sessions import Cookie, SessionWatch
from pages.parts.routes.signin import Door, failed

SWITCH_SECONDS = 0.0005
"""After so long a thread that computes lets others go on. To take in one message waits for the interpreter some fifty
times: at Python's own 5 ms each of these waits lasts as long, while the copilot reads a ticket (`bench chat`)."""

cookie = Cookie(secure=wiring.secure_cookies())
watch = SessionWatch(lambda token: wiring.desk().who(token), lambda tokens: wiring.desk().living(tokens))
live = Live(lambda: wiring.desk().inbox, watch)
chat = ChatStreams(wiring.desk)
live.closes_too(chat.close)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    sys.setswitchinterval(SWITCH_SECONDS)
    live.close_on_signal()
    async with wiring.running(app):
        yield


async def inbox(request: Request) -> Response:
    """The Inbox is the first page, which Streamlit serves at the root only; its own name leads there too."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/", 307)


def unexpected(error: Exception) -> bool:
    """Pages' own parts need a running server, so they are imported only now."""
    from pages.parts.page import unexpected as card

    return card(error)


app = st.App(
    "pages/navigation.py",
    routes=[
        Route("/inbox", inbox),
        *Door(wiring.desk, cookie).routes(),
        *NewAccounts(wiring.desk, cookie).routes(),
        *health.routes(wiring.desk),
        *lazy.routes(wiring.desk),
        *tool_route.routes(wiring.desk, wiring.tool_server),
        *live.routes(),
        *desk_state.routes(wiring.desk, watch),
        *leaving.routes(lambda: wiring.desk().inbox, watch),
        *ChatRoutes(wiring.desk, chat, live.look_now).routes(),
        *MessengerRoutes(wiring.desk, live.look_now).routes(),
        *visitor.routes(lambda: wiring.desk().chat_presence, watch),
        *rating.routes(lambda: wiring.desk().customer_ratings),
        *files.routes(lambda: wiring.desk().ticket_attachments, watch),
    ],
    on_script_error=unexpected,
    exception_handlers={RungError: failed},
    middleware=[Middleware(Gate, watch=watch, cookie=cookie)],
    lifespan=lifespan,
)
