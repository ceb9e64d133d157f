"""How replies are drawn: from a writer whose every probability is known."""

from collections import Counter

import numpy as np
import pytest

from fakes import conversation
from listenwell.core.types import Plan, Prompt, Reading, Strategy
from listenwell.dialogue.prompts import render
from listenwell.embedded.bank import Bank
from listenwell.embedded.models import EmbeddedModels
from listenwell.embedded.writer import Context
from listenwell.generation.embedded import EmbeddedGenerator, Sampling

PLAN = Plan(Strategy.QUESTION, "general")


class KnownWriter:
    """Says after each token what it is told to; remembers how its replies were opened."""

    def __init__(self, tokenizer, after: dict[str, dict[str, float]], first: str = " a") -> None:
        self.tokenizer, self.first = tokenizer, first
        self.after = {self._id(before): some for before, some in after.items()}
        self.openings: list[tuple[int, ...]] = []
        self.contexts: list[tuple[int, ...]] = []

    def _id(self, token: str) -> int:
        if token == "<|end|>":
            return self.tokenizer.end
        (index,) = self.tokenizer.tokens(token)
        return index

    def read(self, tokens) -> Context:
        self.contexts.append(tuple(tokens))
        return Context(tuple(tokens), np.zeros(0, np.float32))

    def start(self, batch: int):
        return np.zeros((1, 2, batch, 1, 0, 1), np.float32)

    def step(self, tokens, context: Context, past):
        if past.shape[4] == 0:
            self.openings += [tuple(row) for row in tokens.tolist()]
        scores = np.full((len(tokens), self.tokenizer.size), -30.0, np.float32)
        for row, last in enumerate(tokens[:, -1].tolist()):
            some = self.after.get(last, {self.first: 1.0})
            for token, share in some.items():
                scores[row, self._id(token)] = np.log(share)
        longer = np.zeros((*past.shape[:4], past.shape[4] + tokens.shape[1], 1), np.float32)
        return scores, longer

    def score(self, context: Context, openings, replies):
        return [np.full(len(reply), -float(len(context.tokens)), np.float32) for reply in replies]


class KnownModels:
    """A known writer beside the encoder that ships, and a bank with what it is given."""

    def __init__(self, models: EmbeddedModels, after, *replies: str, first: str = " a") -> None:
        self.encoder = models.encoder
        self.writer = KnownWriter(models.writer.tokenizer, after, first)
        size = len(models.encoder.read(conversation("x").messages))
        near = np.zeros((len(replies), size), np.float32)
        self.bank = Bank(near, near, replies, frozenset({"how", "so"}))


@pytest.fixture
def prompt() -> Prompt:
    return render(conversation("I lost my keys again"), Reading(), PLAN)


def test_no_three_tokens_come_twice(models: EmbeddedModels, prompt: Prompt):
    """Left alone it would go round for ever: after the first round it must take the way out."""
    loop = {
        " a": {" so": 0.9, "<|end|>": 0.1},
        " so": {" it": 0.9, "<|end|>": 0.1},
        " it": {" a": 0.9, "<|end|>": 0.1},
    }
    known = KnownModels(models, loop)
    found = EmbeddedGenerator(known, Sampling(temperature=0.1, shortest=2)).propose(prompt, 2, 1)
    assert [candidate.text for candidate in found] == ["A so it a so."]


def test_no_reply_ends_before_its_shortest_or_goes_beyond_its_longest(
    models: EmbeddedModels, prompt: Prompt
):
    hasty = {" a": {"<|end|>": 0.99, " so": 0.01}, " so": {"<|end|>": 0.99, " it": 0.01},
             " it": {"<|end|>": 1.0}}  # fmt: skip
    known = KnownModels(models, hasty)
    for shortest, text in ((1, "A."), (2, "A so."), (3, "A so it.")):
        found = EmbeddedGenerator(known, Sampling(shortest=shortest)).propose(prompt, 1, 1)
        assert [candidate.text for candidate in found] == [text]
    # What has not ended by then is no sentence, and is not proposed.
    assert EmbeddedGenerator(known, Sampling(shortest=3, longest=3)).propose(prompt, 4, 1) == []


def test_only_the_likeliest_tokens_that_together_reach_the_nucleus_are_drawn(
    models: EmbeddedModels, prompt: Prompt
):
    first = {" so": 0.5, " it": 0.3, " no": 0.15, " my": 0.05}
    end = {token: {"<|end|>": 1.0} for token in first}
    known = KnownModels(models, {"<|end|>": {"<|end|>": 1.0}, " a": first, **end})

    def drawn(**settings: float) -> Counter[str]:
        sampling = Sampling(shortest=1, temperature=1.0, **settings)
        generator = EmbeddedGenerator(known, sampling)
        rows = np.repeat([[0, known.writer._id(" a")]], 400, axis=0)
        random = np.random.default_rng(0)
        replies = generator._sample(rows, known.writer.read([]), random)
        return Counter(known.writer.tokenizer.text(tokens) for tokens, _ in replies)

    assert set(drawn(top_p=0.5)) == {"So."}
    nucleus = drawn(top_p=0.8)
    assert set(nucleus) == {"So.", "It."}
    assert nucleus["So."] / 400 == pytest.approx(0.5 / 0.8, abs=0.08)
    assert set(drawn(top_p=1.0)) == {"So.", "It.", "No.", "My."}


def test_as_many_replies_as_wished_are_in_the_project_s_own_voice_and_told_what_is_sure(
    models: EmbeddedModels,
):
    tokenizer = models.writer.tokenizer
    known = KnownModels(models, {" a": {"<|end|>": 1.0}})
    told = Reading((("sad", 0.9), ("angry", 0.1)))
    prompt = render(conversation("I lost my keys again"), told, PLAN)
    EmbeddedGenerator(known, Sampling(shortest=1, voiced=2)).propose(prompt, 4, 1)
    listener, voice = (
        tuple(tokenizer.opening(voice=voice, emotion="sad", strategy=Strategy.QUESTION))
        for voice in (False, True)
    )
    assert known.writer.openings == [voice, voice, listener, listener]


def test_replies_are_weighed_with_and_without_the_context(models: EmbeddedModels, prompt: Prompt):
    known = KnownModels(models, {" a": {" so": 0.25, " it": 0.75}, " so": {"<|end|>": 1.0},
                                 " it": {"<|end|>": 1.0}})  # fmt: skip
    (only,) = EmbeddedGenerator(known, Sampling(top_p=0.5, shortest=1)).propose(prompt, 3, 1)
    assert only.text == "A it."
    assert only.log_probability == pytest.approx(np.log(0.75) / 3, abs=1e-3)
    nothing = known.writer.contexts[-1]
    assert nothing == (models.writer.tokenizer.user, models.writer.tokenizer.end)
    assert only.prior == -len(nothing)


def test_what_the_bank_has_is_proposed_beside_what_is_written(
    models: EmbeddedModels, prompt: Prompt
):
    known = KnownModels(models, {" a": {"<|end|>": 1.0}}, "how so?", "how is paul?")
    asked = models.encoder.read(prompt.messages)
    known.bank.messages[:] = asked / np.linalg.norm(asked)
    found = EmbeddedGenerator(known, Sampling(shortest=1)).propose(prompt, 2, 1)
    assert {c.text: c.source for c in found} == {"A.": "written", "How so?": "retrieved"}
    without = EmbeddedGenerator(known, Sampling(shortest=1, retrieved=0)).propose(prompt, 2, 1)
    assert [c.text for c in without] == ["A."]


def test_nothing_but_blanks_is_no_reply(models: EmbeddedModels, prompt: Prompt):
    blank = KnownModels(models, {"\n": {"<|end|>": 1.0}}, first="\n")
    assert EmbeddedGenerator(blank, Sampling(shortest=1)).propose(prompt, 2, 1) == []
