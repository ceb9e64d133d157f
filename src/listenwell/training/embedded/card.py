"""The model card: what the models are, what they learned from, how they do, and what they say."""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from listenwell.bot import build_engine
from listenwell.corpora.catalogue import describe, find_corpus
from listenwell.embedded.files import BANK, ENCODER, MANIFEST, WRITER
from listenwell.evaluation.openings import Answered, answer_openings
from listenwell.training.embedded.loop import LOG
from listenwell.training.embedded.reading import round_folder
from listenwell.training.embedded.recipe import EmbeddedRecipe, EncoderStage
from listenwell.training.screen.texts import CHITCHAT

PLOT, EVALUATION, QUANTISATION = "loss.png", "evaluation.json", "quantisation.json"
Log = Sequence[Mapping[str, Any]]
RISK = (
    "SDCNL, Twitter suicidal intention, Depression Severity, Dreaddit, SAD",
    "EPITOME, the Reddit part (Sharma et al. 2020, https://arxiv.org/abs/2009.08441): academic use",
)
ABROAD = (
    "BRIGHTER: CC BY 4.0 (free to use with credit), its texts only, of which a teacher told. "
    "Muhammad et al. 2025, BRIGHTER: BRIdging the Gap in Human-Annotated Textual Emotion "
    "Recognition Datasets for 28 Languages, ACL, https://arxiv.org/abs/2502.11926"
)


def write_card(
    model: Path, run: Path, recipe: EmbeddedRecipe, figures: Mapping[str, Mapping[str, float]]
) -> None:
    """Write `README.md` and the curves beside finished models.

    Args:
        model: The models' folder.
        run: The run's folder, with its logs; `evaluation.json` and `quantisation.json` in it, where
            they are there, fill the tables.
        recipe: What was trained.
        figures: Validation figures before export, by network.
    """
    logs = {
        "encoder": _in_a_row(
            [
                round_folder(run / "encoder", number) / LOG
                for number in range(len(recipe.encoder.rounds()))
            ]
        ),
        "writer": _read_log(run / "writer" / LOG),
    }
    plot_curves(logs, model / PLOT)
    template = files("listenwell.training.embedded").joinpath("card.md").read_text("utf-8")
    answered = answer_openings(build_engine(model=model))
    told = _networks(model) | _data(recipe) | _training(recipe, logs, figures)
    told |= {
        "name": recipe.name,
        "figures": _figures(_read(run / EVALUATION)),
        "agreement": _agreement(_read(run / QUANTISATION)),
        "openings": _table(answered),
    }
    (model / "README.md").write_text(Template(template).substitute(told), encoding="utf-8")


def plot_curves(logs: Mapping[str, Log], path: Path) -> None:
    """Draw each network's training loss and its main validation figure by step."""
    main = {"encoder": ("dialogue_emotion", "emotion accuracy"), "writer": ("perplexity",) * 2}
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    for axes, (name, log) in zip(figure.subplots(1, 2), logs.items(), strict=True):
        key, label = main[name]
        losses = [(row["step"], row["loss"]) for row in log if "loss" in row]
        checks = [(row["step"], row[key]) for row in log if key in row]
        axes.set(title=name, xlabel="step", ylabel="training loss, nats")
        if losses:
            axes.plot(*zip(*losses, strict=True), color="#3d6b66")
        right = axes.twinx()
        right.set_ylabel(f"validation {label}", color="#b5642f")
        if checks:
            right.plot(*zip(*checks, strict=True), "o-", color="#b5642f")
    figure.savefig(path, dpi=110)


def _networks(model: Path) -> dict[str, object]:
    shapes = json.loads((model / MANIFEST).read_text("utf-8"))["shapes"]
    encoder, writer = shapes["encoder"], shapes["writer"]
    told: dict[str, object] = {
        f"{name}_{key}": shape[key]
        for name, shape in (("encoder", encoder), ("writer", writer))
        for key in ("layers", "hidden", "vocabulary")
    }
    size = encoder["hidden"]
    layer = 4 * size * size + 2 * size * encoder["inner"]
    parameters = encoder["vocabulary"] * size + encoder["layers"] * layer
    told["encoder_parameters"] = f"{parameters / 1e6:.1f}"
    size, inside = writer["hidden"], writer["kv_heads"] * writer["hidden"] // writer["heads"]
    layer = 2 * size * size + 2 * size * inside + 3 * size * writer["inner"]
    parameters = writer["vocabulary"] * size + writer["layers"] * layer
    told["writer_parameters"] = f"{parameters / 1e6:.1f}"
    for name, file in (("encoder", ENCODER), ("writer", WRITER)):
        told[f"{name}_size"] = f"{(model / file).stat().st_size / 1e6:.1f}"
    told["total"] = f"{sum(path.stat().st_size for path in model.glob('*.*')) / 1e6:.1f}"
    with np.load(model / BANK, allow_pickle=False) as arrays:
        told["bank"] = f"{len(arrays['vectors']):,}"
    return told


def _data(recipe: EmbeddedRecipe) -> dict[str, str]:
    tasks = {task for part in recipe.encoder.rounds() for task in part.tasks}
    ordinary = CHITCHAT * ("risk" in tasks)
    names = list(dict.fromkeys([*recipe.writer.corpora, *recipe.encoder.dialogues, *ordinary]))
    rows = [describe(name) for name in names]
    rows += RISK[:1] * ("danger" in tasks)
    rows += RISK[1:] * ("empathy" in tasks)
    rows += [ABROAD] * any(later.language_teacher for later in recipe.encoder.then)
    bound = [name for name in names if "non-commercial" in find_corpus(name).terms]
    free = not bound and len(rows) == len(names)
    terms = (
        "No corpus with a non-commercial term was used; the warm starts are Apache-2.0."
        if free
        else "**Models trained on non-commercial corpora may not be offered commercially.** The code "
        "around them is Apache-2.0; these weights are CC BY-NC 4.0. No text of the corpora is in them "
        "but our own, which is CC BY 4.0."
    )
    licence = "cc-by-4.0" if free else "cc-by-nc-4.0"
    return {"corpora": "\n".join(f"- {row}" for row in rows), "terms": terms, "license": licence}


def _training(
    recipe: EmbeddedRecipe, logs: Mapping[str, Log], figures: Mapping[str, Mapping[str, float]]
) -> dict[str, object]:
    encoder, writer = recipe.encoder, recipe.writer
    return {
        "encoder_start": encoder.warm_start,
        "writer_start": writer.warm_start,
        "kept": ", ".join(map(str, writer.keep_layers)),
        "encoder_steps": f"{max(row['step'] for row in logs['encoder']):,}",
        "writer_steps": f"{max(row['step'] for row in logs['writer']):,}",
        "encoder_batch": " and then ".join(
            dict.fromkeys(str(part.batch_size) for part in encoder.rounds())
        ),
        "writer_tokens": f"{writer.batch_tokens:,}",
        "rounded": f"{1 - writer.quantise_from:.0%}",
        "seed": recipe.seed,
        "encoder_teachers": ", ".join(_teachers(encoder)) or "none",
        "encoder_passes": "; then ".join(_passes(part.tasks) for part in encoder.rounds()),
        "writer_passes": _passes(writer.corpora),
        "validation": ", ".join(
            f"{name.replace('_', ' ')} {value:.3g}"
            for part in figures.values()
            for name, value in part.items()
        ),
    }


def _teachers(encoder: EncoderStage) -> list[str]:
    later = [later.language_teacher for later in encoder.then]
    return [stage.warm_start for stage in (encoder.teacher, *later) if stage]


def _passes(passes: Mapping[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count:g}" for name, count in passes.items())


def _in_a_row(paths: Sequence[Path]) -> list[dict[str, Any]]:
    """Return the rows of several rounds' logs, each round's steps counted on from the last's."""
    rows: list[dict[str, Any]] = []
    for path in paths:
        done = max((row["step"] for row in rows), default=0)
        if path.is_file():
            rows += [row | {"step": done + row["step"]} for row in _read_log(path)]
    return rows


def _read_log(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def _figures(measured: Mapping[str, Any]) -> str:
    if not measured:
        return "Not measured yet."
    rows = [f"| {name} | {value:.4g} |" for name, value in measured.items()]
    return "\n".join(["| measure | |", "|---|---|", *rows])


def _agreement(measured: Mapping[str, float]) -> str:
    if not measured:
        return ""
    rows = [f"| {name} | {value:.4g} |" for name, value in measured.items()]
    head = "Loss by quantisation, shipped files beside the fp32 networks:"
    return "\n".join([head, "", "| | |", "|---|---|", *rows])


def _table(answered: Sequence[Answered]) -> str:
    rows = ["| | they write | it reads | it answers |", "|---|---|---|---|"]
    for item in answered:
        reply = item.reply.replace("|", "\\|").replace("\n", " ")
        by = "" if item.generator == "embedded" else f" *({item.generator})*"
        rows.append(f"| {item.tone} | {item.opening} | {item.emotion} | {reply}{by} |")
    return "\n".join(rows)
