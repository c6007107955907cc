"""The knowledge folder's task types, to be read."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from cx_core.catalogue import TaskType
from cx_core.records import TaskTypeName


def of_folder(task_types: Collection[TaskType], made: Collection[TaskTypeName]) -> None:
    """One row each; those of this page are left out."""
    rows = [
        {
            "Title": one.title,
            "Level at most": "for people" if one.people_only else str(one.ceiling),
            "Examples": len(one.examples),
            "Looks up": ", ".join(lookup.name.replace("_", " ") for lookup in one.lookups),
            "Does": ", ".join(sorted({step.action.replace("_", " ") for step in one.steps})),
        }
        for one in task_types
        if one.name not in made
    ]
    with st.expander(f"Task types of the knowledge folder: {len(rows)}"):
        st.dataframe(rows, hide_index=True, width="stretch", key="of-folder")
