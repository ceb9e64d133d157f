"""The guard on generated text in other languages than English: narrower in what it knows, broad in what it refuses."""

from collections.abc import Mapping
from functools import lru_cache
from re import Pattern

from listenwell.core.spelling import any_of, spaced
from listenwell.safety.contacts import contacts_in
from listenwell.safety.data import read_yaml
from listenwell.safety.guard import Verdict

LONGEST = 60
"""Words; a longer reply is refused."""
UNREAD = "unreadable"


def allows_in(language: str, text: str) -> Verdict:
    """Return whether a generated reply may be shown; nothing in a language without rules may.

    Names no number or address at all: the help lines of other languages are authored.
    """
    rules = _rules().get(language)
    plain = spaced(text)
    if rules is None:
        return Verdict(False, UNREAD)
    if not plain.strip() or len(plain.split()) > LONGEST:
        return Verdict(False, "length")
    if contacts_in(text) or any(c.isdigit() for c in text):
        return Verdict(False, "contact")
    broken = next((name for name, words in rules.items() if words.search(plain)), "")
    return Verdict(not broken, broken)


@lru_cache(maxsize=1)
def _rules() -> Mapping[str, Mapping[str, Pattern[str]]]:
    content: dict[str, dict[str, str]] = read_yaml("guard_tongues.yaml")
    return {
        language: {name: any_of(words) for name, words in rules.items()}
        for language, rules in content.items()
    }
