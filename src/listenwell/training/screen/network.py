"""Train the screen's own network: a copy of the encoder that learns nothing but danger.

Run as `python -m listenwell.training.screen.network`.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import numpy as np
import torch
import typer
from torch import Tensor
from torch.nn import functional as F

from listenwell.core.errors import ConfigError, ListenwellError, ModelError
from listenwell.core.types import RiskLevel, Subject
from listenwell.embedded.encoder import padded
from listenwell.embedded.files import ENCODER, ENCODER_TOKENIZER, HEADS, find_files
from listenwell.embedded.tokens import EncoderTokenizer
from listenwell.evaluation.safety_set import SAFETY_SET
from listenwell.safety.learned import (
    KINDS,
    NETWORK,
    READ,
    looked_at,
    network_files,
    pieces_of,
    readable,
)
from listenwell.training.embedded.encoder import Encoder, EncoderShape
from listenwell.training.embedded.encoder_graph import build_encoder
from listenwell.training.embedded.graph import write
from listenwell.training.embedded.loop import Interrupted, Progress, autocast, find_device, run
from listenwell.training.embedded.publish import write_heads
from listenwell.training.embedded.recipe import Stage
from listenwell.training.embedded.unpacking import Network, Weights, read_encoder, read_packaged
from listenwell.training.screen.texts import Example, collect, files_of_lines

PASSES = 3
STAGE = Stage(warm_start="the packaged encoder", learning_rate=1.5e-4, average_decay=0.995)
PIECES = 2048
"""Word pieces of one step, padding counted."""
WINDOW = 4096
"""Among how many texts those of like length are put together."""
HIDDEN = 0.2
"""The share of word pieces that it may not see, so that it learns no text by heart."""
SMOOTHED = 0.04
"""How much of each label is left to the other answers, to the same end (Szegedy et al. 2016,
arXiv:1512.00567)."""
COUNTS = {
    "set": 1.0,
    "authored": 1.0,
    "talks": 1.0,
    "own": 1.0,
    "torn": 1.0,
    "ordinary": 0.5,
    "posts": 0.2,
}
"""How much a text counts, by its source."""
KIND_COUNTS, SUBJECT_COUNTS = 0.3, 0.2
"""How much it counts to tell the kind of a danger and whom it concerns, beside its level."""
LABELS = {**dict.fromkeys(READ, 2), "risk_kind": len(KINDS), "risk_subject": 2}
"""How many labels each of the network's heads tells apart."""
UNKNOWN = -1
REST = "rest"
"""What every file and source is called that is not named."""


@dataclass(frozen=True, slots=True)
class Item:
    """A text as the network reads it, and what is known of it.

    Attributes:
        pieces: Its word pieces, with those of what was said before it.
        segments: For each, 0 where it is the person's, 1 where it is ours.
        levels: For each level of `READ`, 1 where it is shown, 0 where it is not, else `UNKNOWN`.
        kind: Which of `KINDS`, or `UNKNOWN`.
        other: Whether somebody else is concerned: 1, 0, or `UNKNOWN`.
        counts: How much it counts.
        times: How often it is read in a pass.
    """

    pieces: tuple[int, ...]
    segments: tuple[int, ...]
    levels: tuple[int, ...]
    kind: int
    other: int
    counts: float
    times: float = 1.0


def make_items(
    examples: Sequence[Example],
    tokenizer: EncoderTokenizer,
    often: Mapping[str, float] = MappingProxyType({}),
) -> Iterator[Item]:
    """Yield what can be learned from examples, as far as their pieces can be read at all."""
    for example in examples:
        text = pieces_of(tokenizer, looked_at(example.text), example.before)
        if not readable(tokenizer, text):
            continue
        shown = [example.shows(level) for level in READ.values()]
        levels = tuple(UNKNOWN if known is None else int(known) for known in shown)
        grave = example.lowest >= RiskLevel.MODERATE
        kind = KINDS.index(example.kind) if grave and example.kind in KINDS else UNKNOWN
        other = UNKNOWN if example.subject is None else int(example.subject is Subject.OTHER)
        counts = COUNTS[example.source]
        yield Item(
            tuple(text[0]), tuple(text[1]), levels, kind, other, counts, times(example, often)
        )


def times(example: Example, often: Mapping[str, float]) -> float:
    """Return how often an example is read in a pass: its file counts, else its source, else "rest".

    Args:
        example: What is read.
        often: How often each is read, by name; what is not named, once.
    """
    named = (often[name] for name in (example.file, example.source, REST) if name in often)
    return next(named, 1.0)


def make_batches(items: Sequence[Item], passes: int, seed: int) -> list[list[int]]:
    """Return the rows of each step: items as often a pass as they say, those of like length together."""
    draw = random.Random(seed)  # noqa: S311 (not for secrets)
    found: list[list[int]] = []
    for _ in range(passes):
        # Of what is read half as often, another half each time.
        rows = [row for row, item in enumerate(items) for _ in range(_whole(item.times, draw))]
        order = draw.sample(rows, len(rows))
        once: list[list[int]] = []
        for start in range(0, len(order), WINDOW):
            once += _filled(items, order[start : start + WINDOW])
        draw.shuffle(once)
        found += once
    return found


def _whole(times: float, draw: random.Random) -> int:
    """Return a whole number that is so much on average."""
    return int(times) + (draw.random() < times % 1)


def _filled(items: Sequence[Item], rows: Sequence[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    for row in sorted(rows, key=lambda row: len(items[row].pieces)):
        # The newest is the longest: all before are padded to it.
        if batch and len(items[row].pieces) * (len(batch) + 1) > PIECES:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def new_network(encoder: Network[EncoderShape], heads: Weights) -> Encoder:
    """Return an encoder with the screen's heads, which begin as its own where it has them."""
    network = Encoder(encoder.shape, LABELS)
    state = dict(encoder.weights)
    for head in LABELS:
        own = head if f"{head}.weight" in heads else "risk_moderate"
        state |= {f"heads.{head}.{part}": heads[f"{own}.{part}"].clone()
                  for part in ("weight", "bias")}  # fmt: skip
    network.load_state_dict(state)
    return network


def item_loss(network: Encoder, batch: Sequence[Item], tokenizer: EncoderTokenizer) -> Tensor:
    """Return the mean loss of levels, kind and subject, in nats, as far as they are known."""
    device = network.norm.weight.device
    with autocast(device):
        pooled = network(*_tensors(batch, tokenizer, HIDDEN if network.training else 0.0, device))
    counts = torch.tensor([item.counts for item in batch], device=device)
    total: Tensor = pooled.sum() * 0.0
    for place, head in enumerate(READ):
        labels = torch.tensor([item.levels[place] for item in batch], device=device)
        losses = _losses(network.tell(head, pooled), labels)
        total = total + (losses * counts).sum() / counts.sum()
    for head, part, weight in (("risk_kind", "kind", KIND_COUNTS),
                               ("risk_subject", "other", SUBJECT_COUNTS)):  # fmt: skip
        labels = torch.tensor([getattr(item, part) for item in batch], device=device)
        if (labels != UNKNOWN).any():
            losses = _losses(network.tell(head, pooled), labels)
            total = total + weight * losses.sum() / (labels != UNKNOWN).sum()
    return total


def _losses(scores: Tensor, labels: Tensor) -> Tensor:
    """Return the loss of each text, (batch,); 0 where its label is not known."""
    return F.cross_entropy(
        scores, labels, ignore_index=UNKNOWN, reduction="none", label_smoothing=SMOOTHED
    )


def _tensors(
    batch: Sequence[Item], tokenizer: EncoderTokenizer, hidden: float, device: torch.device
) -> tuple[Tensor, Tensor, Tensor]:
    texts = [(item.pieces, item.segments) for item in batch]
    ids, segments, present = (torch.from_numpy(p).to(device) for p in padded(texts, tokenizer.pad))
    if hidden:
        unseen = (torch.rand(ids.shape, device=device) < hidden) & (ids > tokenizer.end)
        ids = ids.masked_fill(unseen, tokenizer.unknown)
    return ids, segments, present


@torch.no_grad()
def measure(
    network: Encoder, items: Sequence[Item], tokenizer: EncoderTokenizer
) -> dict[str, float]:
    """Return the area under the curve of each level that items show and do not show."""
    from sklearn.metrics import roc_auc_score  # noqa: PLC0415  only where it is wanted

    device = network.norm.weight.device
    scores = np.zeros((len(items), len(READ)))
    for rows in _filled(items, range(len(items))):
        pooled = network(*_tensors([items[row] for row in rows], tokenizer, 0.0, device))
        for place, head in enumerate(READ):
            told = network.tell(head, pooled)
            scores[rows, place] = (told[:, 1] - told[:, 0]).cpu().numpy()
    found = {}
    for place, head in enumerate(READ):
        labels = np.array([item.levels[place] for item in items])
        known = labels != UNKNOWN
        if len(set(labels[known])) > 1:
            found[f"auc_{head}"] = round(
                float(roc_auc_score(labels[known], scores[known, place])), 4
            )
    return found


def publish(network: Encoder, tokenizer: str, folder: Path) -> None:
    """Write what the screen reads: the graph in whole numbers, tokenizer and heads.

    Raises:
        ModelError: The disk cannot take it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        network = network.cpu().eval()
        weights = {name: value.detach() for name, value in network.state_dict().items()}
        write(build_encoder(weights, network.shape, whole=True), folder / ENCODER)
        (folder / ENCODER_TOKENIZER).write_text(tokenizer, encoding="utf-8")
        write_heads(folder / HEADS, network, {})
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror or error}).") from error


def train(
    network: Encoder,
    tokenizer: EncoderTokenizer,
    learned: Sequence[Item],
    measured: Sequence[Item],
    folder: Path,
    *,
    stage: Stage = STAGE,
    passes: int = PASSES,
    seed: int = 0,
    resume: bool = False,
) -> None:
    """Train a network in place; checkpoints and `log.jsonl` go to a folder.

    Args:
        network: Where it begins.
        tokenizer: Its word pieces.
        learned: What it learns from.
        measured: What its figures are of.
        folder: Where checkpoints and the log go.
        stage: How it learns.
        passes: How often everything is read.
        seed: Decides the order.
        resume: Whether to go on from the folder's checkpoint.

    Raises:
        Interrupted: Ctrl-C; resume to go on.
        ModelError: The run cannot go on, or there is nothing to learn from.
    """
    batches = make_batches(learned, passes, seed)[: stage.max_steps]
    if not batches:
        raise ModelError("there is no text to learn danger from.")

    def loss_at(step: int) -> tuple[Tensor, dict[str, float], int]:
        batch = [learned[row] for row in batches[step]]
        return item_loss(network, batch, tokenizer), {}, sum(len(i.pieces) for i in batch)

    def evaluate() -> dict[str, float]:
        return measure(network, measured, tokenizer)

    run("screen", network, loss_at, len(batches), stage, folder, seed=seed, evaluate=evaluate,
        resume=resume, show=_show)  # fmt: skip


def keep_of(network: Encoder, start: Weights, share: float) -> None:
    """Mix a trained network, in place, with what it began as: of both, more holds for others' words.

    Interpolated weights: Wortsman et al. 2022, "Robust fine-tuning of zero-shot models",
    arXiv:2109.01903.

    Args:
        network: What was trained.
        start: Its state before.
        share: How much of that is kept, from 0 to 1.
    """
    state = network.state_dict()
    network.load_state_dict({name: value.lerp(start[name], share) for name, value in state.items()})


def read(
    examples: Sequence[Example], tokenizer: EncoderTokenizer, often: Mapping[str, float]
) -> tuple[list[Item], list[Item]]:
    """Return what is learned, and what is measured on: authors who are kept from training whole."""
    learned = [example for example in examples if example.split == "train"]
    kept = [example for example in examples if example.kept]
    return list(make_items(learned, tokenizer, often)), list(make_items(kept, tokenizer))


def _show(now: Progress) -> None:
    if now.step % 50 == 0 or now.step == now.steps:
        typer.echo(
            f"step {now.step} of {now.steps}: loss {now.loss:.3f}, "
            f"{now.tokens_per_second:.0f} pieces a second, about {now.seconds_left / 60:.0f} min left"
        )


def read_often(texts: Sequence[str]) -> dict[str, float]:
    """Return how often each file or source is read, from NAME=TIMES.

    Raises:
        ConfigError: One is not of this form, or names what there is not.
    """
    known = {*COUNTS, REST, *files_of_lines()}
    found: dict[str, float] = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            found[name] = float(number)
        except ValueError:
            found[name] = -1.0
        if name not in known or not 0 <= found[name] < math.inf:
            raise ConfigError(
                f"--often {text}: NAME=TIMES is needed, TIMES a number from 0 and NAME one of "
                f"{', '.join(sorted(known))}."
            )
    return found


def _begin(network: Path | None, model: Path | None) -> tuple[Network[EncoderShape], Weights]:
    """Return the encoder that training begins as: one of the screen, or the embedded model's."""
    if network is not None:
        return read_encoder(network_files(network), LABELS)
    packaged = read_packaged(find_files(model).folder)
    return packaged.encoder, packaged.heads


def main(
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
    ] = None,
    work: Annotated[Path, typer.Option(help="Folder for checkpoints and the log.")] = Path(
        "runs/screen"
    ),
    model: Annotated[
        Path | None, typer.Option(help="The embedded model whose encoder it begins as.")
    ] = None,
    begin: Annotated[
        Path | None,
        typer.Option("--from", help="A network of the screen to go on from, in place of --model."),
    ] = None,
    dev: Annotated[Path, typer.Option(help="Folder that holds the set's dev part.")] = SAFETY_SET,
    out: Annotated[Path, typer.Option(help="The folder to write.")] = NETWORK,
    passes: Annotated[int, typer.Option(min=1, help="How often every text is read.")] = PASSES,
    often: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME=TIMES: how often a file of lines or conversations (strangers), a source "
            f"(set, authored, talks, own, torn, ordinary, posts) or the {REST} is read in a pass."
        ),
    ] = None,
    rate: Annotated[float, typer.Option(min=0, help="Learning rate.")] = STAGE.learning_rate,
    keep: Annotated[
        float,
        typer.Option(min=0, max=1, help="How much of the weights it began with is mixed in again."),
    ] = 0.0,
    resume: Annotated[bool, typer.Option(help="Go on from the last checkpoint.")] = False,
) -> None:
    """Train the network and write it; more than an hour on two cores."""
    try:
        work.mkdir(parents=True, exist_ok=True)
        wanted = read_often(often or [])
        encoder, heads = _begin(begin, model)
        network = new_network(encoder, heads).to(find_device())
        start = {name: value.clone() for name, value in network.state_dict().items()}
        tokenizer = EncoderTokenizer(encoder.tokenizer)
        learned, measured = read(collect(data_dir, dev), tokenizer, wanted)
        stage = STAGE.model_copy(update={"learning_rate": rate})
        train(network, tokenizer, learned, measured, work, stage=stage, passes=passes,
              resume=resume)  # fmt: skip
        keep_of(network, start, keep)
        publish(network, encoder.tokenizer.to_str(), out)
    except Interrupted:
        typer.echo(f"Stopped; everything so far is in {work}. Go on with --resume.")
        raise typer.Exit(130) from None
    except (ListenwellError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{out}: written. Now train the head: python -m listenwell.training.screen")


if __name__ == "__main__":
    typer.run(main)
