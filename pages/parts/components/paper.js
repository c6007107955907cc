/* Draws a tree of {tag, cls, text, at, label, tip, file, preview, press, kids}. Text is only ever set as textContent: what
   customers, articles and models wrote cannot become markup, links or images here. */
const TAGS = new Set(["div", "span", "p", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "section", "article",
  "header", "details", "summary", "time", "strong", "mark", "kbd", "blockquote", "ins", "del", "button"])
const kept = new WeakMap()

/* Links and pictures are made from an attachment's id alone, and lead nowhere but to it. */
const FILE = /^[0-9a-f]{32}$/

function made(node) {
  if (!FILE.test(node.file ?? "")) return document.createElement(TAGS.has(node.tag) ? node.tag : "div")
  const element = document.createElement(node.tag === "img" ? "img" : "a")
  const address = `/files/${node.file}`
  if (node.tag === "img") {
    element.src = `${address}/preview`
    element.alt = node.label ?? ""
  } else {
    element.href = node.preview ? `${address}/preview` : address
    element.target = "_blank"
    element.rel = "noopener"
  }
  return element
}

/* What was pressed to get here is about to go, and the focus with it: then it is here. */
function reach(target, left = 12) {
  if (document.activeElement === document.body) {
    target.tabIndex = -1
    target.focus({ preventScroll: true })
  } else if (left) setTimeout(() => reach(target, left - 1), 100)
}

/* A dialog gives the focus back to what had it, which it does not find in here: so that is done here. */
function backFrom(element, opened = false, left = 40) {
  const open = Boolean(document.querySelector("[role=dialog]"))
  if (open || left && !opened) setTimeout(() => backFrom(element, open, left - 1), 150)
  else if (opened && document.activeElement === document.body) element.focus()
}

function build(node, state) {
  const element = made(node)
  if (element.tagName === "BUTTON") {
    element.type = "button"
    element.dataset.press = node.press ?? ""
    element.onclick = () => {
      state.press("pressed", node.press ?? "")
      backFrom(element)
    }
  }
  if (node.cls) element.className = node.cls
  if (node.label && node.tag !== "img") element.setAttribute("aria-label", node.label)
  if (node.tip) element.title = node.tip
  if (node.at && element.tagName === "TIME") element.dateTime = node.at
  if (node.text !== undefined) element.textContent = node.text
  for (const kid of node.kids ?? []) element.append(build(kid, state))
  if (element.tagName === "DETAILS") {
    const name = element.querySelector("summary")?.textContent ?? ""
    element.open = state.opened.has(name)
    element.addEventListener("toggle", () => (element.open ? state.opened.add(name) : state.opened.delete(name)))
  }
  return element
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".paper")
  const state = kept.get(parentElement) ?? { drawn: "", newest: "", opened: new Set() }
  kept.set(parentElement, state)
  state.press = setTriggerValue
  const wanted = JSON.stringify(data.nodes)
  if (state.drawn !== wanted) {
    const top = root.scrollTop
    const held = root.getRootNode().activeElement?.dataset?.press
    root.replaceChildren(...data.nodes.map(node => build(node, state)))
    root.scrollTop = top
    if (held) [...root.querySelectorAll("button")].find(one => one.dataset.press === held)?.focus({ preventScroll: true })
    state.drawn = wanted
  }
  root.classList.toggle("scrolls", Boolean(data.scrolls))
  root.classList.toggle("tall", Boolean(data.tall))
  if (data.scrolls) {
    root.tabIndex = 0
    root.setAttribute("role", "region")
    root.setAttribute("aria-label", data.scrolls)
  }
  if (data.newest && state.newest !== data.newest) {
    state.newest = data.newest
    requestAnimationFrame(() => {
      const target = root.querySelector(".newest")
      const found = target?.classList.contains("found")
      if (target && data.scrolls) root.scrollTop = target.offsetTop - root.offsetTop - 8
      else if (target) target.scrollIntoView({ block: found ? "center" : "nearest" })
      if (found) reach(target)
    })
  }
}
