/* The Inbox's keyboard. Each key presses a button that is on the page, after what is being typed was committed.
   What sends does so from the reply, from the buttons that send, from the queue and where nothing has the focus, unless
   something lies open over the page. In any other text field a key is that field's own (fields.js). */
const kept = new WeakMap()
const CHORD_MS = 6000
let flagged = 0
const PRESS = { KeyJ: "next-ticket", KeyK: "previous-ticket", KeyR: "reject-open", KeyM: "moves", KeyN: "noting", KeyW: "flagging", KeyG: "correcting", KeyP: "adding", KeyI: "macros", Slash: "shortcuts" }
const SENDS = { "approve": '[class*="st-key-approve-"]:not([class*="st-key-approve-next"]) button', "approve-next": '[class*="st-key-approve-next"] button' }
const REPLY = '[class*="st-key-draft-"]'
const CONTROL = 'a[href], button, input, label, select, summary, textarea, [contenteditable], [role]:not([role="region"], [role="main"])'
const OVER = '[data-testid="stPopoverBody"], [role="dialog"], [role="menu"], [data-testid="stSelectboxVirtualDropdown"], [data-baseweb="calendar"]'
const NO_TEXT = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"]
let tabbed = false // whether the focus is where Tab led it

function takesText(element) {
  if (element instanceof HTMLInputElement) return !NO_TEXT.includes(element.type)
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement || Boolean(element.isContentEditable)
}

function composes(element) {
  return Boolean(element.closest?.(REPLY))
}

function sendsByItself(element) {
  return Object.values(SENDS).some(buttons => element.closest?.(buttons))
}

function lies(open) {
  return [...document.querySelectorAll(open)].some(element => element.getClientRects().length)
}

/* Not while the queue is on its way to another ticket than the one that is drawn, and not from another control, such as
   Reject: a press there is meant for it. */
function maySend(target) {
  if (lies(OVER)) return false
  if (composes(target) || sendsByItself(target)) return true
  if (tabbed) return false
  const list = target.closest?.("[role=listbox]")
  if (!list) return !target.closest?.(CONTROL)
  const row = list.querySelector(".active")
  return !row || Boolean(document.querySelector(`[class*="st-key-draft-${CSS.escape(row.dataset.id)}-"]`))
}

/* What is on the screen to be sent: which proposal of which ticket, and which words. Nothing while the reply is not drawn. */
function shown() {
  const area = document.querySelector('[class*="st-key-draft-"] textarea')
  const next = document.querySelector('[class*="st-key-approve-next"]')
  if (!area || !next) return ""
  const names = [area.closest('[class*="st-key-draft-"]'), next].map(one => one.className.match(/st-key-\S+/)[0])
  return JSON.stringify([...names, area.value])
}

/* A button may only wait for what was just typed to arrive, as that which sends a reply, and those of a menu for it to
   open: so it is waited for, 3 seconds at most and until the next key. What sends waits for nothing else: had the customer
   written meanwhile, it would approve what nobody has seen. */
let pressing = 0
function press(name) {
  const typing = document.activeElement
  if (typing instanceof HTMLTextAreaElement || typing instanceof HTMLInputElement) typing.blur()
  const turn = ++pressing
  const sends = name in SENDS
  const seen = shown()
  const most = 50
  let left = most
  const attempt = () => {
    if (turn !== pressing && left < most) return
    if (sends && (!seen || shown() !== seen || document.querySelector(SENDS.approve)?.disabled)) return
    const all = [...document.querySelectorAll(SENDS[name] ?? `[class*="st-key-${name}"] button`)]
    const ready = all.find(button => !button.disabled)
    if (ready) ready.click()
    else if ((all.length || name.startsWith("flag-")) && left--) setTimeout(attempt, 60)
  }
  setTimeout(attempt, 60)
}

/* What opens over the page lies at the document's end, where Tab does not lead: so the focus goes into it. Not into the
   flags, which a digit chooses, nor into the list of keys. */
const ENTERED = ["macros", "reject-open", "moves", "noting", "correcting", "adding"]

/* Straight into the first control of what has just opened, once it is there. */
function enter() {
  const until = Date.now() + 5000
  const looking = setInterval(() => {
    const field = document.querySelector('[data-testid="stPopoverBody"] :is(input, textarea, button):not(:disabled)')
    field?.focus()
    if (document.activeElement === field || Date.now() > until) clearInterval(looking)
  }, 100)
}

/* On a slow machine the reply is drawn later than its ticket, or once more just then: so for two seconds it is looked again,
   unless a key was pressed or the focus has gone elsewhere than where it was. */
function toDraft() {
  const turn = ++pressing
  const from = document.activeElement
  let left = 20
  const attempt = () => {
    const area = document.querySelector('[class*="st-key-draft-"] textarea')
    if (area && document.activeElement !== area) {
      area.focus()
      area.setSelectionRange(area.value.length, area.value.length)
    }
    setTimeout(() => {
      if (turn === pressing && left-- && [document.body, area, from].includes(document.activeElement)) attempt()
    }, 100)
  }
  attempt()
}

/* A press of the mouse goes elsewhere as it begins: what is dragged over, to copy it, ends in no click. */
function onPointer(event) {
  tabbed = false
  if (event.isTrusted) pressing += 1
}

/* Ready words are in: on with the reply, once the menu that they came from is gone. */
function onClick(event) {
  if (event.isTrusted) pressing += 1
  if (!event.target.closest?.(".st-key-macro-insert button")) return
  const until = Date.now() + 10000
  const waiting = setInterval(() => {
    const gone = !document.querySelector(".st-key-macro-insert")
    if (gone && document.activeElement === document.body) toDraft()
    if (gone || Date.now() > until) clearInterval(waiting)
  }, 100)
}

/* A key that only moves the focus loses nothing; any other would take a field's text away under its writer. */
function isFree(event, target) {
  return !takesText(target) || composes(target) || (["KeyD", "KeyL"].includes(event.code) && !lies(OVER))
}

function onKey(event) {
  if (!event.repeat) pressing += 1
  const target = event.composedPath()[0]
  if (event.key === "Tab") tabbed = true
  if (event.repeat || !isFree(event, target)) return
  const sends = event.key === "Enter" && (event.altKey || event.ctrlKey || event.metaKey)
  if (sends) {
    if (!maySend(target)) return
    event.preventDefault()
    event.stopPropagation()
    press(event.altKey ? "approve-next" : "approve")
    return
  }
  if (event.ctrlKey || event.metaKey) return
  const typing = takesText(target)
  if (event.key === "?" && !typing && !event.altKey) {
    event.preventDefault()
    press("shortcuts")
  } else if (/^Digit[1-9]$/.test(event.code) && !event.altKey && !typing && Date.now() - flagged < CHORD_MS) {
    event.preventDefault()
    flagged = 0
    press(`flag-${event.code.at(-1)}`)
  } else if (event.altKey && event.code in PRESS) {
    tabbed = false
    flagged = event.code === "KeyW" ? Date.now() : 0
    event.preventDefault()
    event.stopPropagation()
    press(PRESS[event.code])
    if (ENTERED.includes(PRESS[event.code])) enter()
  } else if (event.altKey && event.code === "KeyD") {
    tabbed = false
    event.preventDefault()
    toDraft()
  } else if (event.altKey && event.code === "KeyL") {
    tabbed = false
    event.preventDefault()
    const host = document.querySelector(".st-key-queue-list")
    const list = [...(host?.querySelectorAll("*") ?? [])].map(one => one.shadowRoot?.querySelector("[role=listbox]"))
    list.find(Boolean)?.focus({ preventScroll: true })
  }
}

export default function (component) {
  const { parentElement } = component
  if (!kept.has(parentElement)) {
    document.addEventListener("keydown", onKey, true)
    document.addEventListener("pointerdown", onPointer, true)
    document.addEventListener("click", onClick, true)
    kept.set(parentElement, true)
  }
  return () => {
    document.removeEventListener("keydown", onKey, true)
    document.removeEventListener("pointerdown", onPointer, true)
    document.removeEventListener("click", onClick, true)
    kept.delete(parentElement)
  }
}
