/* Whether the visitor of a chat is there and typing, asked every two seconds; and tells them that somebody writes. */
const kept = new WeakMap()
const LOOK = 2000
const TOLD = 3000

async function look(state) {
  if (document.hidden) return
  try {
    const answer = await fetch(new URL(`visitor/${encodeURIComponent(state.ticket)}`, document.baseURI), { cache: "no-store" })
    if (answer.status === 200) show(state, await answer.json())
  } catch { /* the page says itself when the desk is away */ }
}

function show(state, seen) {
  const at = new Date(seen.seen_at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })
  const text = seen.typing ? "The visitor is typing…"
    : seen.here ? "The visitor has the chat open."
    : seen.ended ? `The visitor ended the chat, ${at}. They will not see a reply: it goes nowhere else.`
    : `The visitor has left, ${at}. They see a reply only if they come back to the chat: it goes nowhere else.`
  if (state.line.textContent === text) return
  state.line.textContent = text
  state.line.className = seen.here ? (seen.typing ? "typing" : "here") : "left"
}

export default function (component) {
  const { data, parentElement } = component
  const state = kept.get(parentElement) ?? {}
  state.line = parentElement.querySelector("p")
  state.ticket = data.ticket
  if (!kept.has(parentElement)) {
    kept.set(parentElement, state)
    state.told = 0
    state.input = event => {
      if (!event.target.closest?.(`[class*="st-key-draft-${CSS.escape(state.ticket)}"]`) || Date.now() - state.told < TOLD) return
      state.told = Date.now()
      fetch(new URL(`visitor/${encodeURIComponent(state.ticket)}`, document.baseURI), { method: "POST" }).catch(() => {})
    }
    document.addEventListener("input", state.input, true)
    state.looking = setInterval(() => look(state), LOOK)
  }
  show(state, data.seen)
  return () => {
    document.removeEventListener("input", state.input, true)
    clearInterval(state.looking)
    kept.delete(parentElement)
  }
}
