"""Authored replies by name: ordinary moments, feelings as a last resort, and a user's own."""

import re
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from listenwell.core.errors import ConfigError
from listenwell.core.types import History, Reading
from listenwell.dialogue.authored import packaged, read_file
from listenwell.dialogue.repertoire import Repertoire

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

    def __init__(self, moves: Repertoire | None = None) -> None:
        self.moves = Repertoire() if moves is None else moves
        self._replies: dict[str, list[str]] = {}
        self._entries: dict[str, _Entry] = {}

    @classmethod
    def default(cls) -> "Templates":
        """Return the package's own."""
        templates = cls(Repertoire.default())
        templates._fill(packaged("templates"), "", added=False)
        # Moments are told by what a whole message is, never by their names in it.
        lines = {**packaged("moments"), **packaged("answers")}
        moments = {name: {"when": [], "replies": r} for name, r in lines.items()}
        templates._fill(moments, "", added=False)
        for name in moments:
            templates._entries[name] = _Entry((), frozenset())
        return templates

    def read(self, path: Path) -> None:
        """Add a YAML file, or every YAML file of a folder.

        A file that is a list holds moves (see `repertoire`): it adds to the package's, or stands in
        for the one of the same name. A file that is a mapping holds replies by name.

        Raises:
            ConfigError: The file or folder is missing, or a file does not hold what it should.
        """
        if not path.is_dir():
            self._read_file(path)
            return
        found = sorted(file for file in path.iterdir() if file.suffix in {".yaml", ".yml"})
        if not found:
            raise ConfigError(f"{path}: has no .yaml file with replies or moves.")
        for file in found:
            self._read_file(file)

    def _read_file(self, path: Path) -> None:
        content = read_file(path)
        if isinstance(content, list):
            self.moves.add(path, content)
        elif isinstance(content, dict):
            self._fill(content, f"{path}: ", added=True)
        else:
            raise ConfigError(
                f"{path}: expected names with replies, such as `grief: [...]`, or a list of moves."
            )

    def _fill(self, content: dict[str, Any], where: str, *, added: bool) -> None:
        for name, value in content.items():
            value = value if isinstance(value, dict) else {"replies": value}
            unknown = set(value) - {"when", "emotions", "replies"}
            if unknown:
                raise ConfigError(
                    f"{where}`{name}`: unknown key {sorted(unknown)[0]!r}. Known: when, emotions, "
                    "replies."
                )
            known = self._entries.get(str(name))
            moment = known is not None and not known.words
            words = (*([] if moment else [str(name)]), *map(str, value.get("when") or []))
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
        fresh = self.unsaid(name, history)
        if fresh:
            return fresh[0]
        replies, said = self._replies.get(name) or self._replies[GENERAL], _said(history)
        return min(replies, key=lambda reply: max(i for i, t in enumerate(said) if reply in t))

    def unsaid(self, name: str, history: History) -> list[str]:
        """Return the replies of a template that were not given yet, those to begin with first."""
        said = _said(history)
        replies = self._replies.get(name) or self._replies[GENERAL]
        fresh = [reply for reply in replies if not any(reply in text for text in said)]
        at = len(said) % len(fresh) if fresh else 0
        return fresh[at:] + fresh[:at]

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


def _said(history: History) -> tuple[str, ...]:
    return history.said_by("assistant")


def _replies(value: object, where: str) -> list[str]:
    if (
        not isinstance(value, Sequence)
        or isinstance(value, str)
        or not value
        or not all(isinstance(reply, str) and reply.strip() for reply in value)
    ):
        raise ConfigError(f"{where}: expected a list of replies, got {value!r}.")
    return [str(reply) for reply in value]
