/* Watches over the open ticket, invisibly: asks for a refresh when it changed elsewhere, saves what is being typed
   before the text area itself commits it (that happens only on blur), says now and then that somebody works,
   and lets go of the ticket when the page is closed.
   The first key is saved at once: from then on there is a draft, which a newer proposal does not replace. So is the
   first one after the page put words in: it says that they were seen, and that what follows is about them. */
const kept = new WeakMap()
const PAUSE = 900 // ms without a key before typed text is saved
const WORKING = 60000 // ms between two signs of life
const ARRIVES = 3000 // ms for which what was typed may still wait on a busy server

function area(data) {
  return data.area ? document.querySelector(`.st-key-${CSS.escape(data.area)} textarea`) : null
}

function flush(state) {
  clearTimeout(state.saving)
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

function begin() {
  const state = { typed: null, sent: 0, begun: "", refocus: "", worked: Date.now() }
  state.on = {
    input: event => {
      if (event.target !== area(state.data)) return
      const { ticket, version, area: key, revision, since } = state.data
      const place = `${key} ${since}`
      // what was drawn when these words were begun, not when they are sent
      state.typed = { ticket, version, area: key, revision: state.typed?.revision ?? revision, text: event.target.value }
      clearTimeout(state.saving)
      if (state.begun === place) state.saving = setTimeout(() => flush(state), PAUSE)
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
        clearTimeout(state.saving) // the text area commits by itself on blur
        state.typed = null
      })
    },
    keydown: () => sign(state),
    pointerdown: () => sign(state),
  }
  state.leave = () => {
    flush(state)
    if (state.data.ticket) navigator.sendBeacon(new URL(`leave?ticket=${encodeURIComponent(state.data.ticket)}`, document.baseURI))
  }
  window.addEventListener("pagehide", state.leave)
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
  if (moved) flush(state)
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
    clearTimeout(state.saving)
    clearTimeout(state.refreshing)
    kept.delete(parentElement)
  }
}
