from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listenwell.corpora.text import assign_split, find_flaw, letters_and_digits, tidy


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("  one\n\ttwo\u00a0 three ", "one two three", id="whitespace"),
        pytest.param("red \x1b[31malert\x07", "red [31malert", id="terminal escapes"),
        pytest.param("safe\u202etxt\u200b", "safetxt", id="direction override"),
        pytest.param("\U0001f469\u200d\U0001f52c ok", "\U0001f469\u200d\U0001f52c ok", id="emoji"),
    ],
)
def test_tidy_text_is_one_line_that_no_terminal_acts_on(raw, expected):
    assert tidy(raw) == expected


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("hello", None),
        ("  \n", "is empty"),
        ("a\x00b", "holds a NUL byte"),
        ("a\ud800", "holds half of a surrogate pair"),
    ],
)
def test_unusable_text_is_told_with_its_reason(text, flaw):
    assert find_flaw(text) == flaw


def test_the_key_ignores_case_spacing_punctuation_and_width():
    assert letters_and_digits("Why, me?  １２") == letters_and_digits("WHY me 12") == "whyme12"


def test_texts_without_letters_keep_different_keys():
    assert letters_and_digits("\U0001f600") != letters_and_digits("\U0001f622")


@given(st.text())
def test_a_split_does_not_depend_on_how_a_text_is_typed(text):
    assert assign_split(f"  I {text} !") == assign_split(f"i {text}")


def test_the_split_of_a_text_never_changes_between_versions():
    """A changed division would let training see what an older report was measured on."""
    found = [assign_split(f"question {number}") for number in (0, 3, 24, 63, 124)]

    assert found == ["train", "valid", "test", "valid", "test"]


def test_about_a_tenth_is_kept_from_training():
    counts = Counter(assign_split(f"question {number}") for number in range(2000))

    assert 0.87 < counts["train"] / 2000 < 0.93
    assert min(counts["valid"], counts["test"]) > 60
