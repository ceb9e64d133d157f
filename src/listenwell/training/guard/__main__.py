"""`python -m listenwell.training.guard`: fit the guard's second look (see `safety/guard_learned.py`)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from listenwell.core.yaml_text import parse
from listenwell.corpora import own
from listenwell.corpora.conversation import Split
from listenwell.corpora.text import assign_split
from listenwell.dialogue.templates import Templates
from listenwell.safety.guard_learned import HEAD, SHORT, ending
from listenwell.safety.learned import pieces_of, screen_network
from listenwell.safety.normalise import plain
from listenwell.training.screen.head import spelled_in

OK = "ok"
"""The label of what may be said."""
REFUSED = {"near": 0.10, "good": 0.015}
"""How many sentences left out may be refused at most: those written to look like forbidden ones, and
those of good replies."""
COUNTS = {"near": 1.0, "good": 0.4}
"""How much a sentence that may be said counts; one that may not counts 1."""
SCALE = 10.0
"""How strongly pieces of words count beside their penalty in the fit."""
GOOD = 16_000
"""How many sentences of good replies are read."""
PENALTY = 0.03
"""The inverse of the regularisation's strength."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, the label of what is wrong with it or `OK`, and where it comes from."""

    text: str
    label: str
    source: str
    split: Split


def collect(seed: int = 0) -> list[Example]:
    """Return sentences that a listener must not say, ones near them, and ones of good replies."""
    draw = random.Random(seed)  # noqa: S311 (not for secrets)
    lines = parse(
        files("listenwell.training.guard").joinpath("lines.yaml").read_text(encoding="utf-8")
    )
    found = [
        Example(text, label, "near", assign_split(text)) for label in lines for text in lines[label]
    ]
    good = [e for e in _good() if len(e.text.split()) > SHORT]
    return found + draw.sample(good, min(GOOD, len(good)))


def _good() -> Iterator[Example]:
    """Yield the replies of our corpus and the sentences that authored replies are made of."""
    for row in own.read_rows():
        for turn in row.turns:
            if turn.role == "assistant":
                yield Example(ending(turn.content), OK, "good", row.split)
    for move in Templates.default().moves:
        yield Example(move.text, OK, "good", assign_split(move.text))


def features(examples: list[Example]) -> tuple[NDArray[np.float32], sparse.csr_matrix]:
    """Return the network's reading of each sentence, (examples, hidden), and its pieces of words."""
    network, _ = screen_network()
    parts = [plain(example.text) for example in examples]
    read = network.pool([pieces_of(network.tokenizer, part) for part in parts])
    return np.asarray(read, np.float32), spelled_in(parts)


def fit(
    examples: list[Example], read: NDArray[np.float32], spelled: sparse.csr_matrix
) -> dict[str, Any]:
    """Return the head's numbers, and what it finds and refuses of what was left out of the fit."""
    train = np.array([e.split == "train" for e in examples])
    bad = np.array([e.label != OK for e in examples])
    near = np.array([e.source == "near" for e in examples])
    spread = read[train].std(0) + 1e-6
    whole = sparse.hstack([sparse.csr_matrix(read / spread), spelled * SCALE]).tocsr()
    counts = np.where(bad, 1.0, np.where(near, COUNTS["near"], COUNTS["good"]))
    model = LogisticRegression(C=PENALTY, max_iter=1000)
    model.fit(whole[train], bad[train], counts[train])
    shares = model.predict_proba(whole)[:, 1]
    left = ~train
    bar = max(
        float(np.quantile(shares[left & ~bad & part], 1 - REFUSED[name]))
        for name, part in (("near", near), ("good", ~near))
    )
    names = sorted({e.label for e in examples} - {OK})
    rows = train & bad
    told = LogisticRegression(C=0.01, max_iter=1000).fit(
        read[rows] / spread,
        [names.index(e.label) for e in examples if e.split == "train" and e.label != OK],
    )
    weights = model.coef_[0, read.shape[1] :] * SCALE
    scale = float(np.abs(weights).max() / 127 + 1e-12)
    return {
        "names": np.array(names),
        "read": np.vstack([model.coef_[0, : read.shape[1]], told.coef_]) / spread,
        "spelled": np.round(weights / scale).astype(np.int8)[None],
        "scale": np.float32(scale),
        "bias": np.concatenate([model.intercept_, told.intercept_]).astype(np.float32),
        "bar": np.float32(bar),
        "shares": shares,
    }


def main(
    out: Annotated[Path, typer.Option(help="The file to write.")] = HEAD,
) -> None:
    """Fit the head, choose its bar on sentences left out, and write it; a minute or two."""
    examples = collect()
    found = fit(examples, *features(examples))
    shares, bar = found.pop("shares"), found["bar"]
    for label in sorted({e.label for e in examples}):
        for source in ("near", "good"):
            rows = [n for n, e in enumerate(examples)
                    if (e.label, e.source) == (label, source) and e.split != "train"]  # fmt: skip
            if rows:
                refused = float(np.mean(shares[rows] >= bar))
                typer.echo(f"{label} ({source}): {refused:.3f} of {len(rows)} left out are refused")
    found["read"] = found["read"].astype(np.float32)
    np.savez_compressed(out, **found, network=screen_network()[1])
    typer.echo(f"{out}: {out.stat().st_size / 1024:.0f} KiB, from {bar:.3f}")


if __name__ == "__main__":
    typer.run(main)
