"""Writers of one SQLite file, one after the other in the order they came.

SQLite lets whoever asks at the right moment write next and the others ask again up to ten times a second: of many
threads some wait for seconds, and now and then one gives up. Here they stand in line before they ask.
"""

from __future__ import annotations

import threading
from collections import deque


class Turns:
    """Who may write now. A turn may be taken in one thread and given back in another."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    def take(self, patience: float) -> bool:
        """Wait for a turn, at most `patience` seconds. False: none was had, and none is to be given back."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(patience):
            return True
        with self._guard:
            if mine.is_set():
                return True
            self._waiting.remove(mine)
            return False

    def give_back(self) -> None:
        """The next in line may write."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
