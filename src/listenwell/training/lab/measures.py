"""What a model is worth on rows it never learned from, and whether it learned rows by heart."""

import math
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from listenwell.core.errors import CorpusError
from listenwell.core.types import Message
from listenwell.corpora.conversation import Conversation
from listenwell.corpora.labelled import EMPATHY
from listenwell.embedded.encoder import EncoderModel, unit
from listenwell.evaluation.generation import describe, overlap
from listenwell.evaluation.safety_set import load_talks
from listenwell.evaluation.scoring import WORD
from listenwell.generation.hub_models import Loaded, fast_at_bfloat16
from listenwell.generation.transformers import Writing, asked_ids, write
from listenwell.safety.guard import RuleGuard, checked
from listenwell.training.lab.batches import Padding
from listenwell.training.lab.examples import (
    IGNORED,
    Cuts,
    Example,
    Pair,
    Shape,
    example_of,
    pairs_of,
    tokenised,
)
from listenwell.training.lab.selection import Selection

Figures = dict[str, float]
BATCH = 16


@dataclass(frozen=True, slots=True)
class Written:
    """A reply beside the one that a person gave."""

    pair: Pair
    reply: str


def some_pairs(conversations: Sequence[Conversation], most: int, seed: int) -> list[Pair]:
    """Return up to `most` prompts and replies, drawn once for every model that is compared."""
    pairs = list(pairs_of(conversations))
    if len(pairs) <= most:
        return pairs
    return random.Random(seed).sample(pairs, most)  # noqa: S311  not cryptography


def foresight(loaded: Loaded, pairs: Sequence[Pair], shape: Shape) -> Figures:
    r"""Return how well replies are foreseen; a lower figure is better.

    A word is a match of `\w+|[^\w\s]` in the reply, plus one end per reply; bytes are UTF-8, plus
    one per reply, as in `listenwell evaluate perplexity`.

    Raises:
        CorpusError: No reply fits into a sequence.
    """
    fitting = list(tokenised(pairs, loaded.tokenizer, shape, Cuts()))
    if not fitting:
        raise CorpusError(
            f"no held-out reply fits into {shape.max_length} tokens. Set a larger data.max_length, or "
            "leave out a corpus whose replies are as long as that."
        )
    nats = total_nats(loaded, [example_of(prompt, reply, shape) for _, prompt, reply in fitting])
    texts = [pair.reply for pair, _, _ in fitting]
    tokens = sum(len(reply) for _, _, reply in fitting)
    words = sum(len(WORD.findall(text)) + 1 for text in texts)
    size = sum(len(text.encode()) + 1 for text in texts)
    return {
        "perplexity_per_token": math.exp(min(nats / tokens, 700)),
        "perplexity_per_word": math.exp(min(nats / words, 700)),
        "bits_per_byte": nats / size / math.log(2),
    }


@torch.no_grad()
def total_nats(loaded: Loaded, examples: Sequence[Example]) -> float:
    """Return the summed loss over what is learned in sequences."""
    model, padding = loaded.model, Padding(loaded.tokenizer.pad_token_id)
    order = sorted(examples, key=lambda example: -len(example.ids))
    selection = None if loaded.seq2seq else Selection(model)
    total = 0.0
    with resting(loaded):
        for at in range(0, len(order), BATCH):
            given = {k: v.to(model.device) for k, v in padding(order[at : at + BATCH]).items()}
            labels = given.pop("labels")
            if selection is None:
                shifted = model.prepare_decoder_input_ids_from_labels(labels=labels)
                scores, wanted = model(**given, decoder_input_ids=shifted).logits, labels
            else:
                with selection.learned(labels) as wanted:
                    scores = model(**given).logits
            flat = scores.reshape(-1, scores.shape[-1]).float()
            nats = cross_entropy(flat, wanted.reshape(-1), ignore_index=IGNORED, reduction="sum")
            total += float(nats)
    if selection is not None:
        selection.remove()
    return total


def replies(loaded: Loaded, pairs: Sequence[Pair], longest: int, seed: int) -> list[Written]:
    """Let the model answer each prompt once, as it would in a conversation."""
    writing = Writing(longest=longest)
    asked = [asked_ids(loaded, pair.messages, longest) for pair in pairs]
    order = sorted(range(len(pairs)), key=lambda n: -len(asked[n]))
    found: dict[int, str] = {}
    with resting(loaded):
        for at in range(0, len(order), BATCH):
            some = order[at : at + BATCH]
            texts = write(loaded, [asked[n] for n in some], writing, seed + at)
            found |= dict(zip(some, texts, strict=True))
    return [Written(pair, found[n]) for n, pair in enumerate(pairs)]


def quality(written: Sequence[Written], encoder: EncoderModel) -> Figures:
    """Return what can be told of written replies beside the human ones.

    Empathy is EPITOME's: the mean level, 0 to 2, that the embedded encoder reads in each reply.
    Relevance is the cosine between a reply and its conversation. `guard_refused` is the share of
    replies that would never be shown.
    """
    texts, references = [w.reply for w in written], [w.pair.reply for w in written]
    figures = describe(texts) | {f"reference_{k}": v for k, v in describe(references).items()}
    compared = overlap(texts, references)
    guard = RuleGuard()
    return (
        figures
        | {name: compared[name] for name in ("bleu", "rouge_l")}
        | empathy(written, encoder)
        | {
            "relevance": _relevance(written, encoder),
            "guard_refused": sum(not checked(guard, t).allowed for t in texts) / len(texts),
            "empty": sum(not t for t in texts) / len(texts),
            "replies": float(len(texts)),
        }
    )


def provoked(loaded: Loaded, longest: int, seed: int) -> Figures:
    """Return how often the guard must step in when a model is led on.

    The prompts are the beginnings of the adversarial conversations of the safety set that are there
    for tuning (role play, "for a story", orders to forget rules, methods in steps, blackmail); a
    model is served behind screen and guard, and this tells how much it would lean on the latter.
    """
    pairs = [
        Pair(tuple(Message(turn.role, turn.text) for turn in talk.turns[: at + 1]), "")
        for talk in load_talks("dev")
        if talk.course == "adversarial" and talk.language == "en"
        for at, turn in enumerate(talk.turns)
        if turn.role == "user"
    ]
    guard = RuleGuard()
    texts = [w.reply for w in replies(loaded, pairs, longest, seed)]
    return {"safety_refused": sum(not checked(guard, t).allowed for t in texts) / len(texts)}


def empathy(written: Sequence[Written], encoder: EncoderModel) -> Figures:
    """Return the mean level of each of EPITOME's mechanisms, from 0 to 2."""
    levels: dict[str, list[float]] = {name: [] for name in EMPATHY}
    for item in written:
        said = encoder.read([item.pair.messages[-1]])
        reply = encoder.read([Message("assistant", item.reply)])
        for name, found in levels.items():
            shares = encoder.tell(name, said, reply=reply)
            found.append(float(shares @ np.arange(len(shares))))
    return {f"empathy_{name}": float(np.mean(found)) for name, found in levels.items()}


def memorisation(
    loaded: Loaded, train: Sequence[Pair], held_out: Sequence[Pair], shape: Shape,
    longest: int, seed: int,
) -> dict[str, float | str]:  # fmt: skip
    """Compare what was learned from with what was not; these are never results.

    A large gap means rows were learned by heart, and scores on them would be worth nothing.
    """
    found: dict[str, float | str] = {}
    for name, pairs in (("train", train), ("held_out", held_out)):
        texts = [w.reply for w in replies(loaded, pairs, longest, seed)]
        found[f"{name}_perplexity"] = foresight(loaded, pairs, shape)["perplexity_per_token"]
        found[f"{name}_rouge_l"] = overlap(texts, [p.reply for p in pairs])["rouge_l"]
    ratio = float(found["held_out_perplexity"]) / float(found["train_perplexity"])
    gap = float(found["train_rouge_l"]) - float(found["held_out_rouge_l"])
    found["perplexity_ratio"], found["rouge_l_gap"] = ratio, gap
    by_heart = ratio > 2 or gap > 0.2
    found["verdict"] = (
        "learned rows by heart: train on fewer epochs or more rows" if by_heart
        else "no sign of rows learned by heart"
    )  # fmt: skip
    return found


@contextmanager
def resting(loaded: Loaded) -> Iterator[None]:
    """Evaluation mode for a while, in bfloat16 where that pays."""
    model = loaded.model
    was_training, device = model.training, model.device
    model.eval()
    with torch.autocast(device.type, torch.bfloat16, enabled=fast_at_bfloat16(device)):
        yield
    model.train(was_training)


def _relevance(written: Sequence[Written], encoder: EncoderModel) -> float:
    found = []
    near = encoder.replies([w.reply for w in written])
    for item, reply in zip(written, near, strict=True):
        found.append(float(reply @ unit(encoder.read(item.pair.messages))))
    return float(np.mean(found))
