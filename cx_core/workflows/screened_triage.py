"""Triage of screened words: what may be an order to the copilot changes neither plan nor reply if it can be helped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cx_core.prompt_injection.doubtful_passages import doubtful
from cx_core.prompt_injection.screening import Screened
from cx_core.records import Message, Triage
from cx_core.understand.open_question import OpenTalk
from cx_core.understand.triage import Triager


def screened_triage(triager: Triager, read: Screened, talk: OpenTalk) -> tuple[Screened, Triage, NDArray[np.float32]]:
    """The words that count from here on, what they ask for, and the vectors it was read by.

    A passage that may be an order is left to people where the rest asks for something by itself. Where it does not,
    all is read, and nothing that stands in such a passage is sure.
    """
    letters = tuple(message.text for message in talk.said if message.id not in talk.taken)
    if read.doubted:
        rest = read.undoubted()
        triage, vectors = triager.read(rest.subject, screened_words(talk.said, rest), talk, letters)
        if triage.wants_person or triage.grave or any(goal.sure for goal in triage.goals):
            return rest, triage, vectors
    said = screened_words(talk.said, read)
    triage, vectors = triager.read(read.subject, said, talk, letters)
    return read, doubtful(triage, read.doubted, said), vectors


def screened_words(said: Sequence[Message], read: Screened) -> tuple[Message, ...]:
    """What was said, with the screened messages in the place of those that came."""
    clean = {message.id: message for message in read.messages}
    return tuple(clean.get(message.id, message) for message in said)
