"""Errors a caller can do something about: what was wrong, which value, and what would work."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Self


class ListenwellError(Exception):
    """The root of every error this project raises on purpose; the command line exits with 2."""


class UnknownNameError(ListenwellError):
    """A name was asked for that nothing is registered under."""

    @classmethod
    def build(cls, kind: str, name: str, known: Iterable[str]) -> Self:
        """Word the error, with the nearest known name as a suggestion.

        Args:
            kind: What was looked for, in the singular ("generator").
            name: The name that was not found.
            known: Every name that would have worked.
        """
        names = sorted(known)
        return cls(f"no {kind} named {name!r}.{nearest(name, names)} Known: {', '.join(names)}.")


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a sentence that suggests the nearest known name, with a space before it; "" for none."""
    close = get_close_matches(name, sorted(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


class ConfigError(ListenwellError):
    """A recipe, template file or setting does not say what it must."""


class CorpusError(ListenwellError):
    """A corpus is missing, damaged or not in the layout that its loader reads."""


class ModelError(ListenwellError):
    """A model's files are missing, damaged or do not belong together."""


class InputError(ListenwellError):
    """Text or a record from outside cannot be read as what it should be."""


class StorageError(ListenwellError):
    """What a person kept cannot be opened, read or written."""
