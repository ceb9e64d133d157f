"""Teaches dialogue acts: fits the head of `perception/acts.py` on the shipped encoder.

python -m listenwell.training.acts
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from listenwell.corpora.acts import Act, read_acts
from listenwell.corpora.told import read_told
from listenwell.dialogue.asked import act_of
from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import ENCODER, find_files, manifest_of
from listenwell.embedded.models import load_models
from listenwell.perception.acts import ENCODED, HEAD, NONE, spelled
from listenwell.perception.themes import scaled
from listenwell.training.themes import rounded

SEEN = 4
"""In how many messages words must occur to be learned."""
PENALTY = 1.0
"""The inverse strength of the penalty on weights; chosen on people that were left out."""
HEARD = 3.0
"""How often a message of a whole conversation counts."""
_MAY_ASK = re.compile(
    r"\?|^\W*(?:no|not|nope|nah|what|why|how|should|huh|actually|it|it's|its|i'm|im|that's|thats|i|ok|"
    r"thanks|thank|anyway|bye|night)\b",
    re.IGNORECASE,
)
"""What keeps a message that nobody labelled from being taken for one that does nothing."""


def fit(known: NDArray[np.float32], acts: Sequence[Act]) -> dict[str, Any]:
    """Return names, words, weights and biases.

    Args:
        known: The encoder's features of every message, (messages, numbers).
        acts: What each does.
    """
    features = [_spelled(act) for act in acts]
    counted = Counter(word for found in features for word in found)
    words = sorted(word for word, count in counted.items() if count >= SEEN)
    at = {word: column for column, word in enumerate(words)}
    whole = sparse.hstack([_columns(features, at), sparse.csr_matrix(known)]).tocsr()
    weights = [HEARD if act.heard else 1.0 for act in acts]
    model = LogisticRegression(C=PENALTY, max_iter=600)
    model.fit(whole, [act.name for act in acts], sample_weight=weights)
    return {
        "names": model.classes_,
        "words": words,
        "weight": model.coef_,
        "bias": model.intercept_.astype(np.float32),
    }


def _spelled(act: Act) -> frozenset[str]:
    before, newest = act.messages[-2:] if len(act.messages) > 1 else (None, act.messages[-1])
    return spelled(before.content if before else "", newest.content)


def _columns(features: Sequence[frozenset[str]], at: Mapping[str, int]) -> sparse.csr_matrix:
    """Return which words each message has, (messages, words)."""
    pairs = [(row, at[w]) for row, found in enumerate(features) for w in sorted(found) if w in at]
    rows, columns = zip(*pairs, strict=True)
    ones = np.ones(len(pairs), np.float32)
    return sparse.csr_matrix((ones, (rows, columns)), (len(features), len(at)))


def report(found: Mapping[str, Any], known: NDArray[np.float32], acts: Sequence[Act]) -> list[str]:
    """Return in a few lines how well the acts of a writer who was left out are told."""
    at = {word: column for column, word in enumerate(found["words"])}
    whole = sparse.hstack([_columns([_spelled(a) for a in acts], at), sparse.csr_matrix(known)])
    scores = whole @ found["weight"].T + found["bias"]
    shares = np.exp(scores - scores.max(1, keepdims=True))
    shares /= shares.sum(1, keepdims=True)
    heard = [act_of(dict(zip(found["names"], row, strict=True))) for row in shares]
    told = np.array([name != "" for name in heard])
    real = np.array([act.name != NONE for act in acts])
    right = np.array([name == act.name for name, act in zip(heard, acts, strict=True)])
    return [
        f"{len(found['names']) - 1} acts, {len(at)} words; of {real.sum()} messages left out that do "
        f"one it is told in {told[real].mean():.1%}, rightly in {right[real].mean():.1%}",
        f"of {(~real).sum()} that resemble them and do none one is told in {told[~real].mean():.1%}",
    ]


def that_do_nothing() -> list[Act]:
    """Return messages of conversations that nobody labelled, and that plainly only tell something."""
    return [
        Act(one.messages[-2:], NONE, "train")
        for one in read_told()
        if len(one.messages) > 1
        and one.messages[-2].role == "assistant"
        and not _MAY_ASK.search(one.messages[-1].content)
    ]


def read_all(encoder: EncoderModel, acts: Sequence[Act]) -> NDArray[np.float32]:
    """Return the encoder's features of messages, as `encoded` tells them of one."""
    parts = [
        encoder.pool([encoder.tokenizer.context(act.messages[-newest:]) for act in acts])
        for newest in (1, 2)
    ]
    found: NDArray[np.float32] = ENCODED * scaled(np.concatenate(parts, axis=1))
    return found


def main(out: Annotated[Path, typer.Option(help="The file to write.")] = HEAD) -> None:
    """Train, say how well the acts of people who were left out are told, and write the head."""
    files = find_files()
    acts = [*read_acts(), *that_do_nothing()]
    known = read_all(load_models(files).encoder, acts)
    train = np.array([act.split == "train" for act in acts])
    found = fit(known[train], [act for act in acts if act.split == "train"])
    for line in report(found, known[~train], [act for act in acts if act.split == "valid"]):
        typer.echo(line)
    digest = manifest_of(files.folder)["sha256"][ENCODER]
    words = np.frombuffer("\n".join(found["words"]).encode(), np.uint8)
    np.savez_compressed(out, **{**rounded(found), "words": words}, encoder=digest)
    typer.echo(f"{out}: {out.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    typer.run(main)
