"""How often the encoder's heads are right: feelings, strategies, levels of empathy."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

import numpy as np

from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import CorpusError
from listenwell.core.types import History, Message, Reading, Strategy
from listenwell.corpora.conversation import Conversation
from listenwell.corpora.judged import Judged
from listenwell.corpora.labelled import EMPATHY, read_empathy
from listenwell.dialogue.prompts import NO_PLAN, prompts_and_turns, render
from listenwell.embedded.encoder import EncoderModel

Show = Callable[[int, int], None]
Told = tuple[Hashable, Hashable]
"""The truth, and what was told."""


def emotion(
    encoder: EncoderModel, conversations: Sequence[Conversation], show: Show
) -> dict[str, float]:
    """Measure how often the conversation's emotion is told right, of 32.

    `accuracy` and `macro_f1` see every turn up to the person's last one; `accuracy_first_turn`
    sees only the first. `ece` is the expected calibration error of the former in ten equal bins.
    """
    labelled = [c for c in conversations if c.emotion and c.turns[0].role == "user"]
    if not labelled:
        raise CorpusError("no conversation is labelled with an emotion: nothing to measure.")
    told: list[Told] = []
    sure: list[float] = []
    first_right = 0
    for index, conversation in enumerate(labelled):
        messages = [turn.message for turn in conversation.turns]
        while messages[-1].role != "user":
            messages.pop()
        first = _feeling(encoder, messages[:1])
        whole = first if len(messages) == 1 else _feeling(encoder, messages)
        told.append((conversation.emotion, EMOTIONS[int(whole.argmax())]))
        sure.append(float(whole.max()))
        first_right += EMOTIONS[int(first.argmax())] == conversation.emotion
        show(index + 1, len(labelled))
    return {
        "accuracy": accuracy(told),
        "accuracy_first_turn": first_right / len(told),
        "macro_f1": macro_f1(told),
        "ece": calibration_error(sure, [truth == guess for truth, guess in told]),
        "conversations": len(told),
    }


def _feeling(encoder: EncoderModel, messages: Sequence[Message]) -> np.ndarray:
    prompt = render(History(tuple(messages)), Reading(), NO_PLAN)
    return encoder.feeling(prompt.messages)


def strategy(
    encoder: EncoderModel, conversations: Sequence[Conversation], show: Show
) -> dict[str, float]:
    """Measure how often the strategy of a supporter's next reply is told right, of eight."""
    told: list[Told] = []
    for index, conversation in enumerate(conversations):
        for prompt, turn in prompts_and_turns(conversation):
            if turn.strategy:
                pooled = encoder.read(prompt.messages)
                shares = encoder.tell("strategy", pooled, turns=prompt.turns)
                told.append((Strategy(turn.strategy), tuple(Strategy)[int(shares.argmax())]))
        show(index + 1, len(conversations))
    if not told:
        raise CorpusError("no reply is labelled with a strategy: nothing to measure.")
    return {"accuracy": accuracy(told), "macro_f1": macro_f1(told), "replies": len(told)}


def empathy(encoder: EncoderModel, data: Path, show: Show) -> dict[str, float]:
    """Measure how often each of EPITOME's mechanisms gets its level, of three."""
    rated = [item for item in read_empathy(data) if item.split == "valid"]
    told: dict[str, list[Told]] = {name: [] for name in EMPATHY}
    for index, item in enumerate(rated):
        post = encoder.read([Message("user", item.post)])
        response = encoder.read([Message("assistant", item.response)])
        guess = int(encoder.tell(item.mechanism, post, reply=response).argmax())
        told[item.mechanism].append((item.level, guess))
        show(index + 1, len(rated))
    if not all(told.values()):
        raise CorpusError("no rated pair of some mechanism is in the validation split.")
    figures: dict[str, float] = {}
    for name, pairs in told.items():
        figures |= {f"{name}_accuracy": accuracy(pairs), f"{name}_macro_f1": macro_f1(pairs)}
    return figures | {"pairs": len(rated) / len(EMPATHY)}


def appropriateness(
    encoder: EncoderModel, judged: Sequence[Judged], show: Show
) -> dict[str, float]:
    """Measure how well sentences are told apart that a reader judged as replies.

    `pairs_ordered` is the share of pairs with different judgements whose better sentence is marked
    higher; `good_first` and `wrong_first` are how often the one that is marked highest was judged so, and
    `good` and `wrong` how often one drawn by chance is. `some_good` is what no order can exceed.
    """
    told = [one for one in judged if len({label for _, label in one.told}) > 1]
    if not told:
        raise CorpusError(
            "no conversation has sentences of different judgements: nothing to measure."
        )
    ordered: list[float] = []
    firsts: list[int] = []
    for index, one in enumerate(told):
        labels = np.array([label for _, label in one.told])
        marks = encoder.appropriate(one.messages, [text for text, _ in one.told])
        better = labels[:, None] > labels[None, :]
        ordered.append(float((marks[:, None] > marks[None, :])[better].mean()))
        firsts.append(int(labels[marks.argmax()]))
        show(index + 1, len(told))
    shares = [np.bincount([label for _, label in one.told], minlength=3) / len(one.told)
              for one in told]  # fmt: skip
    wrong, _, good = np.mean(shares, axis=0).tolist()
    return {
        "pairs_ordered": float(np.mean(ordered)),
        "good_first": firsts.count(2) / len(told),
        "wrong_first": firsts.count(0) / len(told),
        "good": good,
        "wrong": wrong,
        "some_good": float(np.mean([share[2] > 0 for share in shares])),
        "conversations": len(told),
    }


def accuracy(told: Sequence[Told]) -> float:
    """Return the share that was told right."""
    return sum(truth == guess for truth, guess in told) / len(told)


def macro_f1(told: Sequence[Told]) -> float:
    """Return the mean F1 over the labels that occur."""
    counts: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0, 0])
    for truth, guess in told:
        counts[truth][0] += truth == guess
        counts[truth][1] += 1
        counts[guess][2] += 1
    scores = [2 * hit / (real + said) for hit, real, said in counts.values() if real]
    return sum(scores) / len(scores)


def calibration_error(sure: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return how far confidence is from being right, on average (Guo et al. 2017)."""
    confidence, hit = np.array(sure), np.array(right, float)
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[places == b].mean() - hit[places == b].mean()) * (places == b).mean()
        for b in range(bins)
        if (places == b).any()
    ]
    return float(sum(gaps))
