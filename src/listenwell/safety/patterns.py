"""The authored patterns, read by language and compiled when a message first needs them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import yaml

from listenwell.core.types import RiskKind, RiskLevel, Subject

# PyYAML's reader in C is ten times as fast, where it was built.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_GAP = r"[^.!?;。।\n]{0,40}?"
_GROUP = re.compile(r"\{([a-z]\w*)\}")
_NOTHING = r"(?!)"


@dataclass(frozen=True)
class Rule:
    """Wordings of one kind of danger.

    Attributes:
        needs: One of these pieces must be in a text before the patterns are tried.
        source: The patterns as one regular expression.
        soft: Whether innocent messages share these wordings.
        subject: Whom the danger concerns whatever the words around say, or None.
    """

    name: str
    kind: RiskKind
    level: RiskLevel
    needs: tuple[str, ...]
    source: str
    soft: bool = False
    subject: Subject | None = None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The compiled patterns; compiling costs more than matching ever does."""
        return re.compile(self.source)

    def find(self, text: str) -> Iterator[re.Match[str]]:
        """Yield where the wordings are in a plain text."""
        if not self.needs or any(piece in text for piece in self.needs):
            yield from self.pattern.finditer(text)


@dataclass(frozen=True)
class Language:
    """The rules of one language, and what turns a match aside."""

    code: str
    rules: tuple[Rule, ...]
    asides: Mapping[str, str]
    groups: Mapping[str, str]

    def aside(self, name: str) -> re.Pattern[str]:
        """Return the pattern for one way in which danger is denied, past, told of others, …"""
        return _compiled(expand(self.asides.get(name, _NOTHING), self.groups))


@lru_cache(maxsize=256)
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


def expand(pattern: str, groups: Mapping[str, str]) -> str:
    """Return a pattern as a regular expression: groups by name, `…` and spaces written out."""
    for _ in range(2):  # a group may name another
        pattern = _GROUP.sub(lambda match: groups[match[1]], pattern)
    return pattern.replace("…", _GAP)


@lru_cache(maxsize=1)
def _index() -> Mapping[str, tuple[str, ...]]:
    """Return, by language, pieces of which one is in every text that its rules can match."""
    content: dict[str, list[str]] = _read("index")
    return {language: tuple(map(str, pieces)) for language, pieces in content.items()}


def languages_of(text: str) -> list[Language]:
    """Return the languages whose rules may match a plain text, English first."""
    return [
        load(code)
        for code, pieces in _index().items()
        if not pieces or any(piece in text for piece in pieces)
    ]


@lru_cache(maxsize=32)
def load(code: str) -> Language:
    """Read one language's rules."""
    content = _read(code)
    groups: dict[str, str] = content.get("groups") or {}
    rules = tuple(_rule(rule, groups) for rule in content["rules"])
    return Language(code, rules, content.get("context") or {}, groups)


def _rule(rule: Mapping[str, object], groups: Mapping[str, str]) -> Rule:
    lines = [line.strip() for line in str(rule["patterns"]).splitlines() if line.strip()]
    needs = rule["needs"]
    return Rule(
        name=str(rule["name"]),
        kind=RiskKind(str(rule["kind"])),
        level=RiskLevel[str(rule["level"]).upper()],
        needs=tuple(str(piece) for piece in needs) if isinstance(needs, list) else (),
        source="|".join(expand(line, groups) for line in lines),
        soft=bool(rule.get("soft", False)),
        subject=Subject(str(rule["subject"])) if "subject" in rule else None,
    )


def _read(name: str) -> dict[str, object] | dict:  # type: ignore[type-arg]
    text = files("listenwell.safety").joinpath(f"rules/{name}.yaml").read_text(encoding="utf-8")
    content: dict[str, object] = yaml.load(text, LOADER)  # noqa: S506 (a safe loader)
    return content
