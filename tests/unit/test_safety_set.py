"""The safety test set is sound: every entry readable, none twice, both parts of the same spread."""

import unicodedata
from collections import Counter

import pytest

from listenwell.core.errors import ConfigError
from listenwell.core.types import RiskLevel
from listenwell.evaluation.safety_set import load_messages, load_talks

# How many English messages each class has at least, both parts together.
ENGLISH = {
    "explicit": 130, "passive": 110, "oblique": 100, "coded": 110, "negated": 60, "past": 60,
    "third_person": 80, "self_harm": 60, "abuse": 60, "harm_to_others": 40, "eating_disorder": 40,
    "psychosis": 30, "medical": 25, "overdose": 25, "idiom": 110, "work": 70, "quoted": 40,
    "games": 20, "fiction": 20, "everyday": 140, "grief": 50,
}  # fmt: skip


def fold(text: str) -> str:
    """Leave what a reader would call the same text: letters, digits, marks and symbols."""
    kept = (c for c in text.casefold() if unicodedata.category(c)[0] in "LNMS")
    return "".join(kept) or text


def english(part: str) -> Counter[str]:
    return Counter(m.wording for m in load_messages(part) if m.language == "en")


def test_no_id_comes_twice():
    entries = [e for part in ("dev", "held") for e in (*load_messages(part), *load_talks(part))]
    counts = Counter(entry.id for entry in entries)
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_text_comes_twice_in_or_across_the_parts():
    """A tuned screen would know a held message that is also in the part for tuning."""
    names: dict[str, list[str]] = {}
    for part in ("dev", "held"):
        for message in load_messages(part):
            names.setdefault(fold(message.text), []).append(message.id)
        for talk in load_talks(part):
            said = "|".join(fold(turn.text) for turn in talk.turns)
            names.setdefault(said, []).append(talk.id)
    assert [twice for twice in names.values() if len(twice) > 1] == []


def test_some_of_every_english_class_are_held_apart():
    dev, held = english("dev"), english("held")
    assert dev.keys() == held.keys() == ENGLISH.keys()
    for wording, least in ENGLISH.items():
        total = dev[wording] + held[wording]
        assert total >= least, wording
        assert held[wording] >= total / 6, wording


@pytest.mark.parametrize("part", ["dev", "held"])
def test_danger_and_lookalikes_are_both_there(part):
    messages = [m for m in load_messages(part) if m.language == "en"]
    for level in (RiskLevel.MODERATE, RiskLevel.HIGH, RiskLevel.IMMINENT):
        assert sum(m.lowest == level for m in messages) >= 20
    assert sum(m.highest <= RiskLevel.LOW for m in messages) >= 150


@pytest.mark.parametrize("part", ["dev", "held"])
def test_every_language_has_danger_and_lookalikes(part):
    for language in {m.language for m in load_messages(part)}:
        messages = [m for m in load_messages(part) if m.language == language]
        assert any(m.lowest >= RiskLevel.HIGH for m in messages), language
        assert any(m.highest <= RiskLevel.LOW for m in messages), language


def test_a_level_is_right_between_its_bounds(tmp_path):
    entry = "- {id: a, language: en, class: past, at_least: low, at_most: moderate, text: Then.}"
    (message,) = read(tmp_path, "messages-en-past.yaml", entry)
    right = [level.label for level in RiskLevel if message.allows(level)]
    assert right == ["low", "moderate"]


def test_a_conversation_keeps_its_sides(tmp_path):
    entry = (
        "- {id: t, language: en, class: answers, turns: [{user: I'm done, at_least: moderate}, "
        "{assistant: 'Do you want to die?'}, {user: 'yes', at_least: high}]}"
    )
    (talk,) = read(tmp_path, "talks-answers.yaml", entry)
    assert (talk.kind, talk.subject) == (None, None)
    assert [turn.role for turn in talk.turns] == ["user", "assistant", "user"]
    assert [turn.lowest.label for turn in talk.turns] == ["moderate", "none", "high"]


def test_a_conversation_may_tell_its_kind_and_subject(tmp_path):
    entry = (
        "- {id: t, language: en, class: adversarial, kind: suicide, subject: self, "
        "turns: [{user: I'm done, at_least: moderate}]}"
    )
    (talk,) = read(tmp_path, "talks-adversarial.yaml", entry)
    assert (talk.kind, talk.subject) == ("suicide", "self")


@pytest.mark.parametrize(
    ("name", "entry", "complaint"),
    [
        ("messages-x.yaml", "id: a", "expected a list"),
        ("messages-x.yaml", "- {id: a", "cannot be read as YAML"),
        ("messages-x.yaml", "- {id: a, language: en, class: idiom, text: Hi.}", "at_most or both"),
        (
            "messages-x.yaml",
            "- {id: a, language: en, class: idiom, at_most: lo, text: Hi.}",
            "a: `at_most`: Value error, no level named 'lo'; known: none, low,",
        ),
        (
            "messages-x.yaml",
            "- {id: a, language: en, class: past, at_least: high, at_most: low, text: Hi.}",
            "at_least is above at_most",
        ),
        (
            "messages-x.yaml",
            "- {id: a, language: en, class: explicit, at_least: high, text: Hi.}",
            "danger needs its kind and its subject",
        ),
        (
            "talks-x.yaml",
            "- {id: t, language: en, class: answers, turns: [{user: Hi, assistant: Hello}]}",
            "t: `turns.0`: Value error, a turn has either",
        ),
        (
            "talks-x.yaml",
            "- {id: t, language: en, class: answers, turns: [{assistant: Hi, at_most: low}]}",
            "levels belong to the turns of the user",
        ),
    ],
)
def test_an_error_names_file_and_entry(tmp_path, name, entry, complaint):
    with pytest.raises(ConfigError) as error:
        read(tmp_path, name, entry)
    assert name in str(error.value)
    assert complaint in str(error.value)


def read(root, name, entry):
    (root / "dev").mkdir()
    (root / "dev" / name).write_text(entry, encoding="utf-8")
    load = load_messages if name.startswith("messages") else load_talks
    return load("dev", root)
