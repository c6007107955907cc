"""Tokens that programs call the HTTP API with: issue one, see which are in use, revoke one."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from cx_core.records import API_SCOPES, ApiScope, ApiToken, Person
from cx_core.views import Refusal
from pages.parts.components import node, paper
from pages.parts.outcome import answer_here, answering, say
from pages.parts.times import moment
from pages.wiring import desk, person

_SHOWN_ONCE = "token-shown-once"
_DAYS = {30: "30 days", 90: "90 days", 365: "1 year"}


def _issue() -> None:
    """Callback: a new token; what was typed stays where it is refused."""
    fields = st.session_state
    scopes: list[ApiScope] = fields.get("token-scopes") or []
    with answering():
        issued = desk().api_tokens.issue(person(), fields.get("token-name", ""), scopes, fields.get("token-days", 90))
        if isinstance(issued, Refusal):
            say(issued.text, good=False)
            return
        fields[_SHOWN_ONCE] = issued.secret
        fields["token-name"], fields["token-scopes"] = "", []
        say("Issued. Copy it now: it is not shown again.")


def _revoke(token: ApiToken) -> None:
    """Callback: its next call is refused."""
    with answering():
        refusal = desk().api_tokens.revoke(person(), token.id)
        say(refusal.text if refusal else f"Revoked. {token.name} can no longer call.", good=refusal is None)


def _saved() -> None:
    """Callback: the secret is in safe hands."""
    st.session_state.pop(_SHOWN_ONCE, None)


def draw(someone: Person) -> None:
    """The tokens, and a form for another one."""
    tokens, now = desk().api_tokens.tokens(someone), datetime.now(UTC)
    left, right = st.columns([2.2, 1], gap="large")
    with right:
        answer_here("api")
        _secret()
        _form()
    with left:
        st.subheader("API tokens")
        valid = [one for one in tokens if one.revoked_at is None and one.expires_at > now]
        if not valid:
            words = "None yet. A token lets your shop or another program create tickets and follow them."
            paper(node("p", words, cls="muted"), key="paper-no-tokens")
        for token in valid:
            _card(token)
        ended = [one for one in tokens if one not in valid][:20]
        if ended:
            with st.expander(f"Ended ({len(ended)})"):
                rows = [{"Program": one.name, "Ended (UTC)": _ended(one), "How": _how(one)} for one in ended]
                st.dataframe(rows, hide_index=True, width="stretch", height="content", key="ended-tokens")


def _secret() -> None:
    """The new token, until whoever issued it has copied it."""
    if _SHOWN_ONCE in st.session_state:
        with st.container(border=True, key="token-secret"):
            st.markdown("**The token, shown this once**")
            st.code(st.session_state[_SHOWN_ONCE], language=None, wrap_lines=True)
            st.button("I have saved it", key="token-saved", on_click=_saved)


def _form() -> None:
    with st.container(border=True, key="issuing"):
        st.subheader("Issue a token")
        st.text_input("Program", key="token-name", placeholder="Web shop", max_chars=60)
        st.multiselect("Permissions", list(API_SCOPES), key="token-scopes", format_func=API_SCOPES.__getitem__)
        st.selectbox("Expires after", list(_DAYS), index=1, key="token-days", format_func=_DAYS.__getitem__)
        st.button("Issue token", key="issue", type="primary", on_click=_issue)
        st.caption("How to call: docs/api.md. The description for programs: /api/v1/openapi.json.")


def _card(token: ApiToken) -> None:
    used = node("time", at=token.used_at.isoformat()) if token.used_at else node("span", "never")
    ends = node("time", at=token.expires_at.isoformat())
    told = node("p", node("span", "Last used"), used, node("span", "· ends"), ends, cls="row small muted")
    may = " · ".join(API_SCOPES[scope] for scope in token.scopes)
    with st.container(border=True, key=f"token-{token.id}"):
        words = node("div", node("h3", token.name, cls="typed"), node("p", may, cls="small"), told, cls="stack tight")
        paper(words, key=f"paper-token-{token.id}")
        with st.popover("Revoke", key=f"revoking-{token.id}", type="tertiary"):
            st.caption("Its next call is refused. This cannot be taken back.")
            st.button("Revoke for good", key=f"revoke-{token.id}", on_click=_revoke, args=(token,))


def _ended(token: ApiToken) -> str:
    return moment(min(token.revoked_at or token.expires_at, token.expires_at))


def _how(token: ApiToken) -> str:
    return "revoked" if token.revoked_at is not None and token.revoked_at < token.expires_at else "expired"
