"""Limits of acting alone: the fields to choose them with, and how they read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from cx_core.records import IDENTITIES, Channel, Money, Perimeter
from cx_core.text.wording import say as worded
from pages.wiring import desk

NOBODY = "Choose at least one tier and one channel: otherwise nothing goes alone."
CHANNELS: Sequence[str] = get_args(Channel)


def fields(tiers: Sequence[str], key: str = "limit", *, narrow: bool = False) -> None:
    """`tiers`: those that customers were seen to have, beside those that the business names.

    `key` keeps two sets of fields on one page apart.
    """
    money, who = (st.container(), st.container()) if narrow else st.columns(2)
    with money:
        st.number_input("Money out in one act, at most", min_value=0.0, value=0.0, step=5.0, key=f"{key}-act")
        st.number_input("Money out in a day, at most", min_value=0.0, value=0.0, step=50.0, key=f"{key}-day")
        st.number_input("Share of customers, %", min_value=1, max_value=100, value=100, key=f"{key}-share")
        st.checkbox("Also outside opening hours", key=f"{key}-hours")
    with who:
        known = list(dict.fromkeys(("standard", *desk().customer_tiers(), *tiers)))
        st.multiselect("Customer tiers", known, default=["standard"], key=f"{key}-tiers", accept_new_options=True)
        st.multiselect("Channels", CHANNELS, default=["email"], key=f"{key}-channels")
        st.selectbox("Identity, at least", range(3), index=2, format_func=IDENTITIES.__getitem__, key=f"{key}-identity")
        st.checkbox("Also upset or hurried customers", key=f"{key}-upset")


def chosen(key: str = "limit") -> Perimeter | None:
    """What the fields say; None: no tier or no channel, so nothing would go alone."""
    said = st.session_state
    if not (said[f"{key}-tiers"] and said[f"{key}-channels"]):
        return None
    return Perimeter(
        act_most=round(said[f"{key}-act"] * 100),
        day_most=round(said[f"{key}-day"] * 100),
        tiers=tuple(said[f"{key}-tiers"]),
        channels=tuple(said[f"{key}-channels"]),
        any_hour=said[f"{key}-hours"],
        share=said[f"{key}-share"],
        identity=said[f"{key}-identity"],
        upset=said[f"{key}-upset"],
    )


def in_words(limits: Perimeter, currency: str) -> str:
    """One line, the money first."""
    act, day = (worded(Money(minor=minor, currency=currency)) for minor in (limits.act_most, limits.day_most))
    parts = (
        f"at most {act} an act and {day} a day" if limits.act_most else "no money out",
        f"{', '.join(limits.tiers)} customers",
        f"by {', '.join(limits.channels)}",
        "at any hour" if limits.any_hour else "in opening hours",
        f"identity {IDENTITIES[limits.identity]}",
        "" if limits.share == 100 else f"{limits.share} % of customers",
        "also upset ones" if limits.upset else "",
    )
    return "; ".join(filter(None, parts))
