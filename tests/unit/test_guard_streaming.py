from collections.abc import Iterable, Iterator
from contextlib import suppress
from random import Random

import pytest

from listenwell.core.errors import ModelError
from listenwell.safety.guard import RuleGuard, Verdict
from listenwell.safety.streaming import judged, released, sentences

GUARD = RuleGuard()
KIND = "That sounds lonely. Dr. Ali said 3.5 hours! What was it like…\nTake your time"


def cut(text: str, random: Random) -> list[str]:
    """Cut a text anywhere, inside words too."""
    places = sorted(random.sample(range(1, len(text)), random.randint(0, min(9, len(text) - 1))))
    return [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]


def shown(pieces: Iterable[str], guard=GUARD) -> str:
    """Return what was let out before a reply ended, was refused, or its generator failed."""
    out: list[str] = []
    with suppress(ModelError):
        out.extend(released(pieces, guard))
    return "".join(out)


def test_sentences_are_the_same_however_a_text_is_cut():
    whole = list(sentences([KIND]))
    assert whole[0] == "That sounds lonely."
    assert "".join(whole) == KIND
    for seed in range(200):
        assert list(sentences(cut(KIND, Random(seed)))) == whole


def test_a_good_reply_comes_out_whole_and_as_soon_as_its_sentences_end():
    asked: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("That sounds lon", "ely. Who kn", "ows?"):
            asked.append(piece)
            yield piece

    stream = released(pieces(), GUARD)
    assert next(stream) == "That sounds lonely."
    assert len(asked) == 2
    assert list(stream) == [" Who knows?"]


def test_nothing_after_a_refusal_is_shown_or_even_asked_for():
    def pieces() -> Iterator[str]:
        yield "That sounds hard. I lo"
        yield "ve you. "
        pytest.fail("the stream was read on after a refusal")

    assert shown(pieces()) == "That sounds hard."


@pytest.mark.parametrize(
    "halves",
    [
        ["I love. ", "You."],
        ["You should just. ", "Die."],
        ["Call five five five. ", "One two three four."],
        ["It was your own.\n", "Fault."],
    ],
)
def test_what_is_forbidden_cannot_be_said_in_two_sentences(halves: list[str]):
    assert halves[1].strip() not in shown(halves)


def test_an_unfinished_sentence_is_dropped_when_its_generator_fails():
    def pieces() -> Iterator[str]:
        yield "That was a long day. And then he"
        raise ModelError("nobody home")

    assert shown(pieces()) == "That was a long day."


def test_a_guard_that_breaks_lets_nothing_out():
    class Broken:
        def allows(self, text: str) -> Verdict:
            raise RuntimeError(text)

    assert shown(["A kind word."], guard=Broken()) == ""
    assert judged("A kind word.", Broken()).rule == "guard-failure:RuntimeError"


@pytest.mark.parametrize(
    "endless", ["word " * 400, "And that was a long, long day for you all. " * 100]
)
def test_a_generator_that_does_not_stop_is_refused(endless: str):
    assert judged(endless, GUARD).rule == "too-long"


def test_the_verdict_on_a_finished_reply_is_that_of_its_stream():
    passing = released(["That sounds hard. ", "Get over it."], GUARD)
    assert next(passing) == "That sounds hard."
    with pytest.raises(StopIteration) as ended:
        next(passing)
    assert ended.value.value == judged("That sounds hard. Get over it.", GUARD)
    assert ended.value.value == Verdict(False, "blame")
