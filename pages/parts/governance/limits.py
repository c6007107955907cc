"""Limits of acting alone: the fields to choose them with, and how they read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import streamlit as st

from cx_core.records import IDENTITIES, Channel, Money, Perimeter
from cx_core.text.wording import say as worded

CHANNELS: Sequence[str] = get_args(Channel)


def fields(tiers: Sequence[str]) -> None:
    """`tiers`: those that customers were seen to have."""
    money, who = st.columns(2)
    with money:
        st.number_input("Money out in one act, at most", min_value=0.0, value=0.0, step=5.0, key="limit-act")
        st.number_input("Money out in a day, at most", min_value=0.0, value=0.0, step=50.0, key="limit-day")
        st.number_input("Share of customers, %", min_value=1, max_value=100, value=100, key="limit-share")
        st.checkbox("Also outside opening hours", key="limit-hours")
    with who:
        known = list(dict.fromkeys(("standard", *tiers)))
        st.multiselect("Customer tiers", known, default=["standard"], key="limit-tiers", accept_new_options=True)
        st.multiselect("Channels", CHANNELS, default=["email"], key="limit-channels")
        st.selectbox("Identity, at least", range(3), index=2, format_func=IDENTITIES.__getitem__, key="limit-identity")
        st.checkbox("Also upset or hurried customers", key="limit-upset")


def chosen() -> Perimeter | None:
    """What the fields say; None: no tier or no channel, so nothing would go alone."""
    said = st.session_state
    if not (said["limit-tiers"] and said["limit-channels"]):
        return None
    return Perimeter(
        act_most=round(said["limit-act"] * 100),
        day_most=round(said["limit-day"] * 100),
        tiers=tuple(said["limit-tiers"]),
        channels=tuple(said["limit-channels"]),
        any_hour=said["limit-hours"],
        share=said["limit-share"],
        identity=said["limit-identity"],
        upset=said["limit-upset"],
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
