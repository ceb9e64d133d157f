"""The model card: what the model is, what it learned from, how it does, and what it says."""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

from matplotlib.figure import Figure

from listenwell.bot import build_engine
from listenwell.corpora.catalogue import describe
from listenwell.evaluation.openings import Answered, answer_openings
from listenwell.training.embedded.examples import Example
from listenwell.training.embedded.recipe import EmbeddedRecipe
from listenwell.training.embedded.train import Validation

PLOT = "loss.png"


def write_card(
    model: Path,
    run: Path,
    recipe: EmbeddedRecipe,
    examples: Mapping[str, Sequence[Example]],
    found: Mapping[str, Validation],
) -> None:
    """Write `README.md` and the loss curve beside a finished model.

    Args:
        model: The model's folder.
        run: The run's folder, with its log.
        recipe: What was trained.
        examples: What it was trained on, by split.
        found: The model before quantisation, on the first corpora's validation split, by stage.
    """
    log = _read_log(run / "log.jsonl")
    if recipe.finish:
        first = max(row["step"] for row in log)
        log += [row | {"step": row["step"] + first} for row in _read_log(run / "finish/log.jsonl")]
    plot_loss(log, model / PLOT)
    template = files("listenwell.training.embedded").joinpath("card.md").read_text("utf-8")
    answered = answer_openings(build_engine(model=model))
    corpora = dict.fromkeys([*recipe.corpora, *(recipe.finish.corpora if recipe.finish else {})])
    text = Template(template).substitute(
        name=recipe.name,
        warm_start=recipe.warm_start,
        corpora="\n".join(f"- {describe(name)}" for name in corpora),
        steps=max(row["step"] for row in log),
        batch=recipe.batch_size,
        epochs=recipe.epochs,
        seed=recipe.seed,
        training=f"{len(examples['train']):,}",
        validation=f"{len(examples['valid']):,}",
        finish=_finishing(recipe),
        validations="\n".join(map(_validation, found.items())),
        size=f"{(model / 'model.onnx').stat().st_size / 1e6:.1f}",
        openings=_table(answered),
        plot=PLOT,
    )
    (model / "README.md").write_text(text, encoding="utf-8")


def plot_loss(log: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw the training loss and the validation perplexity by step."""
    losses = [(row["step"], row["loss"]) for row in log if "loss" in row]
    checks = [(row["step"], row["perplexity"]) for row in log if "perplexity" in row]
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    axes = figure.subplots()
    axes.plot(*zip(*losses, strict=True), color="#3d6b66", label="training loss")
    axes.set(xlabel="step", ylabel="nats per word piece", ylim=(2.5, 6))
    right = axes.twinx()
    if checks:
        right.plot(*zip(*checks, strict=True), "o-", color="#b5642f", label="validation perplexity")
    right.set_ylabel("perplexity per word piece")
    figure.legend(loc="outside upper right", ncols=2, frameon=False)
    figure.savefig(path, dpi=110)


def _read_log(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _finishing(recipe: EmbeddedRecipe) -> str:
    if recipe.finish is None:
        return "none"
    shares = ", ".join(f"{share:.0%} of {name}" for name, share in recipe.finish.corpora.items())
    return f"{shares}; {recipe.finish.epochs:g} epochs"


def _validation(item: tuple[str, Validation]) -> str:
    stage, found = item
    return f"| {stage} | {found.perplexity:.2f} | {found.emotion_accuracy:.1%} |"


def _table(answered: Sequence[Answered]) -> str:
    rows = ["| | they write | it reads | it answers |", "|---|---|---|---|"]
    for item in answered:
        reply = item.reply.replace("|", "\\|").replace("\n", " ")
        by = "" if item.generator == "embedded" else f" *({item.generator})*"
        rows.append(f"| {item.tone} | {item.opening} | {item.emotion} | {reply}{by} |")
    return "\n".join(rows)
