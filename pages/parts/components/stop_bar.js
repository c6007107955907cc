/* What is stopped, on every page. It looks again as soon as the server says that something changed for all pages, and
   every so often in case nothing is heard: by a request of its own, so that it never waits for the page's script.
   Where the page has no live connection it opens one; tabs that got none hear of it from the others. */
const kept = new WeakMap()
const SHOWN = 3
const AGAIN = 20000 // ms between two looks without news
const EVERY = "*"

function made(tag, cls, text) {
  const element = document.createElement(tag)
  if (cls) element.className = cls
  if (text !== undefined) element.textContent = text
  return element
}

function line(stop) {
  const p = made("p", "stop")
  p.append(made("strong", "", stop.title), ` since ${stop.since}, by ${stop.by}: `, made("q", "", stop.reason))
  return p
}

function draw(state) {
  const { stops, may_resume } = state.shown
  const drawn = JSON.stringify(state.shown)
  if (drawn === state.drawn) return
  state.drawn = drawn
  const lines = stops.slice(0, SHOWN).map(line)
  if (stops.length > SHOWN) lines.push(made("p", "stop", `and ${stops.length - SHOWN} more`))
  const said = made("div", "said")
  said.append(made("p", "head", "Copilot stopped"), ...lines)
  const then = made("p", "then")
  then.append("Nothing of this is carried out, approved or not. ")
  if (may_resume) {
    const link = made("a", "", "Resume on Autonomy")
    link.href = new URL("/autonomy", document.baseURI)
    then.append(link)
  } else then.append("A supervisor or administrator can resume it.")
  said.append(then)
  state.bar.hidden = !stops.length
  state.bar.replaceChildren(...(stops.length ? [said] : []))
  if (stops.length) document.documentElement.dataset.stopped = "yes"
  else delete document.documentElement.dataset.stopped
  measure(state)
}

/* The Inbox's panes fill the window; they have to leave this much of it. */
function measure(state) {
  const height = state.bar.hidden ? 0 : Math.ceil(state.bar.getBoundingClientRect().height)
  document.documentElement.style.setProperty("--stop-bar", `${height}px`)
}

async function look(state) {
  try {
    const answer = await fetch(new URL("/desk-state", document.baseURI), { cache: "no-store", redirect: "manual" })
    if (!answer.ok) return
    const { stops, may_resume, waiting } = await answer.json()
    state.shown = { stops, may_resume }
    draw(state)
    if (JSON.stringify(waiting) !== JSON.stringify(state.data.waiting)) state.send("waiting", Date.now())
  } catch { /* the server is away; it will be asked again */ }
}

function heard(state, tickets) {
  if (!tickets?.includes(EVERY)) return
  look(state)
  state.tabs.postMessage(EVERY)
}

function connect(state) {
  if (state.source || !state.data.connect) return
  const source = new EventSource(new URL("/events", document.baseURI))
  state.source = source
  source.onopen = () => look(state)
  source.onmessage = event => {
    try {
      heard(state, JSON.parse(event.data).tickets)
    } catch { /* not ours */ }
  }
  source.addEventListener("ended", () => location.reload())
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return
    state.source = null
    state.again = setTimeout(() => connect(state), 30000)
  }
}

function disconnect(state) {
  clearTimeout(state.again)
  state.source?.close()
  state.source = null
}

function begin(parentElement) {
  const state = { bar: parentElement.querySelector(".bar"), tabs: new BroadcastChannel("rung:desk"), source: null }
  state.tabs.onmessage = () => look(state)
  state.changes = event => heard(state, event.detail)
  state.seen = () => document.hidden || look(state)
  window.addEventListener("rung:changes", state.changes)
  document.addEventListener("visibilitychange", state.seen)
  state.looking = setInterval(() => document.hidden || look(state), AGAIN)
  state.size = new ResizeObserver(() => measure(state))
  state.size.observe(state.bar)
  return state
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const state = kept.get(parentElement) ?? begin(parentElement)
  kept.set(parentElement, state)
  state.data = data
  state.send = setTriggerValue
  const given = JSON.stringify(data)
  if (given !== state.given) { // else what was looked at since is newer
    state.given = given
    state.shown = { stops: data.stops, may_resume: data.may_resume }
    draw(state)
  }
  if (data.connect) connect(state)
  else disconnect(state)
  return () => {
    disconnect(state)
    clearInterval(state.looking)
    state.size.disconnect()
    state.tabs.close()
    window.removeEventListener("rung:changes", state.changes)
    document.removeEventListener("visibilitychange", state.seen)
    delete document.documentElement.dataset.stopped
    document.documentElement.style.setProperty("--stop-bar", "0px")
    kept.delete(parentElement)
  }
}
