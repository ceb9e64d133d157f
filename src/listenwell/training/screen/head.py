"""Fits the screen's learned part: pieces of words by level and kind, then what weighs everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from listenwell.core.types import RiskLevel
from listenwell.embedded.encoder import EncoderModel, Pieces
from listenwell.safety.learned import (
    BUCKETS,
    KINDS,
    LEVELS,
    WEIGHED,
    Seen,
    facts,
    hashed,
    in_one,
    looked_at,
    pieces_of,
    readable,
    told_by_network,
)
from listenwell.safety.normalise import Plain, plain
from listenwell.safety.passages import passages
from listenwell.safety.screen import find, seen
from listenwell.training.screen.texts import Example

LOOK_ALIKES = {RiskLevel.LOW: 0.12, RiskLevel.MODERATE: 0.12, RiskLevel.HIGH: 0.075}
"""How many written look-alikes may be called each level."""
ALONE = {
    RiskLevel.LOW: 0.05,
    RiskLevel.MODERATE: 0.03,
    RiskLevel.HIGH: 0.009,
    RiskLevel.IMMINENT: 0.15,
}
IN_TALK = {
    RiskLevel.LOW: 0.05,
    RiskLevel.MODERATE: 0.02,
    RiskLevel.HIGH: 0.012,
    RiskLevel.IMMINENT: 0.25,
}
"""How many ordinary messages of corpora, by themselves and in a conversation: it has many. How many may
be called imminent is of messages that are grave, but not known to be pressing: in a conversation, whoever
is in danger has mostly been asked."""
LOWERED, LOWERED_IN_TALK = 0.017, 0.04
"""How many may be thought not to show a level that rules rightly saw, or that a conversation shows: there
what is taken back too soon is soon said again, and a mistake that lasts stands in everybody's way."""
JUDGED = ("authored", "talks", "own", "ordinary")
"""The sources that decide how everything is weighed: no message that the rules were written with."""
WRITTEN = ("authored", "talks")
"""Those of them that hold look-alikes."""
FOLDS = 5
PRESSING = 0.01
"""How weak the penalty is in the fit of `fit_pressing`."""
SCALE = 4.0
"""How strongly pieces of words count beside their penalty in the fit."""


@dataclass(frozen=True, slots=True)
class Features:
    """Examples as numbers.

    Attributes:
        pieces: Hashed pieces of words, (examples, `BUCKETS`).
        read: What the network tells of examples kept from training (see `told_by_network`), None for the
            others and where it cannot read one.
        seen: What rules saw in them, likewise.
        pressing: What `fit_pressing` returned.
    """

    pieces: sparse.csr_matrix
    read: list[list[float] | None]
    seen: list[Seen]
    pressing: NDArray[np.float32]


def read(encoder: EncoderModel, examples: Sequence[Example]) -> Features:
    """Return the features of examples."""
    parts = [looked_at(in_one(example.before, example.text)) for example in examples]
    odds: list[list[float] | None] = [None] * len(parts)
    pressing = fit_pressing(encoder, examples)
    # What the encoder and rules make of them is weighed on what is kept from training only.
    kept = [row for row, example in enumerate(examples) if example.split == "valid"]
    texts = _pieces(encoder, [examples[row] for row in kept])
    for row, text, pooled in zip(kept, texts, encoder.pool(texts), strict=True):
        if readable(encoder.tokenizer, text):
            odds[row] = told_by_network(encoder, pooled, pressing)
    ruled = [_seen_in(e) if e.split == "valid" else Seen() for e in examples]
    return Features(spelled_in(parts), odds, ruled, pressing)


def fit_pressing(encoder: EncoderModel, examples: Sequence[Example]) -> NDArray[np.float32]:
    """Return how the network's vectors tell imminent from grave, (hidden + 1,), the offset last.

    The network's own head for imminent learned it beside everything that is harmless, and hardly
    from what is grave; a regression on the vectors alone does.
    """
    train = [
        e for e in examples if e.split == "train" and e.teaches(RiskLevel.IMMINENT) is not None
    ]
    texts = zip(_pieces(encoder, train), train, strict=True)
    taught = [(text, e) for text, e in texts if readable(encoder.tokenizer, text)]
    pooled = encoder.pool([text for text, _ in taught])
    mean, spread = pooled.mean(axis=0), pooled.std(axis=0) + 1e-6
    labels = [example.teaches(RiskLevel.IMMINENT) for _, example in taught]
    model = LogisticRegression(C=PRESSING, max_iter=500).fit((pooled - mean) / spread, labels)
    weights = model.coef_[0] / spread
    return np.append(weights, model.intercept_[0] - weights @ mean).astype(np.float32)


def _pieces(encoder: EncoderModel, examples: Sequence[Example]) -> list[Pieces]:
    return [pieces_of(encoder.tokenizer, looked_at(e.text), e.before) for e in examples]


def spelled_in(parts: Sequence[Plain]) -> sparse.csr_matrix:
    """Return the hashed pieces of words of plain texts, (texts, `BUCKETS`)."""
    rows = [hashed(part.text) for part in parts]
    starts = np.cumsum([0, *(len(indices) for indices, _ in rows)])
    indices = np.concatenate([indices for indices, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return sparse.csr_matrix((values, indices, starts), shape=(len(parts), BUCKETS))


def _seen_in(example: Example) -> Seen:
    """Return what rules see in a message, or in all that the person said up to it."""
    if example.before:
        return seen(find(plain(in_one(example.before, example.text))))
    return seen([item for _, part in passages(example.text) for item in find(plain(part))])


def fit_pieces(features: Features, examples: Sequence[Example]) -> list[tuple[Any, float]]:
    """Return weights and bias of each level, then of each kind, by training examples."""
    train = [row for row, example in enumerate(examples) if example.split == "train"]
    found = []
    for level in LEVELS:
        rows = [row for row in train if examples[row].teaches(level) is not None]
        model = _fitted(features, examples, rows, [examples[r].teaches(level) for r in rows])
        found.append((model.coef_[0] * SCALE, float(model.intercept_[0])))
    rows = [r for r in train
            if examples[r].kind in KINDS and examples[r].lowest >= RiskLevel.MODERATE]  # fmt: skip
    kinds = [KINDS.index(kind) for r in rows if (kind := examples[r].kind)]
    model = _fitted(features, examples, rows, kinds)
    # Of two kinds, only the second has weights of its own.
    rows_of = model.coef_ if len(model.coef_) > 1 else np.vstack([-model.coef_, model.coef_])
    biases = np.broadcast_to(model.intercept_, len(rows_of))
    told = {kind: (rows_of[n], biases[n]) for n, kind in enumerate(model.classes_.tolist())}
    for place in range(len(KINDS)):
        weights, bias = told.get(place, (np.zeros(BUCKETS), -1e9))
        found.append((weights * SCALE, float(bias)))
    return found


def _fitted(
    features: Features, examples: Sequence[Example], rows: list[int], labels: list[Any]
) -> LogisticRegression:
    weights = [examples[row].weight for row in rows]
    model = LogisticRegression(C=1.0, max_iter=300)
    return model.fit(features.pieces[rows] * SCALE, labels, weights)


@dataclass(frozen=True, slots=True)
class Fitted:
    """How one level is told from every fact: a regression, its bar and its floor."""

    weights: NDArray[np.float64]
    offset: float
    bar: float
    floor: float
    recall: float


def weigh(
    features: Features,
    examples: Sequence[Example],
    pieces: Sequence[tuple[Any, float]],
    *,
    in_talk: bool,
) -> list[Fitted]:
    """Return how each level is told, by validation examples that nothing before was fitted on.

    Args:
        features: What is known of each example.
        examples: Messages by themselves and in conversations.
        pieces: What `fit_pieces` returned.
        in_talk: Whether messages in conversations are weighed, or those by themselves.
    """
    spelled = np.stack(
        [features.pieces @ weights + bias for weights, bias in pieces[: len(LEVELS)]], axis=1
    )
    known = np.stack([
        facts(odds, told.astype(np.float32), ruled)
        for odds, told, ruled in zip(features.read, spelled, features.seen, strict=True)
    ])  # fmt: skip
    kept = [
        row for row, example in enumerate(examples)
        if example.split == "valid" and example.source in JUDGED and bool(example.before) is in_talk
    ]  # fmt: skip
    most = IN_TALK if in_talk else ALONE
    return [_fitted_level(known, features, examples, kept, level, most[level]) for level in LEVELS]


def _fitted_level(
    known: NDArray[Any],
    features: Features,
    examples: Sequence[Example],
    kept: Sequence[int],
    level: RiskLevel,
    most: float,
) -> Fitted:
    rows = np.array([row for row in kept if examples[row].teaches(level) is not None])
    labels = np.array([examples[row].teaches(level) for row in rows])
    shares = np.zeros(len(rows))
    for fold in np.array_split(np.random.default_rng(0).permutation(len(rows)), FOLDS):
        rest = np.setdiff1d(np.arange(len(rows)), fold)
        model = LogisticRegression(max_iter=500).fit(known[rows[rest]], labels[rest])
        shares[fold] = model.predict_proba(known[rows[fold]])[:, 1]
    written = np.array([examples[row].source in WRITTEN for row in rows])
    if level is RiskLevel.IMMINENT:
        # What is imminent is grave as well, and that bar keeps harmless messages out.
        grave = np.array([examples[row].lowest is RiskLevel.HIGH for row in rows])
        bar = _bar(shares, grave, most)
    else:
        # What is graver than harmless, but not yet of this level, is no false alarm.
        harmless = np.array([examples[row].highest <= RiskLevel.LOW for row in rows])
        bar = max(_bar(shares, written & harmless, LOOK_ALIKES[level]),
                  _bar(shares, ~written & harmless, most))  # fmt: skip
    seen_or_all = np.array([
        bool(examples[row].before) or features.seen[row].sure >= level for row in rows
    ]) & labels  # fmt: skip
    floor = 0.0
    if seen_or_all.any() and level > RiskLevel.LOW:
        lowered = LOWERED_IN_TALK if examples[rows[0]].before else LOWERED
        floor = float(np.quantile(shares[seen_or_all], lowered))
    whole = LogisticRegression(max_iter=500).fit(known[rows], labels)
    recall = float(np.mean(shares[labels] >= bar)) if labels.any() else 0.0
    return Fitted(whole.coef_[0], float(whole.intercept_[0]), bar, min(floor, bar), recall)


def _bar(shares: NDArray[Any], part: NDArray[Any], most: float) -> float:
    """Return the probability that a share of some messages reaches, 0 where there are none."""
    return float(np.quantile(shares[part], 1 - most)) if part.any() else 0.0


def as_arrays(
    pieces: Sequence[tuple[Any, float]],
    pressing: NDArray[np.float32],
    alone: Sequence[Fitted],
    in_talk: Sequence[Fitted],
) -> dict[str, NDArray[Any]]:
    """Return the numbers as the head's file keeps them: pieces in 8 bits, the rest in 32."""
    whole = np.stack([weights for weights, _ in pieces])
    scale = np.abs(whole).max(axis=1) / 127 + 1e-12
    found = {
        "pieces": np.round(whole / scale[:, None]).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": np.array([bias for _, bias in pieces], np.float32),
        "pressing": pressing,
    }
    for where, levels in (("alone", alone), ("in_talk", in_talk)):
        for name, attribute in zip(WEIGHED, ("weights", "offset", "bar", "floor"), strict=True):
            numbers = [getattr(level, attribute) for level in levels]
            found[f"{where}_{name}"] = np.array(numbers, np.float32)
    return found
