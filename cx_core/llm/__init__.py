"""What a language model is told, and what of its words is believed, whichever stage asks it.

- `prompt_context`: a ticket in plain lines. `grounding_check`: whether a text says more than is known.
"""
