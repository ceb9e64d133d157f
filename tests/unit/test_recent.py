"""What is remembered of people: results, by number, and not for ever."""

from listenwell.core.recent import Recent


def test_the_result_that_was_used_longest_ago_makes_room():
    recent = Recent[str](2)
    recent.keep("a", "1")
    recent.keep("b", "2")
    assert recent.get("a") == "1"
    recent.keep("c", "3")
    assert [recent.get(key) for key in "abc"] == ["1", None, "3"]


def test_no_words_stay_in_it():
    recent = Recent[int](2)
    recent.keep("my sister Ana left", 1)
    assert "Ana" not in repr(vars(recent))
