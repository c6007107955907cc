"""The business's own facts, as a form."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import available_timezones

import streamlit as st

from cx_core.catalogue import WEEKDAYS
from cx_core.catalogue.company_facts import CompanyFacts
from cx_core.records import Person
from cx_core.text.wording import language_names
from cx_core.views import Refusal
from pages.parts.outcome import answering, say
from pages.wiring import desk, person

CURRENCIES = ("GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "NZD")
_HOURS = "facts-hours-"
_SEEN, _STALE = "seen-facts", "stale-facts"


def fields(someone: Person) -> None:
    """All of them, with what counts now, and the button that saves them."""
    if "facts-name" not in st.session_state:  # the fields are filled anew
        st.session_state[_SEEN] = desk().company.facts(someone)
        st.session_state.pop(_STALE, None)
    facts: CompanyFacts = st.session_state[_SEEN]
    if st.session_state.get(_STALE):
        st.button("Load what is saved now", key="load-facts", icon=":material/refresh:", on_click=_load)
    with st.form("facts", border=False):
        left, right = st.columns(2, gap="large")
        with left:
            _words(facts)
        with right:
            _place(facts)
        _hours(facts)
        st.form_submit_button("Save", type="primary", key="facts-save", on_click=_save)


def _words(facts: CompanyFacts) -> None:
    st.text_input("Name of the business", facts.name, key="facts-name", max_chars=80)
    st.text_input(
        "Greeting",
        facts.greeting,
        key="facts-greeting",
        max_chars=200,
        help="{name} becomes the customer’s first name, where it is known.",
    )
    st.text_area("Signature", facts.signature, key="facts-signature", max_chars=500, height=90)
    st.text_area(
        "Contact details that replies may give, one per line",
        "\n".join(facts.contacts),
        key="facts-contacts",
        height=120,
        placeholder="shop.example\nhelp@shop.example\n+44 20 7946 0000",
        help="Web and e-mail addresses and telephone numbers. Any other is flagged in drafts and articles.",
    )


def _place(facts: CompanyFacts) -> None:
    zones = sorted(available_timezones())
    st.selectbox(
        "Time zone", zones, zones.index(facts.timezone) if facts.timezone in zones else 0, key="facts-timezone"
    )
    currencies = list(dict.fromkeys((*CURRENCIES, facts.currency)))
    st.selectbox(
        "Currency", currencies, currencies.index(facts.currency), key="facts-currency", accept_new_options=True
    )
    st.text_input(
        "Country", facts.country, key="facts-country", max_chars=2, help="Two letters, for telephone numbers and dates."
    )
    names = language_names()
    st.multiselect(
        "Languages",
        list(names),
        [code for code in facts.languages if code in names],
        format_func=names.__getitem__,
        key="facts-languages",
        help="Drafts are in English. Messages in any other language go to people.",
    )


def _hours(facts: CompanyFacts) -> None:
    st.markdown("**Opening hours**")
    st.caption(
        "Response times (SLAs) run during these hours, such as 9-17 or 08:30-20:00. Leave a closed day empty. If "
        "every day is empty, they run around the clock."
    )
    for day, column in zip(WEEKDAYS, st.columns(7), strict=True):
        column.text_input(
            day.capitalize(), facts.hours.get(day, ""), key=f"{_HOURS}{day}", placeholder="Closed", max_chars=20
        )
    st.text_input(
        "Closed days, separated by commas",
        ", ".join(facts.holidays),
        key="facts-holidays",
        help="2026-12-24 for one day, 12-25 for that day of every year.",
    )


def _save() -> None:
    """Callback. What was refused stays in the fields."""
    with answering():
        seen: CompanyFacts = st.session_state[_SEEN]
        _sign_with_new_name(seen)
        saved = desk().company.save(person(), _given(dict(st.session_state.items())), seen)
        if isinstance(saved, Refusal):
            st.session_state[_STALE] = saved.code == "stale"
            say(saved.text, good=False)
        else:
            st.session_state[_SEEN] = saved
            say("Saved. Drafts that are made from now on use it.")


def _load() -> None:
    """Callback. The fields show what is on file; what was typed goes."""
    for key in [str(key) for key in st.session_state if str(key).startswith("facts-")]:
        del st.session_state[key]


def _sign_with_new_name(before: CompanyFacts) -> None:
    """A new name also counts in the signature, where that names the business and was left as it was."""
    name = str(st.session_state.get("facts-name") or "").strip()
    if name and name != before.name and st.session_state.get("facts-signature") == before.signature:
        st.session_state["facts-signature"] = before.signature.replace(before.name, name)


def _given(kept: Mapping[object, object]) -> dict[str, object]:
    """What stands in the fields, as the desk takes it."""

    def text(field: str) -> str:
        return str(kept.get(f"facts-{field}") or "").strip()

    chosen = kept.get("facts-languages")
    return {
        **{field: text(field) for field in ("name", "greeting", "signature", "timezone")},
        "currency": text("currency").upper(),
        "country": text("country").upper(),
        "languages": tuple(chosen) if isinstance(chosen, list) else (),
        "contacts": tuple(text("contacts").splitlines()),
        "hours": {day: hours for day in WEEKDAYS if (hours := str(kept.get(f"{_HOURS}{day}") or "").replace(" ", ""))},
        "holidays": tuple(one for part in text("holidays").split(",") if (one := part.strip())),
    }
