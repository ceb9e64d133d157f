"""A pattern that is compiled late finds what one finds that was compiled at once."""

import re

import pytest

from listenwell.core.later import Later

SOURCE, TEXT = r"(?P<word>\bb\w+)", "a Bee, a bird and a cat"


@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
def test_it_finds_what_re_finds(flags: int):
    late, early = Later(SOURCE, flags), re.compile(SOURCE, flags)
    assert late.findall(TEXT) == early.findall(TEXT)
    assert [m.span() for m in late.finditer(TEXT)] == [m.span() for m in early.finditer(TEXT)]
    assert late.sub("x", TEXT) == early.sub("x", TEXT)
    assert late.split(TEXT) == early.split(TEXT)
    for text in (TEXT, "bird", "bird x", "cat"):
        for how in ("search", "match", "fullmatch"):
            found, expected = getattr(late, how)(text), getattr(early, how)(text)
            assert (found and found.span()) == (expected and expected.span())


def test_a_bad_pattern_is_told_when_it_is_first_used():
    with pytest.raises(re.error):
        Later("(").search("a")
