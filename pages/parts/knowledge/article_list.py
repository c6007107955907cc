"""A list to choose from, its entries drawn as plain text: Streamlit's own radios would read them as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypedDict

import streamlit as st

_HTML = """
<nav><ul></ul></nav>
"""
_CSS = """
ul { list-style: none; margin: 0; padding: 2px; }
button {
  display: flex; gap: .6rem; align-items: baseline; justify-content: space-between; width: 100%; text-align: left;
  padding: .5rem .65rem; border: 0; border-radius: var(--st-base-radius); background: transparent; cursor: pointer;
  color: var(--st-text-color); font: 400 .9375rem/1.35 var(--st-font);
}
button:hover { background: var(--st-secondary-background-color); }
button[aria-current=true] { background: var(--st-green-background-color); font-weight: 600; }
button:focus-visible { outline: 2px solid var(--st-link-color); outline-offset: -2px; }
.note { color: var(--st-gray-text-color); font-size: .8125rem; font-weight: 400; white-space: nowrap; }
"""
_JS = """
/* Within the list's own scroll area alone: the page stays where it is. */
function bringIntoView(button) {
  if (!button) return
  let area = button.getRootNode().host ?? button.parentElement
  while (area && !/auto|scroll/.test(getComputedStyle(area).overflowY)) {
    area = area.parentElement ?? area.getRootNode().host
  }
  if (!area || area.scrollHeight <= area.clientHeight || area.dataset.testid === "stMain") return
  const seen = area.getBoundingClientRect(), wanted = button.getBoundingClientRect()
  if (wanted.top < seen.top) area.scrollTop -= seen.top - wanted.top + 8
  else if (wanted.bottom > seen.bottom) area.scrollTop += wanted.bottom - seen.bottom + 8
}
function placeOf(list) {
  const current = list.querySelector("[aria-current=true]")
  return current ? `${[...list.children].indexOf(current.parentElement)} ${current.dataset.id}` : ""
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const list = parentElement.querySelector("ul")
  const before = placeOf(list)
  parentElement.querySelector("nav").setAttribute("aria-label", data.label)
  data.entries.forEach((entry, index) => {
    const row = list.children[index] ?? list.appendChild(document.createElement("li"))
    if (!row.firstChild) {
      const button = row.appendChild(document.createElement("button"))
      button.append(document.createElement("span"), document.createElement("span"))
      button.lastChild.className = "note"
    }
    const button = row.firstChild
    button.firstChild.textContent = entry.title
    button.lastChild.textContent = entry.note
    button.dataset.id = entry.id
    button.setAttribute("aria-current", String(entry.id === data.current))
    button.onclick = () => setTriggerValue("chosen", entry.id)
  })
  while (list.children.length > data.entries.length) list.lastChild.remove()
  if (placeOf(list) !== before) {
    requestAnimationFrame(() => bringIntoView(list.querySelector("[aria-current=true]")))
  }
}
"""
_LISTING = st.components.v2.component("rung_listing", html=_HTML, css=_CSS, js=_JS)


class ListEntry(TypedDict):
    """One line of the list."""

    id: str
    title: str
    note: str


def listing(
    entries: Sequence[ListEntry], *, current: str, label: str, key: str, on_chosen: Callable[[str], None]
) -> None:
    """Draw the list; `on_chosen` gets the id of the entry that was clicked."""

    def chosen() -> None:
        on_chosen(st.session_state[key].chosen)

    _LISTING(key=key, data={"entries": list(entries), "current": current, "label": label}, on_chosen_change=chosen)
