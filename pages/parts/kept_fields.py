"""Fields of long forms that stay filled in while another page, or another part of the form, is looked at.

Streamlit forgets what a field holds once a run of a page ends without drawing it; what is told again at the beginning
of each run it keeps. Never for a secret, and not for tables, files and buttons, whose state cannot be told.
"""

from __future__ import annotations

import streamlit as st

_KEPT = "kept-fields"


def kept(key: str) -> str:
    """The key of a field, which is kept from now on."""
    st.session_state.setdefault(_KEPT, {})[key] = None
    return key


def keep_all() -> None:
    """Before anything of a page is drawn."""
    for key in st.session_state.get(_KEPT, ()):
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]


def forget(place: str) -> None:
    """Callback: the fields whose keys end so are empty when they are drawn next."""
    fields: dict[str, None] = st.session_state.get(_KEPT, {})
    for key in [key for key in fields if key.endswith(place)]:
        del fields[key]
        st.session_state.pop(key, None)
