/* What Ctrl or ⌘ + Enter does in a text field, on every page, and the words that say so while the field has the focus.
   In a popover, dialog, form or container whose key begins with "fields-", it presses the button that the field is for:
   the one after it, after the text was committed. Where two buttons or none could be meant it applies the text only.
   A component's own field states its act in data-act. The reply is left to keys.js: it is the only one that sends. */
const kept = new WeakMap()
const REPLY = '[class*="st-key-draft-"]'
const BOX = '[data-testid="stPopoverBody"], [data-testid="stForm"], [role="dialog"], [class*="st-key-fields-"]'
const BUTTON = '[data-testid="stButton"] button, [data-testid="stFormSubmitButton"] button'
const FIELD = 'textarea, input:not([type="checkbox"], [type="radio"], [type="file"])'
const NO_TEXT = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]
const COMMITS = 60 // ms between leaving a field, which sends its text, and the press
const WAITS = 3000 // ms for which a button may wait for that text to arrive
const MOD = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘+Enter" : "Ctrl+Enter"
const APPLY = "apply"

function takesText(element) {
  if (!(element instanceof HTMLElement)) return false
  if (element instanceof HTMLInputElement) return !NO_TEXT.includes(element.type)
  return element instanceof HTMLTextAreaElement || element.isContentEditable
}

function after(element, other) {
  return Boolean(element.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING)
}

function only(buttons) {
  const primary = buttons.filter(button => button.getAttribute("kind")?.startsWith("primary"))
  const meant = primary.length ? primary : buttons.filter(button => !button.getAttribute("kind")?.startsWith("tertiary"))
  return meant.length === 1 ? meant[0] : null
}

/* The button that takes what stands in a field, or null. Those after the next field are that field's. */
function actOf(field) {
  const box = field.closest(BOX)
  if (!box) return null
  const buttons = [...box.querySelectorAll(BUTTON)]
  const following = buttons.filter(button => after(field, button))
  if (!following.length) return only(buttons.filter(button => button.getAttribute("kind")?.startsWith("primary")))
  const next = [...box.querySelectorAll(FIELD)].find(other => after(following[0], other))
  return only(following.filter(button => !next || after(button, next)))
}

function words(button) {
  return (button.querySelector('[data-testid="stMarkdownContainer"]') ?? button).textContent.trim()
}

function does(field) {
  if (field.dataset.act) return field.dataset.act
  if (field.closest(REPLY)) {
    const send = document.querySelector('[class*="st-key-approve-"]:not([class*="st-key-approve-next"]) button')
    return send ? words(send) : ""
  }
  const act = actOf(field)
  return act ? words(act) : APPLY
}

/* Streamlit's own hint holds how many characters there are of how many, which ours takes over. */
function count(field) {
  const own = field.closest('[data-testid="stElementContainer"]')?.querySelector('[data-testid="InputInstructions"]')
  return [...(own?.children ?? [])].map(part => part.textContent).find(text => /^\d+\/\d+$/.test(text)) ?? ""
}

function say(state) {
  const { field, hint } = state
  const act = field?.isConnected && !field.disabled && !field.readOnly ? does(field) : ""
  hint.hidden = !act
  if (!act) return
  const text = [`${MOD}: ${act}`, count(field)].filter(Boolean).join(" · ")
  if (hint.textContent !== text) hint.textContent = text
  const around = (field.closest('[data-testid$="RootElement"], [data-baseweb]') ?? field).getBoundingClientRect()
  hint.style.top = `${Math.round(around.bottom + 2)}px`
  hint.style.left = `${Math.max(4, Math.round(around.right - hint.offsetWidth))}px`
}

/* After the text has been committed, which leaving a field does, and for no other press that came meanwhile. */
function press(state, button) {
  const turn = ++state.turn
  const until = Date.now() + WAITS
  const attempt = () => {
    if (turn !== state.turn || !button.isConnected) return
    if (!button.disabled) button.click()
    else if (Date.now() < until) setTimeout(attempt, COMMITS)
  }
  setTimeout(attempt, COMMITS)
}

function onKey(state, event) {
  if (!event.repeat && !["Control", "Meta", "Alt", "Shift"].includes(event.key)) state.turn += 1
  const field = event.composedPath()[0]
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey || event.altKey) || event.isComposing) return
  if (!takesText(field) || field.dataset.act || field.closest(REPLY)) return
  if (field.getAttribute("aria-expanded") === "true") return // an open list: what is marked is chosen, as by Enter
  event.preventDefault()
  event.stopPropagation()
  if (event.repeat || event.altKey) return // Alt+Enter sends from the reply; Streamlit would take it for Enter here
  const act = actOf(field)
  field.blur()
  if (act) press(state, act)
  else field.focus()
}

function begin() {
  const hint = document.createElement("div")
  hint.className = "rung-field-hint"
  hint.setAttribute("role", "status")
  hint.hidden = true
  document.body.append(hint)
  const held = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement
  const state = { hint, field: takesText(held) ? held : null, turn: 0 } // it may be drawn anew under a field in use
  const later = () => setTimeout(() => say(state)) // Streamlit draws what a key or the focus changed
  state.on = {
    keydown: event => onKey(state, event),
    pointerdown: () => { state.turn += 1 },
    focusin: event => {
      const field = event.composedPath()[0]
      state.field = takesText(field) ? field : null
      later()
    },
    focusout: () => {
      state.field = null
      later()
    },
    input: later,
    scroll: later,
  }
  for (const [name, handler] of Object.entries(state.on)) document.addEventListener(name, handler, true)
  window.addEventListener("resize", later)
  state.drawn = new MutationObserver(() => state.field && later()) // a button may change its words under the field
  state.drawn.observe(document.body, { childList: true, subtree: true, characterData: true })
  later()
  state.end = () => {
    for (const [name, handler] of Object.entries(state.on)) document.removeEventListener(name, handler, true)
    window.removeEventListener("resize", later)
    state.drawn.disconnect()
    hint.remove()
  }
  return state
}

export default function (component) {
  const { parentElement } = component
  if (!kept.has(parentElement)) kept.set(parentElement, begin())
  return () => {
    kept.get(parentElement)?.end()
    kept.delete(parentElement)
  }
}
