"""Who is signed in and the way out, in the corner of every page; it also notices when the session ended."""

from __future__ import annotations

import streamlit as st

from cx_core.records import Person
from pages.parts.routes.sessions import mark
from pages.wiring import token

_HTML = """
<form method="post" action="/logout">
<span class="name"></span> <span class="role"></span>
<button>Sign out</button>
</form>
"""
_CSS = """
form { display: flex; align-items: center; gap: .6rem; margin: 0; font: 400 .875rem/1 var(--st-font); }
.name { color: var(--st-text-color); font-weight: 500; }
.role { color: var(--st-gray-text-color); }
button {
  font: inherit; color: var(--st-text-color); background: transparent; cursor: pointer; padding: .45rem .7rem;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius);
}
button:hover { border-color: var(--st-primary-color); color: var(--st-link-color); }
button:focus-visible { outline: 2px solid var(--st-link-color); outline-offset: 2px; }
@media (max-width: 1240px) { .role { display: none; } }
@media (max-width: 760px) { .name { display: none; } }
"""
_LEAVE = """
function leave() {
  const here = location.pathname + location.search
  location.replace(`/login?ended=1&next=${encodeURIComponent(here)}`)
}
"""
_JS = f"""
const asking = new WeakMap()
{_LEAVE}
async function ask(mark) {{
  try {{
    const answer = await fetch("/session", {{ cache: "no-store", redirect: "manual" }})
    if (answer.status === 401) leave()
    const now = answer.headers.get("x-session-mark")
    if (now && now !== mark) location.reload() // somebody else signed in here, in another tab
  }} catch {{ /* the server is away; it will be asked again */ }}
}}
export default function (component) {{
  const {{ data, parentElement }} = component
  parentElement.querySelector(".name").textContent = data.name
  parentElement.querySelector(".role").textContent = data.role
  if (!asking.has(parentElement)) asking.set(parentElement, setInterval(ask, 4000, data.mark))
  return () => {{
    clearInterval(asking.get(parentElement))
    asking.delete(parentElement)
  }}
}}
"""
_ACCOUNT = st.components.v2.component("rung_account", html=_HTML, css=_CSS, js=_JS)
_GONE = st.components.v2.component(
    "rung_gone", html="<span\nhidden></span>", js=f"{_LEAVE}\nexport default function () {{ leave() }}\n"
)


def account(person: Person) -> None:
    """Name, role and Sign out, beside the menu (where `look` puts it)."""
    with st.container(key="account", width="content"):
        data = {"name": person.name, "role": person.role.value, "mark": mark(token())}
        _ACCOUNT(key="account-form", data=data, width="content")


def leave() -> None:
    """Send the browser to the sign-in page, and back here afterwards."""
    _GONE(key="gone", data={})
