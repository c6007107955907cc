/* Rung's web chat, embedded by one script tag: see docs/connect-chat.md. No dependency, no cookie, no inline style, no eval.
   Everything that somebody wrote reaches the page as textContent. What is written is kept in the tab's storage, where there is
   one, until the desk has it; each message carries an id of its own, so that sending it again changes nothing. */
(() => {
  "use strict"
  const tag = document.currentScript
  const id = tag?.dataset.widget
  if (!id || window.__rungChat?.[id]) return
  window.__rungChat = { ...window.__rungChat, [id]: true }
  const base = `${new URL(tag.src).origin}/chat/${encodeURIComponent(id)}/`
  const KEY = `rung-chat-${id}`
  const SILENT_MS = 40000 // the desk says something every 15 s
  const TYPING_MS = 3000
  const MOST_TEXT = 4000

  /* --- what outlives a page: the token, what was not sent yet, the draft --- */

  const memory = {}
  const storage = (() => {
    try {
      const place = tag.dataset.keep === "browser" ? window.localStorage : window.sessionStorage
      place.setItem(KEY, place.getItem(KEY) ?? "{}")
      return place
    } catch {
      return null // blocked: it is kept in this page, and lost with it
    }
  })()
  const kept = () => {
    if (!storage) return memory
    try {
      return JSON.parse(storage.getItem(KEY) ?? "{}")
    } catch {
      return {}
    }
  }
  const keep = change => {
    const all = { ...kept(), ...change }
    Object.assign(memory, all)
    try {
      storage?.setItem(KEY, JSON.stringify(all))
    } catch { /* full: this page goes on without */ }
  }

  let words = {}
  let welcome = null
  let language = "en"
  const say = (name, values = {}) => (words[name] ?? name).replace(/\{(\w+)\}/g, (_, one) => values[one] ?? "")

  /* --- speaking to the desk --- */

  async function call(name, body, { signal, headers = {}, raw } = {}) {
    const token = kept().token
    const sent = { ...headers, "Content-Type": raw ? "application/octet-stream" : "application/json" }
    if (token) sent.Authorization = `Bearer ${token}`
    return fetch(base + name, {
      method: "POST", mode: "cors", credentials: "omit", cache: "no-store", referrerPolicy: "origin",
      headers: sent, body: raw ?? JSON.stringify(body ?? {}), signal,
    })
  }

  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16))
    return [...bytes].map(one => one.toString(16).padStart(2, "0")).join("")
  }
  const pause = ms => new Promise(done => { wake = done; setTimeout(done, ms) })
  let wake = () => {}
  const wait = tries => pause(Math.min(15000, 500 * 2 ** Math.min(tries, 5)) * (0.7 + Math.random() * 0.6))

  /* --- the stream: events since the last one that arrived, then each as it comes --- */

  let running = 0
  let last = 0
  let connected = false

  async function listen() {
    const turn = ++running
    let tries = 0
    while (turn === running && kept().token) {
      const stop = new AbortController()
      let quiet = setTimeout(() => stop.abort(), SILENT_MS)
      try {
        const answer = await call("stream", null, { signal: stop.signal, headers: { "Last-Event-ID": String(last) } })
        if (answer.status === 401) return forget(!waiting().length)
        if (!answer.ok) throw new Error(String(answer.status))
        setConnected(true)
        const reader = answer.body.getReader()
        const decoder = new TextDecoder()
        let text = ""
        for (;;) {
          const { value, done } = await reader.read()
          if (done || turn !== running) break
          clearTimeout(quiet)
          quiet = setTimeout(() => stop.abort(), SILENT_MS)
          tries = 0
          text += decoder.decode(value, { stream: true })
          const blocks = text.split("\n\n")
          text = blocks.pop() // the rest of an event that is not there yet
          blocks.forEach(heard)
        }
      } catch { /* the line broke: connect again */ }
      clearTimeout(quiet)
      stop.abort()
      if (turn !== running) return
      setConnected(false)
      await wait(tries++)
    }
  }

  function heard(block) {
    const fields = {}
    for (const line of block.split("\n")) {
      const at = line.indexOf(": ")
      if (at > 0) fields[line.slice(0, at)] = line.slice(at + 2)
    }
    if (!fields.data) return
    if (fields.event === "ended") return forget(true)
    const data = JSON.parse(fields.data)
    if (fields.event === "typing") return showTyping(data)
    const number = Number(fields.id)
    if (number <= last) return // a repetition
    last = number
    if (fields.event === "message") showMessage(number, data)
    if (fields.event === "state") showState(data)
    if (fields.event === "rating") showRating()
  }

  /* --- sending: in order, again until the desk has it --- */

  let flushing = false
  const files = new Map() // by client id: files are kept in this page only

  const waiting = () => kept().waiting ?? []
  const queue = entry => { keep({ waiting: [...waiting(), entry] }); showWaiting(); flush() }
  const unqueue = client => keep({ waiting: waiting().filter(one => one.id !== client) })

  async function begin() {
    if (kept().token) return true
    const token = tag.dataset.token || window.rungChatToken || ""
    const answer = await call("sessions", { language, token, email: kept().email ?? "" })
    if (answer.status === 429) throw new Error("later")
    if (!answer.ok) return false
    keep({ token: (await answer.json()).token })
    last = 0
    listen()
    return true
  }

  async function flush() {
    if (flushing) return
    flushing = true
    let tries = 0
    while (waiting().some(one => !one.failed)) {
      const entry = waiting().find(one => !one.failed)
      try {
        if (!(await begin())) { fail(entry, "failed"); continue }
        const answer = await sent(entry)
        if (answer.status === 401) { forget(false); continue }
        if (answer.status === 429 || answer.status >= 500) {
          if (answer.status === 429) setLine(say("later"))
          throw new Error("later")
        }
        if (answer.ok) { unqueue(entry.id); files.delete(entry.id); tries = 0; delivered(entry) }
        else fail(entry, (await answer.json()).error)
      } catch {
        await wait(tries++)
      }
    }
    flushing = false
  }

  function sent(entry) {
    if (!entry.file) return call("messages", { id: entry.id, text: entry.text, person: entry.person })
    const file = files.get(entry.id)
    if (!file) return Promise.resolve({ ok: false, status: 410, json: () => ({ error: "failed" }) }) // went with its page
    const query = new URLSearchParams({ id: entry.id, name: entry.file })
    return call(`files?${query}`, null, { raw: file })
  }

  function fail(entry, why) {
    keep({ waiting: waiting().map(one => one.id === entry.id ? { ...one, failed: why } : one) })
    showWaiting()
  }

  /* --- drawing --- */

  const STYLE = `
:host { all: initial; --ink: #1a1d21; --soft: #59616b; --paper: #fff; --tint: #f2f4f6; --line: #d5dae0; --main: #1f5fbf; --on-main: #fff; --own: #e3edfb; --bad: #b3261e;
  color-scheme: light; font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); }
@media (prefers-color-scheme: dark) { :host { --ink: #e8eaed; --soft: #a9b1ba; --paper: #1b1e22; --tint: #272b31; --line: #41474f; --main: #8ab4f8; --on-main: #10203a; --own: #22385a; --bad: #ffb4ab; color-scheme: dark; } }
* { box-sizing: border-box; margin: 0; font: inherit; color: inherit; letter-spacing: normal; }
[hidden] { display: none !important; }
button { cursor: pointer; background: none; border: 0; border-radius: 8px; padding: 6px 10px; min-height: 36px; }
button:disabled { cursor: default; opacity: .55; }
:focus-visible { outline: 3px solid var(--main); outline-offset: 2px; }
textarea:focus-visible, input:focus-visible { outline-offset: -1px; }
.launch { position: fixed; z-index: 2147483000; right: 16px; bottom: 16px; min-height: 52px; padding: 0 20px; border-radius: 26px; background: var(--main); color: var(--on-main); font-weight: 600; box-shadow: 0 4px 16px rgb(0 0 0 / .28); display: flex; align-items: center; gap: 10px; }
.launch svg { width: 22px; height: 22px; }
.count { background: var(--on-main); color: var(--main); border-radius: 11px; padding: 0 8px; font-size: 13px; line-height: 22px; }
.panel { position: fixed; z-index: 2147483000; right: 16px; bottom: 16px; width: 380px; height: min(640px, calc(100dvh - 32px)); background: var(--paper); border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 10px 40px rgb(0 0 0 / .3); display: flex; flex-direction: column; overflow: hidden; }
header { display: flex; align-items: flex-start; gap: 8px; padding: 14px 10px 12px 16px; border-bottom: 1px solid var(--line); }
header div { flex: 1; min-width: 0; }
h2 { font-size: 17px; font-weight: 650; line-height: 1.3; overflow-wrap: anywhere; }
.hours { color: var(--soft); font-size: 13px; }
.icon { width: 40px; height: 40px; padding: 8px; flex: none; display: grid; place-items: center; }
.icon:hover, .quiet:hover { background: var(--tint); }
svg { width: 22px; height: 22px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.line { padding: 6px 16px; font-size: 13px; background: var(--tint); border-bottom: 1px solid var(--line); }
.log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 14px 16px; display: flex; flex-direction: column; gap: 12px; min-height: 0; }
.intro { display: flex; flex-direction: column; gap: 6px; }
.intro p + p { color: var(--soft); font-size: 13px; }
.said { max-width: 86%; align-self: flex-start; display: flex; flex-direction: column; gap: 3px; }
.own { align-self: flex-end; align-items: flex-end; }
.who { color: var(--soft); font-size: 12px; }
.words { background: var(--tint); border-radius: 4px 14px 14px 14px; padding: 8px 12px; white-space: pre-wrap; overflow-wrap: anywhere; }
.own .words { background: var(--own); border-radius: 14px 4px 14px 14px; }
.ai .words { background: var(--paper); border: 1px dashed var(--soft); }
.ai .who { font-weight: 600; }
.file { text-decoration: underline; text-align: left; padding: 2px 0; min-height: 32px; overflow-wrap: anywhere; }
.words .file { display: block; }
.note { color: var(--soft); font-size: 13px; text-align: center; padding: 0 8px; }
.bad { color: var(--bad); font-size: 13px; display: flex; gap: 6px; align-items: center; flex-wrap: wrap; justify-content: flex-end; }
.bad button, .quiet { text-decoration: underline; padding: 4px 6px; min-height: 32px; }
.typing { color: var(--soft); font-size: 13px; padding: 0 16px; min-height: 20px; }
.foot { border-top: 1px solid var(--line); padding: 8px 12px 10px; display: flex; flex-direction: column; gap: 6px; }
.email { display: flex; flex-direction: column; gap: 3px; font-size: 13px; }
.email small { color: var(--soft); font-size: 12px; }
input[type=email] { width: 100%; border: 1px solid var(--soft); border-radius: 8px; padding: 7px 10px; background: var(--paper); font-size: 16px; }
.write { display: flex; align-items: flex-end; gap: 8px; }
textarea { flex: 1; min-width: 0; resize: none; height: 42px; max-height: 130px; border: 1px solid var(--soft); border-radius: 10px; padding: 9px 11px; background: var(--paper); font-size: 16px; line-height: 22px; }
textarea::placeholder, input::placeholder { color: var(--soft); opacity: 1; }
.go { background: var(--main); color: var(--on-main); }
.more { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 0 8px; font-size: 13px; }
.ask { padding: 12px 16px; border-top: 1px solid var(--line); background: var(--tint); display: flex; flex-direction: column; gap: 8px; }
.ask p { font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: 6px; }
.row button { flex: 1 1 auto; padding: 6px 7px; border: 1px solid var(--soft); background: var(--paper); font-size: 13px; }
.row .go { background: var(--main); border-color: var(--main); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 480px), (max-height: 480px) { .panel { inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0; } }
@media (prefers-reduced-motion: no-preference) { .panel { animation: rise .16s ease-out; } @keyframes rise { from { transform: translateY(8px); opacity: .4; } } }
`

  const host = document.createElement("rung-chat")
  const root = host.attachShadow({ mode: "open" })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(STYLE)
  root.adoptedStyleSheets = [sheet]

  const make = (name, given = {}, ...kids) => {
    const element = document.createElement(name)
    for (const [key, value] of Object.entries(given)) {
      if (key === "text") element.textContent = value
      else if (key.startsWith("on")) element.addEventListener(key.slice(2), value)
      else if (value === true) element.setAttribute(key, "")
      else if (value !== false && value != null) element.setAttribute(key, value)
    }
    element.append(...kids.filter(Boolean))
    return element
  }
  const icon = path => {
    const NS = "http://www.w3.org/2000/svg"
    const svg = document.createElementNS(NS, "svg")
    svg.setAttribute("viewBox", "0 0 24 24")
    svg.setAttribute("aria-hidden", "true")
    const line = document.createElementNS(NS, "path")
    line.setAttribute("d", path)
    svg.append(line)
    return svg
  }
  const BUBBLE = "M4 5h16v11H9l-5 4z", CROSS = "M6 6l12 12M18 6L6 18", CLIP = "M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.4a1.7 1.7 0 0 1-2.4-2.3L14.5 7", ARROW = "M5 12h14M13 6l6 6-6 6"

  let ui = null
  let open = false
  let unread = 0
  let rated = false
  let sentTo = ""
  const shown = new Map() // by client id: own messages on the screen

  function draw() {
    const launch = make("button", { class: "launch", type: "button", "aria-expanded": "false", onclick: () => toggle(true) },
      icon(BUBBLE), make("span", { text: say("open") }))
    const count = make("span", { class: "count", hidden: true })
    launch.append(count)
    const log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": say("log"), tabindex: "0" })
    const line = make("p", { class: "line", role: "status", hidden: true })
    const typing = make("p", { class: "typing", role: "status" })
    const area = make("textarea", { "aria-label": say("write"), placeholder: say("write"), rows: "1", maxlength: String(MOST_TEXT), enterkeyhint: "send", onkeydown: keyed, oninput: typed })
    const file = make("input", { type: "file", hidden: true, accept: "image/jpeg,image/png,image/webp,image/gif,application/pdf,text/plain,.csv,.log,.md", onchange: attach })
    const email = make("input", { type: "email", autocomplete: "email", "aria-describedby": "why" })
    const emailRow = make("label", { class: "email" }, make("span", { text: say("email") }), email, make("small", { id: "why", text: say("email_why") }))
    const person = make("button", { class: "quiet", type: "button", text: say("person"), onclick: askPerson })
    const end = make("button", { class: "quiet", type: "button", text: say("end"), onclick: askEnd })
    const write = make("div", { class: "write" },
      make("button", { class: "icon", type: "button", "aria-label": say("attach"), title: say("attach"), onclick: () => file.click() }, icon(CLIP)),
      area, make("button", { class: "icon go", type: "button", "aria-label": say("send"), title: say("send"), onclick: submit }, icon(ARROW)), file)
    const foot = make("div", { class: "foot" }, emailRow, write, make("div", { class: "more" }, person, end))
    const ask = make("div", { class: "ask", role: "group", hidden: true })
    const heading = make("h2", { id: "title", text: welcome.business })
    const panel = make("section", { class: "panel", role: "dialog", "aria-labelledby": "title", "aria-modal": "false", hidden: true, onkeydown: event => { if (event.key === "Escape") { event.stopPropagation(); toggle(false) } } },
      make("header", {}, make("div", {}, heading, make("p", { class: "hours", text: hours() })),
        make("button", { class: "icon", type: "button", "aria-label": say("close"), title: say("close"), onclick: () => toggle(false) }, icon(CROSS))),
      line, log, typing, ask, foot)
    ui = { launch, count, panel, log, line, typing, area, file, email, emailRow, person, end, foot, ask }
    host.lang = language
    root.replaceChildren(launch, panel)
    intro()
    area.value = kept().draft ?? ""
    grow()
    showWaiting()
  }

  function intro() {
    ui.log.replaceChildren(make("div", { class: "intro" },
      make("p", { text: welcome.greeting || say("hello") }),
      make("p", { text: say(welcome.answers_by_itself ? "ai_first" : "people_only") })))
  }

  const hours = () => welcome.is_open ? say("is_open") : welcome.opens_at ? say("opens", { time: when(welcome.opens_at) }) : say("closed")

  const locale = () => navigator.languages.find(one => one.toLowerCase().startsWith(language)) ?? language

  function when(iso) {
    const at = new Date(iso), today = new Date().toDateString() === at.toDateString()
    return at.toLocaleString(locale(), today ? { timeStyle: "short" } : { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })
  }

  function toggle(to) {
    open = to
    ui.panel.hidden = !to
    ui.launch.hidden = to
    ui.launch.setAttribute("aria-expanded", String(to))
    keep({ open: to })
    if (to) {
      seen()
      ui.area.focus()
      toEnd()
    } else ui.launch.focus()
  }

  function seen() {
    unread = 0
    ui.count.hidden = true
  }

  const atEnd = () => ui.log.scrollHeight - ui.log.scrollTop - ui.log.clientHeight < 80
  const toEnd = () => { ui.log.scrollTop = ui.log.scrollHeight }

  function put(element) {
    const follow = atEnd()
    ui.log.append(element)
    for (const one of shown.values()) if (one.pending) ui.log.append(one.element) // what is not sent yet stays last
    if (follow) toEnd()
  }

  function bubble(cls, who, text, list, number) {
    const words = make("div", { class: "words", text })
    list.forEach((file, place) => words.append(number
      ? make("button", { class: "file", type: "button", text: say("save", { name: file.name }), onclick: () => save(number, place, file.name) })
      : make("span", { class: "file", text: file.name })))
    return make("div", { class: `said ${cls}` }, make("span", { class: who ? "who" : "unseen", text: who || say("you") }), words)
  }

  function showMessage(number, data) {
    if (data.from === "you") return delivered({ id: data.client, text: data.text, file: data.files?.[0]?.name }, true)
    const us = say("us", { name: data.name || welcome.business })
    const who = data.from === "ai" ? say("ai") : data.from === "notice" ? say("notice") : us
    showTyping(false)
    put(bubble(data.from === "ai" ? "ai" : "", who, data.text, data.files ?? [], number))
    if (!open) {
      unread += 1
      ui.count.textContent = say("new", { count: unread })
      ui.count.hidden = false
    }
  }

  /* Own messages appear at once, and stand where the desk has them once it has. */
  function own(entry) {
    const element = bubble("own", "", entry.text || "", entry.file ? [{ name: entry.file }] : [], 0)
    const state = make("span", { class: "who" })
    element.append(state)
    shown.set(entry.id, { element, state, pending: true })
    ui.log.append(element)
    toEnd()
  }

  function delivered(entry, byDesk = false) {
    if (byDesk) unqueue(entry.id)
    if (!shown.has(entry.id)) own(entry)
    const one = shown.get(entry.id)
    one.state.replaceChildren()
    if (byDesk && one.pending) {
      one.pending = false
      put(one.element)
    }
    ui.emailRow.hidden = true
    if (ui.line.dataset.why === "later") setLine("")
  }

  function showWaiting() {
    for (const entry of waiting()) {
      if (!shown.has(entry.id)) own(entry)
      const { state } = shown.get(entry.id)
      if (!entry.failed) {
        state.className = "who"
        state.textContent = say("sending")
        continue
      }
      const why = words[entry.failed] ? say(entry.failed, { size: Math.floor(welcome.most_bytes / 1e6) }) : say("failed")
      state.className = "bad"
      state.replaceChildren(make("span", { role: "alert", text: why }))
      if (!entry.file) state.append(make("button", { type: "button", text: say("retry"), onclick: () => again(entry) }))
      else unqueue(entry.id)
    }
  }

  function again(entry) {
    keep({ waiting: waiting().map(one => one.id === entry.id ? { ...one, failed: undefined } : one) })
    showWaiting()
    flush()
  }

  let told = ""
  function showState(data) {
    let text = ""
    if (data.phase === "waiting" && data.colleague) text = say("colleague", { name: data.colleague })
    else if (data.phase === "waiting") {
      const name = data.asked_person ? "handover" : "waiting"
      text = data.by ? say(name, { time: when(data.by) }) : say(`${name}_open`)
    } else if (data.phase === "solved") text = say("solved")
    if (text && text !== told) put(make("p", { class: "note", text }))
    if (data.phase === "answered" || text) told = text
    ui.person.hidden = Boolean(data.asked_person || data.colleague)
  }

  function showTyping(on) {
    ui.typing.textContent = on ? say("typing", { name: welcome.business }) : ""
  }

  function setConnected(now) {
    const before = connected
    connected = now
    if (now) setLine(before === false && ui.line.textContent ? say("connected") : "", 2500)
    else setLine(navigator.onLine ? say("reconnecting") : say("offline"), 0, 800)
  }

  let later = 0
  function setLine(text, goes = 0, after = 0) {
    clearTimeout(later)
    const set = () => {
      ui.line.textContent = text
      ui.line.hidden = !text
      if (goes && text) later = setTimeout(() => setLine(""), goes)
    }
    if (after) later = setTimeout(set, after) // a short break is nobody's concern
    else set()
  }

  function grow() {
    ui.area.style.height = "" // by the object model: no inline style that a policy forbids
    ui.area.style.height = `${Math.min(130, Math.max(42, ui.area.scrollHeight + 2))}px`
  }

  let typedAt = 0
  function typed() {
    grow()
    keep({ draft: ui.area.value })
    if (!kept().token || !ui.area.value || Date.now() - typedAt < TYPING_MS) return
    typedAt = Date.now()
    call("typing").catch(() => {})
  }

  function keyed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  }

  function submit() {
    const text = ui.area.value.trim()
    if (!text) return ui.area.focus()
    claim()
    ui.area.value = ""
    keep({ draft: "" })
    grow()
    typedAt = 0
    ui.area.focus()
    queue({ id: newId(), text })
  }

  function claim() {
    if (!kept().token && ui.email.value.trim() && ui.email.validity.valid) keep({ email: ui.email.value.trim() })
  }

  function askPerson() {
    claim()
    ui.person.hidden = true
    ui.area.focus()
    queue({ id: newId(), text: say("person_text"), person: true })
  }

  function attach() {
    const [file] = ui.file.files
    ui.file.value = ""
    if (!file) return
    claim()
    const entry = { id: newId(), text: "", file: file.name }
    files.set(entry.id, file)
    if (file.size > welcome.most_bytes) entry.failed = "too_large"
    ui.area.focus()
    queue(entry)
  }

  async function save(number, place, name) {
    try {
      const answer = await call("file", { number, place })
      if (!answer.ok) throw new Error(String(answer.status))
      const link = make("a", { href: URL.createObjectURL(await answer.blob()), download: name })
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 30000)
    } catch {
      setLine(say("failed"), 4000)
    }
  }

  function asked(question, ...buttons) {
    ui.ask.setAttribute("aria-label", question)
    ui.ask.replaceChildren(make("p", { text: question }), make("div", { class: "row" }, ...buttons))
    const follow = atEnd()
    ui.ask.hidden = false
    if (follow) toEnd()
  }

  function showRating() {
    if (rated) return
    asked(say("rate"), ...[1, 2, 3, 4, 5].map(score =>
      make("button", { type: "button", text: say(`rate_${score}`), onclick: () => rate(score) })))
  }

  async function rate(score) {
    ui.ask.hidden = true
    ui.area.focus()
    try {
      const answer = await call("rating", { score })
      if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status))
      rated = true
      put(make("p", { class: "note", text: say("rated") }))
    } catch {
      showRating()
      setLine(say("failed"), 4000)
    }
  }

  /* Offered once, where there is a mailbox to send it from. */
  function transcript() {
    if (!welcome.transcript || !kept().token || sentTo) return []
    const label = say("transcript_to")
    const email = make("input", { type: "email", autocomplete: "email", maxlength: "254", placeholder: label, "aria-label": label })
    email.value = kept().email || ""
    const button = make("button", { type: "button", text: say("transcript"), onclick: () => mail(email, button) })
    return [email, button]
  }

  async function mail(email, button) {
    const address = email.value.trim()
    if (!address || !email.validity.valid) return email.focus()
    button.disabled = true
    try {
      const answer = await call("transcript", { email: address })
      if (!answer.ok) throw new Error(String(answer.status)) // also where it went to another address before
      sentTo = address
      email.remove()
      button.replaceWith(make("p", { class: "note", text: say("transcript_sent", { address }) }))
      ui.ask.querySelector(".go").focus()
    } catch {
      button.disabled = false
      setLine(say("failed"), 4000)
    }
  }

  function askEnd() {
    asked(say("end_ask"), ...transcript(),
      make("button", { class: "go", type: "button", text: say("end_yes"), onclick: endChat }),
      make("button", { type: "button", text: say("end_no"), onclick: () => { ui.ask.hidden = true; ui.end.focus() } }))
    ui.ask.querySelector(".go").focus()
  }

  async function endChat() {
    ui.ask.hidden = true
    try {
      if (kept().token) await call("end")
    } catch { /* its token is forgotten here all the same, and unused it is deleted there */ }
    forget(true)
  }

  /* The session is over. What was written and not sent yet begins a new one; `all` says so and starts afresh. */
  function forget(all) {
    running += 1
    last = 0
    keep({ token: "", ...(all ? { waiting: [], draft: "" } : {}) })
    if (!all) return
    shown.clear()
    told = ""
    rated = false
    sentTo = ""
    intro()
    ui.emailRow.hidden = false
    ui.person.hidden = false
    ui.typing.textContent = ""
    put(make("p", { class: "note", text: say("ended") }))
  }

  /* --- life --- */

  async function start() {
    const languages = [tag.dataset.lang, document.documentElement.lang, ...navigator.languages].filter(Boolean)
    for (let tries = 0; ; tries++) {
      try {
        const answer = await call("hello", { languages })
        if (answer.status >= 400 && answer.status < 500) return // not for this page
        if (!answer.ok) throw new Error(String(answer.status))
        welcome = await answer.json()
        break
      } catch {
        await wait(tries + 2)
      }
    }
    words = welcome.words
    language = welcome.language
    if (!welcome.active && !kept().token) return
    draw()
    document.body.append(host)
    window.addEventListener("online", () => { wake(); if (kept().token && !connected) listen() })
    window.addEventListener("offline", () => setLine(say("offline")))
    if (kept().token) listen()
    if (kept().open) toggle(true)
    if (waiting().length) flush()
  }

  if (document.body) start()
  else document.addEventListener("DOMContentLoaded", start)
})()
