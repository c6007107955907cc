"""What `streamlit run app.py` starts: sign-in, headers, live updates and health around the pages.

Nothing heavy is imported here: the sign-in page must stand within two seconds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from pages import wiring
from pages.parts import health
from pages.parts.gate import Gate
from pages.parts.live import Live
from pages.parts.sessions import Cookie, Watch
from pages.parts.signin import Door

cookie = Cookie(secure=wiring.secure_cookies())
watch = Watch(lambda token: wiring.desk().who(token))
live = Live(wiring.desk, watch)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    live.close_on_signal()
    async with wiring.running(app):
        yield


app = st.App(
    "pages/navigation.py",
    routes=[*Door(wiring.desk, cookie).routes(), *health.routes(wiring.desk), *live.routes()],
    middleware=[Middleware(Gate, watch=watch, cookie=cookie)],
    lifespan=lifespan,
)
