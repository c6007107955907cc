/* Search over everything: a field, what was found, and one thing in full. Typing asks Python after a pause; arrows
   move, Enter opens. Looking at a customer is on record, so moving over a row never opens it.
   Text is only ever set as textContent: what people wrote cannot become markup, links or images here. */
const kept = new WeakMap()
const PAUSE = 180 // ms without a key before Python is asked

function make(tag, cls, text) {
  const element = document.createElement(tag)
  if (cls) element.className = cls
  if (text !== undefined) element.textContent = text
  return element
}

function button(label, name, act) {
  const element = make("button", "act", label)
  element.type = "button"
  element.setAttribute("aria-label", name)
  element.onclick = act
  return element
}

async function copy(state, text) {
  try {
    await navigator.clipboard.writeText(text)
  } catch { // no clipboard over plain HTTP: the old way
    const area = make("textarea")
    area.value = text
    state.root.append(area)
    area.select()
    document.execCommand("copy")
    area.remove()
  }
  state.status.textContent = `Copied: ${text.length > 60 ? text.slice(0, 60) + "…" : text}`
}

function acts(state, text, what, insertable, inline = false) {
  const both = make("span", "acts")
  both.append(button("Copy", `Copy ${what}`, () => copy(state, text)))
  if (insertable) both.append(button("Insert", `Insert ${what}`, () => state.send("act", { do: "insert", text, inline })))
  return both
}

/* --- what was found --- */

function row(state, hit) {
  const li = make("li", "hit")
  li.id = `hit-${hit.ref}`
  li.dataset.ref = hit.ref
  li.setAttribute("role", "option")
  li.setAttribute("aria-selected", String(hit.ref === state.active))
  li.append(make("span", "title", hit.title), make("span", "about muted small", hit.about))
  return li
}

function drawList(state) {
  const { list, data } = state
  const nodes = []
  for (const group of data.groups) {
    const box = make("li")
    box.setAttribute("role", "group")
    box.setAttribute("aria-label", group.name)
    const name = make("span", "caps", group.name)
    name.setAttribute("aria-hidden", "true")
    const rows = make("ul")
    rows.setAttribute("role", "presentation")
    rows.append(...group.hits.map(hit => row(state, hit)))
    box.append(name, rows)
    nodes.push(box)
  }
  list.replaceChildren(...nodes)
  list.hidden = !nodes.length
  state.input.setAttribute("aria-expanded", String(Boolean(nodes.length)))
  state.none.textContent = data.none
  state.none.hidden = !data.none
  mark(state, state.active)
}

function refs(state) {
  return state.data.groups.flatMap(group => group.hits.map(hit => hit.ref))
}

function mark(state, ref) {
  const all = refs(state)
  state.active = all.includes(ref) ? ref : all[0] ?? ""
  for (const li of state.list.querySelectorAll(".hit")) {
    const here = li.dataset.ref === state.active
    li.classList.toggle("active", here)
    li.setAttribute("aria-selected", String(here))
    if (here) li.scrollIntoView({ block: "nearest" })
  }
  if (state.active) state.input.setAttribute("aria-activedescendant", `hit-${state.active}`)
  else state.input.removeAttribute("aria-activedescendant")
}

/* --- one thing in full --- */

function drawDetail(state) {
  const { detail, data } = state
  const thing = data.thing
  detail.replaceChildren()
  detail.classList.toggle("blank", !thing)
  if (!thing) return detail.append(make("p", "muted", data.hint))
  const head = make("header", "spread")
  const names = make("div", "stack tight")
  names.append(make("h2", "", thing.title))
  if (thing.about) names.append(make("p", "muted small", thing.about))
  head.append(names)
  if (thing.ticket) head.append(button("Open", "Open the ticket", () => state.send("act", { do: "open", ref: thing.ref })))
  detail.append(head)
  for (const note of thing.notes) detail.append(make("p", "note", note))
  if (thing.facts.length) detail.append(drawFacts(state, thing))
  for (const part of thing.texts) {
    const section = make("section", "part")
    const top = make("div", "spread")
    top.append(make("h3", "", part.heading || thing.title), acts(state, part.text, part.heading || "this text", data.inserts && thing.quotable))
    section.append(top, words(part))
    detail.append(section)
  }
  for (const group of thing.groups) {
    const section = make("section", "part")
    section.append(make("h3", "caps", group.name))
    for (const hit of group.hits) {
      const link = make("button", "linked")
      link.type = "button"
      link.append(make("span", "title", hit.title), make("span", "about muted small", hit.about))
      link.onclick = () => state.send("chosen", hit.ref)
      section.append(link)
    }
    detail.append(section)
  }
  detail.scrollTop = 0
  const found = detail.querySelector(".found")
  if (!found) return
  bring(detail, found.closest(".part"))
  if (found.getBoundingClientRect().top > detail.getBoundingClientRect().bottom) bring(detail, found)
}

/* To just below the title, which stays where it is. */
function bring(detail, element) {
  const below = detail.querySelector("header").getBoundingClientRect().bottom
  detail.scrollTop = Math.max(0, detail.scrollTop + element.getBoundingClientRect().top - below)
}

/* A section's text, the passage that was found in it marked at its edge. Python counts characters, not UTF-16 units. */
function words(part) {
  const text = make("p", "typed")
  if (!part.found) {
    text.textContent = part.text
    return text
  }
  const all = [...part.text]
  const [start, end] = part.found
  const found = make("span", "found", all.slice(start, end).join(""))
  found.append(make("span", "unseen", " (found here)"))
  text.append(all.slice(0, start).join(""), found, all.slice(end).join(""))
  return text
}

function drawFacts(state, thing) {
  const facts = make("dl", "facts part")
  for (const fact of thing.facts) {
    const value = make("dd")
    value.append(make("span", fact.hidden ? "muted" : "typed", fact.shown))
    if (!fact.hidden) value.append(acts(state, fact.words, fact.name, state.data.inserts, true))
    facts.append(make("dt", "", fact.name), value)
  }
  return facts
}

/* --- keys --- */

function ask(state) {
  clearTimeout(state.asking)
  if (state.asked === state.input.value) return
  state.asked = state.input.value
  state.send("typed", { text: state.input.value })
}

/* Enter means the first of what was typed, also when that is not found yet. */
function choose(state) {
  if (state.awaited === "" || state.awaited !== state.data.text) return
  state.awaited = ""
  if (state.active) state.send("chosen", state.active)
}

function onKey(state, event) {
  if (event.altKey || event.isComposing || ((event.ctrlKey || event.metaKey) && event.key !== "Enter")) return
  const all = refs(state)
  const at = all.indexOf(state.active)
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1 }
  if (event.key in moves && all.length) {
    event.preventDefault()
    mark(state, all[Math.min(Math.max(moves[event.key], 0), all.length - 1)])
  } else if (event.key === "Enter") {
    event.preventDefault()
    state.awaited = state.input.value
    ask(state)
    choose(state)
  }
}

function focus(state) {
  for (const pause of [0, 80, 250]) {
    setTimeout(() => {
      if (state.input.getRootNode().activeElement === null) (state.data?.thing ? state.detail : state.input).focus()
    }, pause)
  }
}

function begin(parentElement) {
  const find = name => parentElement.querySelector(name)
  const state = {
    root: find(".finder"), input: find("input"), list: find("[role=listbox]"), none: find(".none"),
    detail: find(".right"), status: find(".status"), active: "", asked: "", awaited: "", shown: "", full: "",
  }
  state.input.oninput = () => {
    state.awaited = ""
    clearTimeout(state.asking)
    state.asking = setTimeout(() => ask(state), PAUSE)
  }
  state.input.onkeydown = event => onKey(state, event)
  state.list.onclick = event => {
    const li = event.target.closest(".hit")
    if (!li) return
    mark(state, li.dataset.ref)
    state.send("chosen", li.dataset.ref)
  }
  focus(state)
  return state
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const first = !kept.has(parentElement)
  const state = kept.get(parentElement) ?? begin(parentElement)
  kept.set(parentElement, state)
  state.data = data
  state.send = setTriggerValue
  if (first) {
    state.input.value = state.asked = data.text
    state.input.placeholder = data.placeholder
  }
  const shown = JSON.stringify([data.groups, data.none])
  if (state.shown !== shown) {
    state.shown = shown
    drawList(state)
  }
  const full = JSON.stringify([data.thing, data.hint, data.inserts])
  if (state.full !== full) {
    state.full = full
    drawDetail(state)
  }
  choose(state)
  return () => {
    clearTimeout(state.asking)
    kept.delete(parentElement)
  }
}
