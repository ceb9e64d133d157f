"""The authored moves: short sentences, each with the topic, feeling, stage and strategy it is for."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from listenwell.core.errors import ConfigError
from listenwell.core.types import Stage, Strategy
from listenwell.dialogue.authored import packaged, worths
from listenwell.dialogue.words import Finder, Phrases

FILES = (
    "feeling_moves", "work", "people", "loss", "body", "self", "everyday", "gladness", "weaving",
    "suggestions", "particulars", "kin", "dailylife", "situations", "stories", "themes",
)  # fmt: skip
"""The package's own, in `moves/`. A user's file of the same name takes the place of one."""

SLOTS = frozenset({
    "person", "Person", "earlier_person", "name", "Mirror", "mirror", "earlier", "Feelings",
    "feelings", "Span",
})  # fmt: skip
NONE = Phrases()
_SLOT = re.compile(r"\{(\w*)\}")
_STRATEGIES = {strategy.name.lower(): strategy for strategy in Strategy}
_STAGES = {stage.value: stage for stage in Stage}
_EVERY_STAGE = frozenset(Stage)
_KEYS = (
    "strategy", "topic", "theme", "feeling", "stage", "when", "unless", "story", "light", "lines",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """One thing to say.

    Attributes:
        topics: What the conversation must be about; none means that it does not matter.
        themes: What the newest message must tell, likewise.
        feelings: What the person must seem to feel, likewise.
        when: Phrases of which the newest message must have one.
        unless: Phrases that it must not have.
        story: Phrases of which one of their messages, this or an earlier one, must have one.
        slots: The person's own words that the text takes up.
        light: Whether it jests or cheers, which somebody in pain is not told.
        worth: How much better than most it was judged wherever it was offered, about -0.5 to 1.
    """

    text: str
    strategy: Strategy
    topics: frozenset[str] = frozenset()
    feelings: frozenset[str] = frozenset()
    stages: frozenset[Stage] = frozenset(Stage)
    when: Phrases = NONE
    unless: Phrases = NONE
    story: Phrases = NONE
    slots: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    light: bool = False
    worth: float = 0.0

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return "?" in self.text


class Repertoire:
    """Every move, by the file it comes from; most are never made, since nothing that is said needs them."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[_Group, ...]] = {}
        self._index: _Index | None = None

    @classmethod
    def default(cls) -> "Repertoire":
        """Return the package's own."""
        repertoire = cls()
        for name in FILES:
            repertoire._files[name] = _groups(packaged(name), f"{name}.yaml")
        return repertoire

    def add(self, path: Path, content: Any) -> None:
        """Add the moves of a user's file, or put them in the place of the package's.

        Raises:
            ConfigError: The file does not hold groups of moves.
        """
        groups = _groups(content, str(path))
        for group in groups:
            group.moves()  # what is wrong is told now, not in the middle of a conversation
        self._files[path.stem] = groups
        self._index = None

    def __iter__(self) -> Iterator[Move]:
        for groups in self._files.values():
            for group in groups:
                yield from group.moves()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def met_in(self, plain: str, story: str, themes: Collection[str] = ()) -> Iterator[Move]:
        """Yield the moves that need no cue nor theme, and those whose cue was said or theme told.

        Args:
            plain: The newest message, padded (see `words`).
            story: All messages, padded: what suggestions go by.
            themes: What the newest message tells.
        """
        if self._index is None:
            self._index = _Index(tuple(chain.from_iterable(self._files.values())))
        for group in self._index.met_in(plain, story):
            if group.themes.isdisjoint(themes) and group.themes:
                continue
            yield from group.moves()


class _Group:
    """An entry of a file, whose moves are made when they are first met."""

    def __init__(self, content: Any, where: str) -> None:
        self.content, self.where = content, where
        self._moves: tuple[Move, ...] | None = None

    def moves(self) -> tuple[Move, ...]:
        """Return its moves.

        Raises:
            ConfigError: It is no group of moves.
        """
        if self._moves is None:
            self._moves = tuple(_made(self.content, self.where))
        return self._moves

    @property
    def when(self) -> Phrases:
        """The cues of all its moves; they are checked where the moves are made."""
        return _phrases(self.content, "when", self.where)

    @cached_property
    def themes(self) -> frozenset[str]:
        """What the newest message must tell, likewise."""
        return frozenset(_list(self.content, "theme", self.where))

    @property
    def goes_by_story(self) -> bool:
        """Whether any message may hold a cue, not only the newest."""
        return bool(self.content.get("strategy") == "suggestions")


class _Index:
    """Groups by their cues: a message meets a few hundred of ten thousand."""

    def __init__(self, groups: Sequence[_Group]) -> None:
        self._groups = groups
        cues = [(at, group.when) for at, group in enumerate(groups)]
        self._without = [at for at, phrases in cues if not phrases]
        self._now = _Cues(one for one in cues if one[1] and not groups[one[0]].goes_by_story)
        self._ever = _Cues(one for one in cues if one[1] and groups[one[0]].goes_by_story)

    def met_in(self, plain: str, story: str) -> Iterator[_Group]:
        """Yield the groups without cues and those of which one was said, in their order."""
        for at in sorted({*self._without, *self._now.said(plain), *self._ever.said(story)}):
            yield self._groups[at]


class _Cues:
    """Groups by their cues; lists that have a name are shared by many, and looked for once."""

    def __init__(self, cues: Iterable[tuple[int, Phrases]]) -> None:
        places: dict[int, tuple[Phrases, list[int]]] = {}
        for at, phrases in cues:
            places.setdefault(id(phrases), (phrases, []))[1].append(at)
        self._places = tuple(tuple(ats) for _, ats in places.values())
        self._finder = Finder(phrases for phrases, _ in places.values())

    def said(self, plain: str) -> set[int]:
        """Return the places of the groups of which a padded text has a cue."""
        return {at for one in self._finder.found_in(plain) for at in self._places[one]}


def _groups(content: Any, where: str) -> tuple[_Group, ...]:
    if not isinstance(content, list):
        raise ConfigError(f"{where}: expected a list of groups, each with `strategy` and `lines`.")
    return tuple(_Group(group, f"{where}: group {at}") for at, group in enumerate(content, 1))


def _made(group: Any, where: str) -> Iterator[Move]:
    if not isinstance(group, Mapping):
        raise ConfigError(f"{where}: expected `strategy` and `lines`, got {group!r}.")
    unknown = [key for key in group if key not in _KEYS]
    if unknown:
        raise ConfigError(f"{where}: unknown key {unknown[0]!r}. Known: {', '.join(_KEYS)}.")
    strategy = _known(group.get("strategy"), _STRATEGIES, f"{where}: `strategy`")
    told = [_known(s, _STAGES, f"{where}: `stage`") for s in _list(group, "stage", where)]
    stages = frozenset(told) or _EVERY_STAGE
    topics = frozenset(_list(group, "topic", where))
    themes = frozenset(_list(group, "theme", where))
    feelings = frozenset(_list(group, "feeling", where))
    when, unless, story = (_phrases(group, key, where) for key in ("when", "unless", "story"))
    lines = _list(group, "lines", where)
    light = group.get("light", False)
    if not isinstance(light, bool):
        raise ConfigError(f"{where}: `light` must be true or false, not {light!r}.")
    if not lines:
        raise ConfigError(f"{where}: `lines` is empty: give at least one sentence.")
    worth = worths()
    for line in lines:
        slots = frozenset(_SLOT.findall(line) if "{" in line else ())
        if slots - SLOTS:
            raise ConfigError(
                f"{where}: unknown slot {{{sorted(slots - SLOTS)[0]}}} in {line!r}. "
                f"Known: {', '.join(sorted(SLOTS))}."
            )
        known = worth.get(line, 0.0)
        yield Move(
            line, strategy, topics, feelings, stages, when, unless, story, slots, themes, light,
            known,
        )  # fmt: skip


def _phrases(group: Mapping[str, Any], key: str, where: str) -> Phrases:
    """Return a group's phrases; "=name" stands for a list of `moves/cues.yaml`."""
    value = group.get(key)
    if not value:
        return NONE
    if isinstance(value, Phrases):
        return value
    if isinstance(value, str) and value.startswith("="):
        if value[1:] not in _cues():
            raise ConfigError(f"{where}: `{key}`: there are no cues named {value[1:]!r}.")
        return _cues()[value[1:]]
    return Phrases(_list(group, key, where))


@lru_cache(maxsize=1)
def _cues() -> dict[str, Phrases]:
    return {name: Phrases(phrases) for name, phrases in packaged("cues").items()}


def _known(value: Any, known: Mapping[str, Any], where: str) -> Any:
    if not isinstance(value, str) or value not in known:
        raise ConfigError(f"{where}: {value!r} is none of {', '.join(known)}.")
    return known[value]


def _list(group: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = group.get(key)
    if not value:
        return ()
    value = [value] if isinstance(value, str) else value
    # Asked of a hundred thousand phrases at the start, so it is done in C.
    texts = isinstance(value, (list, Phrases)) and set(map(type, value)) == {str}
    if not texts or not all(map(str.strip, value)):
        raise ConfigError(f"{where}: `{key}` must be text or a list of texts, not {value!r}.")
    return tuple(value)
