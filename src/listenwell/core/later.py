"""Patterns that are compiled when they are first looked for: a short talk needs few of many hundred."""

import re
from collections.abc import Iterator


class Later:
    """A pattern like `re.compile` makes, at the cost of compiling it only where it is used.

    Args:
        source: The pattern.
        flags: Its flags.
    """

    __slots__ = ("_compiled", "_flags", "_source")

    def __init__(self, source: str, flags: int = 0) -> None:
        self._source, self._flags = source, flags
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern, compiled."""
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return self._compiled

    def search(self, text: str) -> re.Match[str] | None:
        """Return its first match anywhere in a text."""
        return self.compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """Return its match at the beginning of a text."""
        return self.compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return its match with a whole text."""
        return self.compiled.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Yield its matches."""
        return self.compiled.finditer(text)

    def findall(self, text: str) -> list[str]:
        """Return what it matches, as `re.Pattern.findall` does."""
        found: list[str] = self.compiled.findall(text)
        return found

    def sub(self, put: str, text: str) -> str:
        """Return a text with something in the place of every match."""
        return self.compiled.sub(put, text)

    def split(self, text: str) -> list[str]:
        """Return what stands between its matches."""
        parts: list[str] = self.compiled.split(text)
        return parts
