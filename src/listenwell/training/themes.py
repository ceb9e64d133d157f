"""Teaches what messages tell: fits the head of `perception/themes.py` on the shipped encoder.

python -m listenwell.training.themes
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from listenwell.corpora.told import Told, read_told
from listenwell.dialogue.planning import THEME_BAR
from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import ENCODER, find_files, manifest_of
from listenwell.embedded.models import load_models
from listenwell.perception.themes import HEAD, scaled

OFTEN = 25
"""Of how many messages a theme must have been told to be learned."""
PENALTY = 0.01
"""The inverse strength of the penalty on weights; chosen on the validation split."""


def fit(known: NDArray[np.float32], told: Sequence[Told]) -> dict[str, Any]:
    """Return names, weights and biases of themes and feelings.

    Args:
        known: The features of every message, (messages, numbers).
        told: What each tells.
    """
    counted = [theme for one in told for theme in one.themes]
    themes = sorted(theme for theme in set(counted) if counted.count(theme) >= OFTEN)
    models = [_fitted(known, [theme in one.themes for one in told]) for theme in themes]
    felt = _fitted(known, [one.feeling for one in told])
    # Of two classes sklearn keeps the weights of the second only.
    two = len(felt.classes_) == 2
    weight = np.vstack(
        [*(m.coef_ for m in models), -felt.coef_ if two else felt.coef_[:0], felt.coef_]
    )
    rest = [-felt.intercept_] if two else []
    bias = np.concatenate([*(m.intercept_ for m in models), *rest, felt.intercept_])
    return {
        "names": np.array([*themes, *felt.classes_]),
        "themes": len(themes),
        "weight": weight,
        "bias": bias.astype(np.float32),
    }


def _fitted(known: NDArray[np.float32], labels: Sequence[Any]) -> LogisticRegression:
    return LogisticRegression(C=PENALTY, max_iter=500).fit(known, labels)


def rounded(found: dict[str, Any]) -> dict[str, Any]:
    """Return what `fit` found with its weights in 8 bits."""
    scale = np.abs(found["weight"]).max(axis=1) / 127 + 1e-12
    weight = np.round(found["weight"] / scale[:, None]).astype(np.int8)
    return {**found, "weight": weight, "scale": scale.astype(np.float32)}


def report(found: dict[str, Any], known: NDArray[np.float32], told: Sequence[Told]) -> list[str]:
    """Return in a few lines how well messages that were left out are told."""
    count, names = found["themes"], found["names"]
    scores = known @ found["weight"].T + found["bias"]
    felt = names[count:][scores[:, count:].argmax(1)]
    right = np.mean([feeling == one.feeling for feeling, one in zip(felt, told, strict=True)])
    shares = 1 / (1 + np.exp(-scores[:, :count]))
    first = names[shares.argmax(1)]
    sure = shares.max(1) >= THEME_BAR
    hits = np.array([theme in one.themes for theme, one in zip(first, told, strict=True)])
    return [
        f"{count} themes; of {len(told)} messages left out the feeling is right in {right:.1%}",
        f"of {sure.mean():.1%} a theme is told, which is right in {hits[sure].mean():.1%}",
    ]


def read_all(encoder: EncoderModel, told: Sequence[Told]) -> NDArray[np.float32]:
    """Return the features of messages, (messages, numbers), as `features` tells them of one."""
    parts = []
    for newest in (1, None):
        texts = [
            encoder.tokenizer.context(one.messages[-newest:] if newest else one.messages)
            for one in told
        ]
        parts.append(encoder.pool(texts))
    return scaled(np.concatenate(parts, axis=1))


def main(out: Annotated[Path, typer.Option(help="The file to write.")] = HEAD) -> None:
    """Train on the train split, say how well the validation split is told, and write the head."""
    files = find_files()
    told = list(read_told())
    known = read_all(load_models(files).encoder, told)
    train = np.array([one.split == "train" for one in told])
    found = fit(known[train], [one for one in told if one.split == "train"])
    valid = [one for one in told if one.split == "valid"]
    for line in report(found, known[~train], valid):
        typer.echo(line)
    digest = manifest_of(files.folder)["sha256"][ENCODER]
    np.savez_compressed(out, **rounded(found), encoder=digest)
    typer.echo(f"{out}: {out.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    typer.run(main)
