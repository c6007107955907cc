/* The queue as a listbox. Rows are keyed by ticket id and changed in place, so focus, scroll and the active row
   stay where they are when tickets arrive. It also holds the page's one live connection, tells the rest of the
   page which tickets changed ("rung:changes" on window) and asks Python for a fresh list. */
const kept = new WeakMap()
const PAUSE = 200 // ms: changes arriving together make one refresh
const APART = 250 // ms between two triggers
const CALM = 4000 // ms between two refreshes of the list
const HEARD = 5000 // ms after which a ticket that did not open is asked for again
const ASKED = 4 // times at most
const REST = 180 // ms an arrow key must rest on a row before it opens

function make(tag, cls) {
  const element = document.createElement(tag)
  element.className = cls
  return element
}

function left(iso) {
  const minutes = Math.round((new Date(iso) - Date.now()) / 60000)
  const far = Math.abs(minutes)
  const words = far < 60 ? `${far} min` : far < 2880 ? `${Math.floor(far / 60)} h ${far % 60 ? (far % 60) + " m" : ""}`
    : `${Math.floor(far / 1440)} d`
  return minutes < 0 ? [`${words.trim()} over`, "over"] : [`${words.trim()} left`, minutes <= 15 ? "soon" : ""]
}

function set(element, text) {
  if (element.textContent !== text) element.textContent = text
  element.hidden = text === ""
}

function row() {
  const li = make("li", "row")
  li.setAttribute("role", "option")
  const parts = { li }
  const lines = [["name", "tier", "sla"], ["subject"], ["channel", "topic", "mood", "who", "work"]]
  for (const names of lines) {
    const line = make("div", "line")
    for (const name of names) line.append((parts[name] = make("span", name)))
    li.append(line)
  }
  return parts
}

function fill(parts, ticket, state) {
  const { li } = parts
  li.id = `row-${ticket.id}`
  li.dataset.id = ticket.id
  li.dataset.priority = ticket.priority
  li.setAttribute("aria-selected", String(ticket.id === state.open))
  li.classList.toggle("active", ticket.id === state.active)
  set(parts.name, ticket.name)
  set(parts.tier, ticket.tier)
  set(parts.subject, ticket.line)
  set(parts.channel, ticket.channel)
  set(parts.topic, ticket.topic)
  set(parts.mood, ticket.mood)
  set(parts.who, ticket.who)
  set(parts.work, ticket.work.label)
  parts.work.dataset.work = ticket.work.code
  // What is snoozed and not answered yet has both: its promised time runs on.
  const [due, urgency] = ticket.respond_by ? left(ticket.respond_by) : ["", ""]
  const words = [ticket.when, due].filter(Boolean).join(" · ")
  set(parts.sla, ticket.priority === "urgent" || ticket.priority === "high"
    ? [ticket.priority, words].filter(Boolean).join(" · ") : words)
  parts.sla.dataset.urgency = urgency
}

function draw(state) {
  const { list, data } = state
  const wanted = new Set(data.rows.map(ticket => ticket.id))
  for (const [id, parts] of state.rows) {
    if (wanted.has(id)) continue
    parts.li.remove()
    state.rows.delete(id)
  }
  data.rows.forEach((ticket, index) => {
    const parts = state.rows.get(ticket.id) ?? row()
    state.rows.set(ticket.id, parts)
    fill(parts, ticket, state)
    if (list.children[index] !== parts.li) list.insertBefore(parts.li, list.children[index] ?? null)
  })
  if (state.rows.has(state.active)) list.setAttribute("aria-activedescendant", `row-${state.active}`)
  else list.removeAttribute("aria-activedescendant")
  set(state.empty, data.rows.length ? "" : data.empty)
  set(state.count, data.count)
}

function activate(state, id, pause) {
  state.active = id
  draw(state)
  state.rows.get(id)?.li.scrollIntoView({ block: "nearest" })
  clearTimeout(state.opening)
  state.opening = setTimeout(() => {
    if (state.open === id && state.data.open === id) return // asked for and not open: asked for again
    state.open = id
    draw(state)
    ask(state, id, ASKED)
  }, pause)
}

function ask(state, id, times) {
  state.wanted = times && state.data.open !== id ? id : ""
  if (!times) return
  say(state, "opened", id)
  clearTimeout(state.asking)
  state.asking = setTimeout(() => {
    if (state.wanted === id) ask(state, id, times - 1)
  }, HEARD)
}

function onKey(state, event) {
  const ids = state.data.rows.map(ticket => ticket.id)
  if (!ids.length || event.altKey || event.ctrlKey || event.metaKey) return
  const at = ids.indexOf(state.active)
  const moves = { ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, Home: 0, End: ids.length - 1, Enter: at, " ": at }
  if (!(event.key in moves)) return
  event.preventDefault()
  const to = Math.min(Math.max(moves[event.key], 0), ids.length - 1)
  activate(state, ids[to], event.key === "Enter" || event.key === " " ? 0 : REST)
}

function told(state, tickets) {
  tickets.forEach(id => state.changed.add(id))
  clearTimeout(state.telling)
  state.telling = setTimeout(() => flush(state), PAUSE)
}

function flush(state) {
  if (document.hidden || !state.changed.size) return
  const detail = [...state.changed]
  state.changed.clear()
  refresh(state)
  setTimeout(() => window.dispatchEvent(new CustomEvent("rung:changes", { detail })), APART)
}

// At once after a quiet time, but not more often than every few seconds, however busy the desk is: each costs a rerun.
// Not while a ticket is about to open: of two triggers that wait on a busy server only the last one counts.
function refresh(state) {
  clearTimeout(state.refreshing)
  state.refreshing = setTimeout(() => {
    if (state.wanted) return refresh(state)
    state.fresh = Date.now()
    say(state, "changed", state.fresh)
  }, Math.max(state.wanted ? APART : 0, state.fresh + CALM - Date.now()))
}

// Two triggers in one moment leave the page as one message, which reruns only one of their fragments.
function say(state, name, value) {
  const wait = Math.max(0, state.free - Date.now())
  state.free = Date.now() + wait + APART
  setTimeout(() => state.send(name, value), wait)
  return wait
}

function connect(state) {
  const source = new EventSource(new URL("events", document.baseURI))
  state.source = source
  source.onopen = () => {
    if (state.lost) told(state, ["*"]) // something may have changed meanwhile
    state.lost = false
    state.live.dataset.live = "yes"
    state.live.title = "Live"
  }
  source.onmessage = event => {
    try {
      const { tickets } = JSON.parse(event.data)
      if (tickets?.length) told(state, tickets)
    } catch { /* not ours */ }
  }
  source.addEventListener("ended", () => location.reload()) // signed out elsewhere
  source.onerror = () => {
    state.lost = true
    state.live.dataset.live = "no"
    state.live.title = "Reconnecting; refreshed every 25 seconds"
    if (source.readyState === EventSource.CLOSED) state.again = setTimeout(() => connect(state), 30000)
  }
}

function begin(parentElement) {
  const find = name => parentElement.querySelector(name)
  const state = {
    list: find("[role=listbox]"), empty: find(".empty"), count: find(".count"), live: find(".live"),
    rows: new Map(), changed: new Set(), open: "", active: "", wanted: "", lost: false, free: 0, fresh: 0,
  }
  state.list.onkeydown = event => onKey(state, event)
  state.list.onclick = event => {
    const li = event.target.closest("li")
    if (li) activate(state, li.dataset.id, 0)
  }
  state.ticking = setInterval(() => draw(state), 15000)
  state.seen = () => flush(state)
  document.addEventListener("visibilitychange", state.seen)
  connect(state)
  return state
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const state = kept.get(parentElement) ?? begin(parentElement)
  kept.set(parentElement, state)
  state.data = data
  state.send = setTriggerValue
  if (data.open === state.wanted) state.wanted = ""
  if (data.open !== state.told) {
    state.told = state.open = data.open
    if (data.open) state.active = data.open
  }
  draw(state)
  return () => {
    state.source?.close()
    clearInterval(state.ticking)
    for (const timer of [state.telling, state.refreshing, state.opening, state.asking, state.again]) clearTimeout(timer)
    document.removeEventListener("visibilitychange", state.seen)
    kept.delete(parentElement)
  }
}
