/* The keys of the scorecard on the Review page: Alt + a digit ticks or unticks a question, Alt + N goes to the note. */
const kept = new WeakMap()
const CARD = ".st-key-fields-scorecard"

function onKey(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.repeat || document.querySelector('[role="dialog"]')) return
  const digit = /^Digit([1-9])$/.exec(event.code)
  const field = digit
    ? document.querySelectorAll(`${CARD} input[type="checkbox"]`)[digit[1] - 1]
    : event.code === "KeyN" ? document.querySelector(`${CARD} textarea`) : null
  if (!field) return
  event.preventDefault()
  field.focus() // what is being typed in the note is committed before a question changes
  if (digit) field.click()
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
