"""Works out which pieces of text each authored pattern needs, so that few are ever compiled.

`python -m listenwell.training.screen.needs` writes `safety/rules/needs.json` after a rule of the screen or
of the guard changed.
"""

import json
import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import listenwell.safety.guard as guard
import listenwell.safety.patterns as patterns

NEEDS = Path(patterns.__file__).parent / "rules" / "needs.json"
MOST = 150
"""How many pieces of one pattern are kept; with more, the pattern is always tried."""
Pieces: TypeAlias = frozenset[str] | None


def needed(source: str) -> list[str]:
    r"""Return pieces of which every match of a pattern holds at least one; empty: unknown.

    Example:
        >>> needed(r"\bkill (?:me|us)\b")
        ['kill ']
    """
    found = _of_sequence(parser.parse(source))
    return sorted(found) if found and len(found) <= MOST else []


def write() -> None:
    """Write the pieces of every language's patterns, and of the guard's, in their order."""
    content = {code: [needed(source) for source in sources] for code, sources in every_source()}
    NEEDS.write_text(json.dumps(content, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def every_source() -> Iterator[tuple[str, list[str]]]:
    """Yield each language, and the guard, with its patterns as regular expressions."""
    for code in patterns.languages():
        yield code, [source for _, source in patterns.sources(code)]
    yield guard.GUARD, guard.sources()


def _of_sequence(items: Sequence[Any]) -> Pieces:
    """Return the best of what a sequence's parts need: the longest pieces, then the fewest."""
    best: Pieces = None
    run = ""
    for op, argument in [*items, (parser.AT, None)]:
        if op is parser.LITERAL:
            run += chr(argument)
            continue
        best = _better(best, frozenset({run}) if run else None)
        run = ""
        best = _better(best, _of_item(op, argument))
    return best


def _of_item(op: Any, argument: Any) -> Pieces:
    if op is parser.SUBPATTERN:
        return _of_sequence(argument[-1])
    if op is parser.BRANCH:
        parts = [_of_sequence(branch) for branch in argument[1]]
        return None if None in parts else frozenset().union(*(part or () for part in parts))
    if op in (parser.MAX_REPEAT, parser.MIN_REPEAT) and argument[0] >= 1:
        return _of_sequence(argument[2])
    return None


def _better(one: Pieces, other: Pieces) -> Pieces:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other, key=_worth)


def _worth(pieces: frozenset[str]) -> tuple[int, int]:
    return min(min(map(len, pieces)), 4), -len(pieces)


if __name__ == "__main__":
    write()
