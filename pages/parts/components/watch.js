/* Watches over the open ticket, invisibly: asks for a refresh when it changed elsewhere, saves what is being typed
   before the text area itself commits it (that happens only on blur), says now and then that somebody works,
   and lets go of the ticket when the page is closed.
   The first key is saved at once: from then on there is a draft, which a newer proposal does not replace. So is the
   first one after the page put words in: it says that they were seen, and that what follows is about them.
   From a key until the server has answered that it holds just these words, the page says that they are not saved, and
   the browser asks before it leaves. */
const kept = new WeakMap()
const PAUSE = 900 // ms without a key before typed text is saved
const MOST = 2500 // ms of typing without a pause before it is saved all the same
const LOOKS = 250 // ms between two looks whether the text area shows what is kept
const MARKS = /[⟨⟩]/g // of chips; a broken one is kept without them
const WORKING = 60000 // ms between two signs of life
const ARRIVES = 3000 // ms for which what was typed may still wait on a busy server

function area(data) {
  return data.area ? document.querySelector(`.st-key-${CSS.escape(data.area)} textarea`) : null
}

function mark(state, unsaved) {
  state.unsaved = unsaved
  document.documentElement.toggleAttribute("data-unsaved", unsaved)
}

/* Looked at until it is so: the text area may be drawn after this component. */
function settle(state) {
  clearTimeout(state.settling)
  if (!state.unsaved) return
  const here = area(state.data)
  if (!here || here.value.replace(MARKS, "") === state.data.stored.replace(MARKS, "")) mark(state, false)
  else state.settling = setTimeout(() => settle(state), LOOKS)
}

function flush(state) {
  clearTimeout(state.saving)
  state.since = 0
  if (!state.typed) return
  const typed = state.typed
  state.typed = null
  state.sent = Date.now()
  state.send("typed", typed)
}

/* Of two triggers that wait on a busy server only the last one counts: a refresh must not take the place of words. */
function refresh(state) {
  clearTimeout(state.refreshing)
  const wait = state.sent + ARRIVES - Date.now()
  if (wait > 0) state.refreshing = setTimeout(() => refresh(state), wait)
  else state.send("changed", Date.now())
}

/* The text area was taken away under somebody's hands: their words are kept, and typing goes on in the next one. */
function rescue(state) {
  state.refocus = state.data.ticket
  flush(state)
}

/* The text area commits by itself on blur, but not the words that it committed last: those are told if nothing else was
   begun with them, such as sending. */
function commit(state, left) {
  const typed = state.typed
  const told = () => {
    if (!state.unsaved || area(state.data) !== left) return
    if (document.querySelector('[data-test-script-state="running"]')) state.saving = setTimeout(told, LOOKS)
    else {
      state.typed = typed
      flush(state)
    }
  }
  clearTimeout(state.saving)
  state.since = 0
  state.typed = null
  state.saving = setTimeout(told, PAUSE)
}

function begin() {
  const state = { typed: null, since: 0, unsaved: false, sent: 0, begun: "", refocus: "", worked: Date.now() }
  state.on = {
    input: event => {
      if (event.target !== area(state.data)) return
      const { ticket, version, area: key, revision, since } = state.data
      const place = `${key} ${since}`
      // what was drawn when these words were begun, not when they are sent
      state.typed = { ticket, version, area: key, revision: state.typed?.revision ?? revision, text: event.target.value }
      mark(state, true)
      settle(state)
      clearTimeout(state.saving)
      state.since ||= Date.now()
      const wait = Math.min(PAUSE, Math.max(0, state.since + MOST - Date.now()))
      if (state.begun === place) state.saving = setTimeout(() => flush(state), wait)
      else {
        state.begun = place
        flush(state)
      }
    },
    focusout: event => {
      const left = event.target
      if (left !== area(state.data)) return
      setTimeout(() => {
        if (!left.isConnected) return rescue(state)
        if (state.typed && !state.typed.text.trim()) return flush(state) // emptied, which only this says
        commit(state, left)
      })
    },
    keydown: () => sign(state),
    pointerdown: () => sign(state),
  }
  state.leave = () => {
    flush(state)
    if (state.data.ticket) navigator.sendBeacon(new URL(`leave?ticket=${encodeURIComponent(state.data.ticket)}`, document.baseURI))
  }
  state.ask = event => {
    if (!state.unsaved) return
    flush(state) // so that they are kept by the time that the question is answered
    event.preventDefault()
  }
  window.addEventListener("pagehide", state.leave)
  window.addEventListener("beforeunload", state.ask)
  for (const [name, handler] of Object.entries(state.on)) document.addEventListener(name, handler, true)
  state.changes = event => {
    if (event.detail.includes("*") || event.detail.includes(state.data.ticket)) refresh(state)
  }
  window.addEventListener("rung:changes", state.changes)
  return state
}

function sign(state) {
  if (Date.now() - state.worked < WORKING) return
  state.worked = Date.now()
  state.send("worked", state.worked)
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const state = kept.get(parentElement) ?? begin()
  kept.set(parentElement, state)
  const moved = state.data && state.data.area !== data.area
  state.data = data
  state.send = setTriggerValue
  if (moved) {
    flush(state)
    mark(state, false)
  }
  settle(state)
  if (state.refocus === data.ticket && area(data)) {
    const next = area(data)
    state.refocus = ""
    next.focus()
    next.setSelectionRange(next.value.length, next.value.length)
  }
  return () => {
    for (const [name, handler] of Object.entries(state.on)) document.removeEventListener(name, handler, true)
    window.removeEventListener("rung:changes", state.changes)
    window.removeEventListener("pagehide", state.leave)
    window.removeEventListener("beforeunload", state.ask)
    mark(state, false)
    clearTimeout(state.settling)
    clearTimeout(state.saving)
    clearTimeout(state.refreshing)
    kept.delete(parentElement)
  }
}
