"""A memory of the newest results, by number: no words of people stay in it."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Keeps the results that were used last; safe to share between threads."""

    def __init__(self, most: int) -> None:
        """Make an empty memory for so many results."""
        self._most = most
        self._known: OrderedDict[int, Value] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """Return what is kept for a key, or None."""
        number = hash(key)
        with self._lock:
            if number in self._known:
                self._known.move_to_end(number)
            return self._known.get(number)

    def keep(self, key: Hashable, value: Value) -> None:
        """Keep a result; the one that was used longest ago makes room."""
        with self._lock:
            self._known[hash(key)] = value
            if len(self._known) > self._most:
                self._known.popitem(last=False)
