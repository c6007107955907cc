"""The form that says how a mailbox is reached."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cx_core.records import Mailbox
from cx_core.views.channels.mailboxes import MailboxForm, SecretForm

ENCRYPTION = {"tls": "TLS", "starttls": "STARTTLS", "none": "none (this machine only)"}
SIGN_IN = {"password": "Password or app password", "xoauth2": "OAuth 2 (XOAUTH2)"}
WIDTH = 640
_SECRETS = ("password", "client_secret", "refresh_token")


def form(
    of: str, teams: tuple[str, ...], submit: tuple[str, str, Callable[[], None]], shown: Mailbox | None = None
) -> None:
    """Draw the fields, empty or as a mailbox is, and the button of `submit`: its label, its key, what it calls.

    They are a form, since a password that is left by Tab is not taken over otherwise. How Rung signs in stands above
    it: it decides which fields there are.
    """
    label, key, does = submit
    with st.container(width=WIDTH):
        way = st.segmented_control(
            "Sign-in",
            list(SIGN_IN),
            default=shown.sign_in if shown else "password",
            required=True,
            format_func=SIGN_IN.__getitem__,
            key=_key(of, "sign_in"),
        )
        with st.form(f"mailbox-form-{of}", border=False):
            _servers(of, shown)
            _sign_in(of, shown, way)
            with st.expander("More", key=_key(of, "more")):
                _more(of, teams, shown)
            st.form_submit_button(label, key=key, type="primary", on_click=does)


def _servers(of: str, shown: Mailbox | None) -> None:
    left, right = st.columns(2)
    left.text_input(
        "E-mail address",
        shown.address if shown else "",
        key=_key(of, "address"),
        max_chars=254,
        placeholder="help@shop.example",
    )
    right.text_input("Sender’s name in replies", shown.name if shown else "", key=_key(of, "name"), max_chars=200)
    for name, words, port in (("imap", "IMAP", 993), ("smtp", "SMTP", 465)):
        server = getattr(shown, name) if shown else None
        host, at, encryption = st.columns([2, 1, 1.2])
        host.text_input(f"{words} server", server.host if server else "", key=_key(of, f"{name}_host"))
        at.number_input(f"{words} port", 1, 65535, server.port if server else port, key=_key(of, f"{name}_port"))
        chosen = list(ENCRYPTION).index(server.security) if server else 0
        encryption.selectbox(
            f"{words} encryption",
            list(ENCRYPTION),
            chosen,
            format_func=ENCRYPTION.__getitem__,
            key=_key(of, f"{name}_security"),
        )
    st.caption("The mail server may also be one on your own network.")


def _sign_in(of: str, shown: Mailbox | None, way: str) -> None:
    left, right = st.columns(2)
    left.text_input(
        "User name", shown.user if shown else "", key=_key(of, "user"), placeholder="The e-mail address, if left empty"
    )
    unchanged = "Unchanged" if shown else ""
    if way == "xoauth2":
        right.text_input(
            "Token address", shown.token_url if shown else "", key=_key(of, "token_url"), placeholder="https://"
        )
        left.text_input("Client id", shown.client_id if shown else "", key=_key(of, "client_id"))
        right.text_input("Client secret", key=_key(of, "client_secret"), type="password", placeholder=unchanged)
        left.text_input("Refresh token", key=_key(of, "refresh_token"), type="password", placeholder=unchanged)
    else:
        right.text_input("Password", key=_key(of, "password"), type="password", placeholder=unchanged)


def _more(of: str, teams: tuple[str, ...], shown: Mailbox | None) -> None:
    st.text_area("Signature below every reply", shown.signature if shown else "", key=_key(of, "signature"))
    choices = ["", *teams]
    place = choices.index(shown.team) if shown and shown.team in choices else 0
    st.selectbox("Team of new tickets", choices, place, format_func=lambda name: name or "none", key=_key(of, "team"))
    st.text_input("Folder", shown.folder if shown else "INBOX", key=_key(of, "folder"))
    st.text_input(
        "Name in Authentication-Results",
        shown.authserv_id if shown else "",
        key=_key(of, "authserv_id"),
        help="How your mail server names itself when it says that a sender is genuine. Empty: nobody is.",
    )
    st.toggle(
        "It removes forged results of that name",
        shown.removes_forged if shown else False,
        key=_key(of, "removes_forged"),
        help="As Gmail does. Else only results above the server’s own Received header count.",
    )
    st.toggle(
        "It is at Microsoft 365",
        shown.at_microsoft if shown else False,
        key=_key(of, "at_microsoft"),
        help="Its servers do not name themselves. Senders are believed where the mail’s path shows that Microsoft’s "
        "border server checked them. Leave it off if mail reaches the mailbox through another server first.",
    )
    st.toggle(
        "name+anything@ arrives here too",
        shown.plus_addresses if shown else False,
        key=_key(of, "plus_addresses"),
        help="Replies then name the ticket in their address, for programs that lose References.",
    )
    st.toggle(
        "Also take mails that are there already", shown.with_earlier if shown else False, key=_key(of, "with_earlier")
    )


def read(of: str) -> tuple[MailboxForm, SecretForm]:
    """What stands in the fields now; the secrets are taken out of them."""
    given = {
        name: st.session_state[_key(of, name)]
        for name in MailboxForm.model_fields
        if _key(of, name) in st.session_state
    }
    secret = SecretForm(**{name: st.session_state.get(_key(of, name), "") for name in _SECRETS})
    for name in _SECRETS:
        if _key(of, name) in st.session_state:
            st.session_state[_key(of, name)] = ""
    return MailboxForm.model_validate(given), secret


def _key(of: str, name: str) -> str:
    return f"mailbox-{of}-{name}"
