/* Draws a tree of {tag, cls, text, at, label, tip, file, preview, kids}. Text is only ever set as textContent: what
   customers, articles and models wrote cannot become markup, links or images here. */
const TAGS = new Set(["div", "span", "p", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd", "section", "article",
  "header", "details", "summary", "time", "strong", "mark", "kbd", "blockquote", "ins", "del"])
const kept = new WeakMap()

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" })
const dayAndClock = new Intl.DateTimeFormat("en-GB", {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
})

function when(iso) {
  const at = new Date(iso)
  return (at.toDateString() === new Date().toDateString() ? clock : dayAndClock).format(at)
}

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

function build(node, opened) {
  const element = made(node)
  if (node.cls) element.className = node.cls
  if (node.label && node.tag !== "img") element.setAttribute("aria-label", node.label)
  if (node.tip) element.title = node.tip
  if (node.at) {
    element.textContent = when(node.at)
    if (element.tagName === "TIME") element.dateTime = node.at
  } else if (node.text !== undefined) element.textContent = node.text
  for (const kid of node.kids ?? []) element.append(build(kid, opened))
  if (element.tagName === "DETAILS") {
    const name = element.querySelector("summary")?.textContent ?? ""
    element.open = opened.has(name)
    element.addEventListener("toggle", () => (element.open ? opened.add(name) : opened.delete(name)))
  }
  return element
}

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".paper")
  const state = kept.get(parentElement) ?? { drawn: "", newest: "", opened: new Set() }
  kept.set(parentElement, state)
  const wanted = JSON.stringify(data.nodes)
  if (state.drawn !== wanted) {
    const top = root.scrollTop
    root.replaceChildren(...data.nodes.map(node => build(node, state.opened)))
    root.scrollTop = top
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
      if (target && data.scrolls) root.scrollTop = target.offsetTop - root.offsetTop - 8
      else if (target) target.scrollIntoView({ block: "nearest" })
    })
  }
}
