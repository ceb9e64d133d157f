"""Authored replies by feeling: the fallback, and the place where a user adds their own."""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from listenwell.core.errors import ConfigError
from listenwell.core.types import History, Reading

GENERAL = "general"


@dataclass(frozen=True, slots=True)
class _Entry:
    words: tuple[str, ...]
    emotions: frozenset[str]
    added: bool = False


class Templates(MutableMapping[str, list[str]]):
    """Replies by the name of a feeling.

    What a user adds answers by itself whenever its name (or a word of its `when`) is in a
    message; what the package ships stands in only where no proposed reply may be shown.

    Example:
        >>> templates = Templates.default()
        >>> templates["grief"] = ["Tell me about them."]
        >>> templates.added("the grief comes in waves")
        'grief'
    """

    def __init__(self) -> None:
        self._replies: dict[str, list[str]] = {}
        self._entries: dict[str, _Entry] = {}

    @classmethod
    def default(cls) -> "Templates":
        """Return the package's own."""
        source = files("listenwell.dialogue").joinpath("moves/templates.yaml")
        templates = cls()
        templates._fill(yaml.safe_load(source.read_text(encoding="utf-8")), "", added=False)
        return templates

    def read(self, path: Path) -> None:
        """Add the templates of a YAML file.

        Raises:
            ConfigError: The file is missing, not YAML, or not names with lists of replies.
        """
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ConfigError(f"{path}: cannot be read as YAML ({error}).") from error
        if not isinstance(content, dict):
            raise ConfigError(f"{path}: expected names with replies, such as `grief: [...]`.")
        self._fill(content, f"{path}: ", added=True)

    def _fill(self, content: dict[str, Any], where: str, *, added: bool) -> None:
        for name, value in content.items():
            value = value if isinstance(value, dict) else {"replies": value}
            unknown = set(value) - {"when", "emotions", "replies"}
            if unknown:
                raise ConfigError(
                    f"{where}`{name}`: unknown key {sorted(unknown)[0]!r}. Known: when, emotions, "
                    "replies."
                )
            words = (str(name), *map(str, value.get("when") or []))
            entry = _Entry(words, frozenset(value.get("emotions") or []), added)
            self._replies[str(name)] = _replies(value.get("replies"), f"{where}`{name}`")
            self._entries[str(name)] = entry

    def __getitem__(self, name: str) -> list[str]:
        return self._replies[name]

    def __setitem__(self, name: str, replies: list[str]) -> None:
        self._replies[name] = _replies(replies, f"templates[{name!r}]")
        earlier = self._entries.get(name, _Entry((name,), frozenset({name})))
        self._entries[name] = _Entry(earlier.words, earlier.emotions, added=True)

    def __delitem__(self, name: str) -> None:
        if name == GENERAL:
            raise ConfigError("the template 'general' answers when nothing else fits: change it.")
        del self._replies[name], self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._replies)

    def __len__(self) -> int:
        return len(self._replies)

    def added(self, text: str) -> str | None:
        """Return the name of a user's template whose words are in a text, or None."""
        return self._matching(text, lambda entry: entry.added)

    def matching(self, text: str, reading: Reading) -> str:
        """Return the name of the template that fits a text and a feeling best."""
        named = self._matching(text, lambda entry: True)
        if named and (reading.emotion is None or not self._is_glad(reading)):
            return named
        for name, entry in self._entries.items():
            if reading.emotion in entry.emotions:
                return name
        return named or GENERAL

    def pick(self, name: str, history: History) -> str:
        """Return a reply of a template: one not said yet, else the one said longest ago."""
        said = history.said_by("assistant")
        replies = self._replies.get(name) or self._replies[GENERAL]
        last = dict.fromkeys(replies, -1)
        last.update({text: index for index, text in enumerate(said) if text in last})
        return min(replies, key=lambda reply: last[reply])

    def _matching(self, text: str, wanted: Any) -> str | None:
        lowered = text.lower()
        for name, entry in reversed(self._entries.items()):
            if wanted(entry) and any(
                re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", lowered)
                for word in entry.words
            ):
                return name
        return None

    def _is_glad(self, reading: Reading) -> bool:
        return reading.emotion in self._entries["gladness"].emotions


def _replies(value: object, where: str) -> list[str]:
    if (
        not isinstance(value, Sequence)
        or isinstance(value, str)
        or not value
        or not all(isinstance(reply, str) and reply.strip() for reply in value)
    ):
        raise ConfigError(f"{where}: expected a list of replies, got {value!r}.")
    return [str(reply) for reply in value]
