"""Fits the screen's learned part: one logistic regression per level, and one for the kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from listenwell.core.types import RiskLevel
from listenwell.embedded.encoder import EncoderModel
from listenwell.safety.learned import BUCKETS, KINDS, LEVELS, excerpt, hashed, pieces_of
from listenwell.safety.normalise import normalise, plain
from listenwell.safety.passages import passages
from listenwell.safety.screen import find, marks
from listenwell.training.screen.texts import Example

HARMLESS_HIGH, AUTHORED_HIGH = 0.001, 0.006
"""How many harmless messages of corpora, and authored look-alikes, the learned part may call high."""
HARMLESS_MODERATE, AUTHORED_MODERATE = 0.02, 0.10
AUTHORED_ALLOW = 0.08
"""How many authored look-alikes may let doubtful wordings count."""
FOLDS = 5
PIECES_SCALE, DENSE_SCALE = 4.0, 0.25
"""How the two groups of features are weighed against each other before the fit."""
STRENGTH = 0.3


@dataclass(frozen=True, slots=True)
class Features:
    """Examples as numbers: the encoder's vectors, standardised, beside hashed pieces of words."""

    matrix: sparse.csr_matrix
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]


def read(encoder: EncoderModel, examples: Sequence[Example]) -> Features:
    """Return the features of examples."""
    parts = [excerpt(example.text) for example in examples]
    pooled = encoder.pool([pieces_of(encoder, part) for part in parts]).astype(np.float64)
    mean, spread = pooled.mean(axis=0), pooled.std(axis=0) + 1e-6
    dense = sparse.csr_matrix((pooled - mean) / spread * DENSE_SCALE)
    rows = [
        hashed(normalise(part), _marks(e.text)) for part, e in zip(parts, examples, strict=True)
    ]
    starts = np.cumsum([0, *(len(indices) for indices, _ in rows)])
    indices = np.concatenate([indices for indices, _ in rows])
    values = np.concatenate([values for _, values in rows]) * PIECES_SCALE
    pieces = sparse.csr_matrix((values, indices, starts), shape=(len(parts), BUCKETS))
    return Features(sparse.hstack([dense, pieces]).tocsr(), mean, spread)


def _marks(text: str) -> frozenset[str]:
    return marks([item for _, part in passages(text) for item in find(plain(part))])


def fit_level(features: Features, examples: Sequence[Example], level: RiskLevel, rows: Any) -> Any:
    """Return a regression that tells whether a level or more is shown."""
    chosen = [row for row in rows if examples[row].shows(level) is not None]
    labels = [examples[row].shows(level) for row in chosen]
    weights = [examples[row].weight for row in chosen]
    model = LogisticRegression(C=STRENGTH, max_iter=300)
    return model.fit(features.matrix[chosen], labels, weights)


def out_of_fold(
    features: Features, examples: Sequence[Example], level: RiskLevel, seed: int = 0
) -> NDArray[np.float64]:
    """Return each example's probability of a level, told by a regression that never saw it."""
    order = np.random.default_rng(seed).permutation(len(examples))
    found = np.zeros(len(examples))
    for fold in np.array_split(order, FOLDS):
        held = set(fold.tolist())
        rows = [row for row in range(len(examples)) if row not in held]
        model = fit_level(features, examples, level, rows)
        found[fold] = model.predict_proba(features.matrix[fold])[:, 1]
    return found


def threshold(
    shares: NDArray[np.float64], examples: Sequence[Example], authored: float, corpora: float
) -> float:
    """Return the lowest probability at which so few harmless examples are called grave."""
    harmless = [e.highest <= RiskLevel.LOW for e in examples]
    mine = shares[[h and e.source == "authored" for h, e in zip(harmless, examples, strict=True)]]
    rest = shares[
        [h and e.source in ("own", "empathetic_dialogues")
         for h, e in zip(harmless, examples, strict=True)]
    ]  # fmt: skip
    bars = [float(np.quantile(part, 1 - rate)) for part, rate in ((mine, authored), (rest, corpora))
            if len(part)]  # fmt: skip
    return min(max(*bars, 0.05), 0.99) if len(bars) > 1 else min(max(bars[0], 0.05), 0.99)


def fit_kind(features: Features, examples: Sequence[Example]) -> Any:
    """Return a regression that tells the kind of danger."""
    rows = [i for i, e in enumerate(examples) if e.kind in KINDS and e.lowest >= RiskLevel.MODERATE]
    labels = [KINDS.index(examples[row].kind) for row in rows]
    weights = [examples[row].weight for row in rows]
    model = LogisticRegression(C=STRENGTH, max_iter=300)
    return model.fit(features.matrix[rows], labels, weights)


def as_arrays(
    features: Features, models: Sequence[Any], kinds: Any, hidden: int
) -> dict[str, NDArray[Any]]:
    """Return the weights as the head's file keeps them: pieces in 8 bits, the rest in 32."""
    weights = np.zeros((len(LEVELS) + len(KINDS), hidden + BUCKETS))
    bias = np.full(len(LEVELS) + len(KINDS), -1e9)
    for row, model in enumerate(models):
        weights[row], bias[row] = model.coef_[0], model.intercept_[0]
    for position, kind in enumerate(kinds.classes_):
        weights[len(LEVELS) + kind] = kinds.coef_[position]
        bias[len(LEVELS) + kind] = kinds.intercept_[position]
    dense = weights[:, :hidden] * DENSE_SCALE / features.spread
    pieces = weights[:, hidden:] * PIECES_SCALE
    scale = np.abs(pieces).max(axis=1) / 127 + 1e-12
    return {
        "dense": dense.astype(np.float32),
        "bias": (bias - dense @ features.mean).astype(np.float32),
        "pieces": np.round(pieces / scale[:, None]).astype(np.int8),
        "scale": scale.astype(np.float32),
    }
