"""Whether the copilot works, above the queue it fills: silence must not look like an empty day."""

from __future__ import annotations

from pages.parts.components import node, paper
from pages.wiring import desk

_STARTING = "The copilot is starting. Waiting tickets will be read in a moment."
_LEARNING = (
    "The copilot goes on learning for some minutes. Until then it is wrong more often, and nothing leaves by itself."
)
_FAILED = "The copilot is not working: nothing is read and nothing is carried out. The server’s log says why."
_NO_POLICY = "The policies cannot be read, so nothing is allowed. The server’s log says which file to fix."


def copilot_note() -> bool:
    """One line while it starts or learns, or when it failed. Whether it works."""
    states = {name: state.partition(":")[0] for name, state in desk().copilot_health().items()}
    if states.get("policy") == "failed":
        paper(node("p", _NO_POLICY, cls="note bad"), key="paper-copilot")
    elif "failed" in states.values():
        paper(node("p", _FAILED, cls="note bad"), key="paper-copilot")
    elif "loading" in states.values():
        paper(node("p", _STARTING, cls="note busy"), key="paper-copilot")
    else:
        if "learning" in states.values():
            paper(node("p", _LEARNING, cls="note busy"), key="paper-copilot")
        return True
    return False
