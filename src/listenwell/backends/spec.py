"""The word that chooses what writes replies, such as "embedded" or "openai:MODEL@URL"."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

from listenwell.core.errors import ConfigError, UnknownNameError
from listenwell.generation.addresses import EXAMPLE, Address
from listenwell.safety.disclosure import Destination
from listenwell.safety.settings import Settings

EMBEDDED, AUTHORED, TRANSFORMERS = "embedded", "authored", "transformers"
OPENAI, RETRIEVAL = "openai", "retrieval"

FORMS = {
    EMBEDDED: "embedded",
    AUTHORED: "authored",
    TRANSFORMERS: "transformers:FOLDER-OR-NAME",
    OPENAI: "openai:MODEL@URL",
    RETRIEVAL: "retrieval:CORPUS",
}
"""Every kind, and how it is written."""
_EXAMPLES = {
    TRANSFORMERS: "transformers:runs/mine",
    OPENAI: f"openai:llama3.2@{EXAMPLE}",
    RETRIEVAL: "retrieval:esconv",
}
_OLD_NAMES = {"templates": AUTHORED}

Report: TypeAlias = Callable[[int, int], None]
"""Told how many texts of an index are done, and of how many: each reply, and what it answered."""


def unheard(done: int, of: int) -> None:
    """Take note of nothing."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What writes replies.

    Attributes:
        kind: One of `FORMS`.
        value: What stands behind the colon: a model, a corpus; empty where the kind says all.
        url: The server's address, where there is one.
    """

    kind: str
    value: str = ""
    url: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the word.

        Raises:
            UnknownNameError: There is no such kind.
            ConfigError: Something is missing, or too much.
        """
        kind, colon, value = text.strip().partition(":")
        kind = _OLD_NAMES.get(kind, kind)
        if kind not in FORMS:
            raise _unknown(kind, value)
        wants_value = kind in _EXAMPLES
        if wants_value and not value:
            raise ConfigError(
                f"{kind!r} alone does not say enough: write {FORMS[kind]}, for example "
                f"{_EXAMPLES[kind]}."
            )
        if colon and not wants_value:
            raise ConfigError(f"{text!r}: {kind!r} stands alone, without {colon}{value}.")
        return cls._served(value) if kind == OPENAI else cls(kind, value)

    @property
    def destination(self) -> Destination | None:
        """Where the person's words go to be answered; None where they stay in this program."""
        if self.kind != OPENAI:
            return None
        address = Address.of(self.url)
        return Destination(address.host, address.on_this_machine)

    @classmethod
    def _served(cls, value: str) -> Self:
        model, at, url = value.partition("@")
        if not (model and at and url):
            raise ConfigError(
                f"{value!r} does not name a model and a server: write {FORMS[OPENAI]}, for example "
                f"{_EXAMPLES[OPENAI]}."
            )
        Address.of(url)
        return cls(OPENAI, model, url)


def chosen(option: str | None, model: Path | None, settings: Settings) -> str:
    """Return the word that holds: an option's, the default where a model is named, the settings'."""
    return option or (EMBEDDED if model else settings.generator) or EMBEDDED


def _unknown(kind: str, value: str) -> Exception:
    if value.startswith("//") or "@" in kind:
        return ConfigError(f"a server is written as {FORMS[OPENAI]}: {_EXAMPLES[OPENAI]}.")
    return UnknownNameError.build("generator", kind, (*FORMS, *_OLD_NAMES))
