/* The keys of the scorecard on the Review page: Alt + a digit ticks or unticks a question, Alt + M and Alt + C grade it
   minor or critical and, pressed again, fine; Alt + N goes to the note. */
const kept = new WeakMap()
const CARD = ".st-key-fields-scorecard"
const GRADES = { KeyM: 1, KeyC: 2 } // places among the three, of which the first is fine

function graded(code) {
  const grades = [...document.querySelectorAll(`${CARD} [class*="st-key-review-severity-"] button`)]
    .filter(button => button.hasAttribute("aria-checked"))
  const wanted = grades[GRADES[code]]
  return wanted?.getAttribute("aria-checked") === "true" ? grades[0] : wanted
}

function onKey(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat || document.querySelector('[role="dialog"]')) return
  const digit = /^Digit([1-9])$/.exec(event.code)
  const field = digit
    ? document.querySelectorAll(`${CARD} input[type="checkbox"]`)[digit[1] - 1]
    : event.code in GRADES ? graded(event.code)
    : event.code === "KeyN" ? document.querySelector(`${CARD} textarea`) : null
  if (!field) return
  event.preventDefault()
  field.focus() // what is being typed in the note is committed before a question changes
  if (event.code !== "KeyN") field.click()
}

export default function (component) {
  const { parentElement } = component
  if (!kept.has(parentElement)) {
    document.addEventListener("keydown", onKey, true)
    kept.set(parentElement, true)
  }
  return () => {
    document.removeEventListener("keydown", onKey, true)
    kept.delete(parentElement)
  }
}
