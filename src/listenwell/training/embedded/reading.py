"""Training the encoder: feelings, strategies, empathy, danger and relevance in one network."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from torch import Tensor
from torch.nn import functional as F

from listenwell.core.errors import ModelError
from listenwell.corpora.conversation import Conversation
from listenwell.corpora.labelled import EMPATHY
from listenwell.embedded.heads import SHARPNESS
from listenwell.embedded.tokens import EncoderTokenizer
from listenwell.training.embedded.encoder import HEADS, Encoder, bert_shape, from_bert
from listenwell.training.embedded.encoder_tasks import (
    Item,
    Items,
    Pieces,
    heads_of,
    labelled,
    make_items,
    pad,
    task_batches,
)
from listenwell.training.embedded.loop import LossAt, Progress, autocast, find_device, run
from listenwell.training.embedded.recipe import EncoderStage
from listenwell.training.embedded.vocabulary import most_used
from listenwell.training.embedded.warm_starts import load_encoder

SMOOTHING = 0.1
THEN = "then"
"""The second round's folder inside the first's."""
MEASURED = 1500
"""How many validation items of a task the curve is measured on."""
TOGETHER = 40
"""How many texts of like length pass through the network at once."""
BERT_MARKERS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")


@dataclass(frozen=True, slots=True)
class Reader:
    """An encoder and its tokenizer."""

    model: Encoder
    tokenizer: EncoderTokenizer
    raw: Tokenizer


def prepare_reader(stage: EncoderStage, texts: Sequence[str]) -> Reader:
    """Prune the vocabulary of the warm start and copy its weights.

    Args:
        stage: The recipe's part.
        texts: Text to count word pieces in.

    Raises:
        ModelError: The warm start is missing or of another shape.
    """
    start = load_encoder(stage.warm_start)
    characters = [
        p for p in start.tokenizer.get_vocab() if len(p.removeprefix("##")) == 1 and p.isascii()
    ]
    pieces = most_used(
        start.tokenizer, texts, [*BERT_MARKERS, *sorted(characters)], stage.vocabulary
    )
    raw = word_pieces(pieces)
    ids = start.tokenizer.get_vocab()
    rows = [ids[piece] for piece in pieces]
    try:
        shape = bert_shape(start.tensors, len(pieces))
        model = Encoder(shape)
        model.load_state_dict(from_bert(start.tensors, rows, shape), strict=False)
    except (KeyError, RuntimeError) as error:
        raise ModelError(f"{stage.warm_start}: not the shape that is needed ({error}).") from error
    return Reader(model, EncoderTokenizer(raw), raw)


def word_pieces(pieces: Sequence[str]) -> Tokenizer:
    """Return an uncased WordPiece tokenizer over exactly these pieces."""
    vocabulary = {piece: index for index, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


def train_reader(
    stage: EncoderStage,
    talks: Mapping[str, Sequence[Conversation]],
    data: Path,
    folder: Path,
    *,
    seed: int,
    resume: bool = False,
    show: Callable[[Progress], None] = lambda _: None,
) -> tuple[Reader, dict[str, float]]:
    """Train the encoder and return it with its validation figures.

    Raises:
        Interrupted: Ctrl-C; resume to go on.
        ModelError: The warm start is missing, or the run cannot go on.
        CorpusError: A task's corpus is not here.
    """
    texts = [
        t.content for part in talks.values() for c in part if c.split == "train" for t in c.turns
    ]
    torch.manual_seed(seed)
    reader = prepare_reader(stage, texts)
    device = find_device()
    model = reader.model.to(device)
    items = make_items(stage, talks, data, reader.tokenizer, "train")
    valid = make_items(stage, talks, data, reader.tokenizer, "valid")
    some = {task: part[:: max(1, len(part) // MEASURED)] for task, part in valid.items()}
    first: dict[str, Tensor] = {}
    for number, part in enumerate(stage.rounds()):
        place = folder / THEN if number else folder
        place.mkdir(parents=True, exist_ok=True)
        batches = task_batches(items, part.tasks, part.batch_size, seed + number)
        batches = batches[: part.max_steps]
        run("encoder", model, _losses(reader, batches, part.hidden_words), len(batches), part,
            place, seed=seed + number, evaluate=lambda: measure(model, some, reader.tokenizer.pad),
            resume=resume, show=show)  # fmt: skip
        first = _state(model) if number == 0 else first
    if stage.then:
        mix(model, first, stage.then.keep)
    return reader, measure(model, valid, reader.tokenizer.pad)


def _state(model: Encoder) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.state_dict().items()}


@torch.no_grad()
def mix(model: Encoder, earlier: Mapping[str, Tensor], keep: float) -> None:
    """Move a model's weights a share of the way back to earlier ones."""
    for name, value in model.state_dict().items():
        value.lerp_(earlier[name], keep)


def _losses(
    reader: Reader, batches: Sequence[tuple[str, list[Item]]], hidden_words: float
) -> LossAt:
    """Return what tells each step's loss."""

    def loss_at(step: int) -> tuple[Tensor, dict[str, float], int]:
        task, batch = batches[step]
        with autocast(reader.model.norm.weight.device):
            loss = item_loss(reader.model, batch, reader.tokenizer, hidden_words)
        tokens = sum(len(i.text[0]) + (len(i.reply[0]) if i.reply else 0) for i in batch)
        return loss, {f"loss_{task}": round(float(loss.detach()), 4)}, tokens

    return loss_at


def item_loss(
    model: Encoder, batch: Sequence[Item], tokenizer: EncoderTokenizer, hidden_words: float = 0.0
) -> Tensor:
    """Return the sum of the losses of every head that a batch has labels for, in nats.

    Args:
        model: The encoder.
        batch: Items of one task.
        tokenizer: The encoder's.
        hidden_words: The share of word pieces that the encoder may not see, so that it does not
            learn texts by heart from single words (Iyyer et al. 2015, word dropout).
    """

    def read(texts: Sequence[Pieces]) -> Tensor:
        """Read texts of like length together: one long reply would have all be padded to it."""
        order = sorted(range(len(texts)), key=lambda index: len(texts[index][0]))
        parts = [
            some([texts[i] for i in order[start : start + TOGETHER]])
            for start in range(0, len(order), TOGETHER)
        ]
        return torch.cat(parts)[torch.tensor(order, device=device).argsort()]

    def some(texts: Sequence[Pieces]) -> Tensor:
        ids, segments, present = (part.to(device) for part in pad(texts, tokenizer.pad))
        if hidden_words:
            unseen = (torch.rand(ids.shape, device=device) < hidden_words) & (ids > tokenizer.end)
            ids = ids.masked_fill(unseen, tokenizer.unknown)
        pooled: Tensor = model(ids, segments, present)
        return pooled

    device = model.norm.weight.device
    pooled = read([item.text for item in batch])
    replied = [row for row, item in enumerate(batch) if item.reply]
    replies = read([reply for row in replied if (reply := batch[row].reply)]) if replied else None
    total: Tensor = pooled.sum() * 0.0
    for head in HEADS:
        rows, labels = labelled(batch, head)
        if rows:
            beside = _of(replied, replies, rows) if head in EMPATHY else None
            scores = model.tell(head, pooled[rows], turn_tensor(batch, head, rows), beside)
            truth = torch.tensor(labels, device=device)
            total = total + F.cross_entropy(scores.float(), truth, label_smoothing=SMOOTHING)
    if replies is not None and len(replied) > 1 and not rated(batch):
        total = total + _relevance_loss([batch[row] for row in replied], pooled[replied], replies)
    return total


def _of(replied: Sequence[int], replies: Tensor | None, rows: Sequence[int]) -> Tensor | None:
    """Return the replies of some rows, where `replies` holds those of the rows in `replied`."""
    places = {row: place for place, row in enumerate(replied)}
    return None if replies is None else replies[[places[row] for row in rows]]


def rated(batch: Sequence[Item]) -> bool:
    """Whether the items are EPITOME's, whose responses are there to be rated, not to be found."""
    return any(head in EMPATHY for head in heads_of(batch))


def turn_tensor(batch: Sequence[Item], head: str, rows: Sequence[int]) -> Tensor | None:
    """Return the turn buckets of some of a batch's items, which only the strategy head is told."""
    return torch.tensor([batch[row].turns for row in rows]) if head == "strategy" else None


def _relevance_loss(batch: Sequence[Item], pooled: Tensor, replies: Tensor) -> Tensor:
    """Return the loss of finding each context's own reply among the batch's, both ways.

    Replies that read the same are no negatives of each other.
    """
    texts = [item.reply for item in batch]
    device = pooled.device
    scores = SHARPNESS * F.normalize(pooled, dim=-1) @ F.normalize(replies, dim=-1).T
    same = torch.tensor([[a == b for b in texts] for a in texts], device=device)
    same.fill_diagonal_(False)
    scores = scores.masked_fill(same, -1e4)
    truth = torch.arange(len(texts), device=device)
    return (F.cross_entropy(scores, truth) + F.cross_entropy(scores.T, truth)) / 2


@torch.no_grad()
def embed(model: Encoder, texts: Sequence[Pieces], padding: int) -> Tensor:
    """Return the mean hidden state of many texts, (texts, hidden), on the CPU."""
    device = model.norm.weight.device
    order = sorted(range(len(texts)), key=lambda index: len(texts[index][0]))
    found = torch.zeros(len(texts), model.shape.hidden)
    for start in range(0, len(order), 128):
        some = order[start : start + 128]
        with autocast(device):
            pooled = model(*(part.to(device) for part in pad([texts[i] for i in some], padding)))
        found[some] = pooled.float().cpu()
    return found


def measure(model: Encoder, items: Items, padding: int) -> dict[str, float]:
    """Return accuracy by head and task, and how often the own reply is first of 100."""
    figures: dict[str, float] = {}
    for task, some in items.items():
        if not some:
            continue
        pooled = embed(model, [item.text for item in some], padding).to(model.norm.weight.device)
        for head in heads_of(some):
            _, truth = labelled(some, head)
            told = tell_items(model, head, some, pooled, padding).argmax(-1).cpu()
            figures[f"{task}_{head}"] = float((told == torch.tensor(truth)).float().mean())
        if not rated(some):
            figures |= _relevance(model, some, pooled.cpu(), task, padding)
    return figures


@torch.no_grad()
def tell_items(
    model: Encoder, head: str, items: Sequence[Item], pooled: Tensor, padding: int
) -> Tensor:
    """Return a head's scores of those items that have a label for it, (labelled, labels).

    Args:
        model: The encoder.
        head: A key of `HEADS`.
        items: Items of one task.
        pooled: What the encoder made of each item's text, (items, hidden).
        padding: The id that fills up.
    """
    rows, _ = labelled(items, head)
    beside = None
    if head in EMPATHY:
        texts = [reply for row in rows if (reply := items[row].reply)]
        beside = embed(model, texts, padding).to(pooled.device)
    scores: Tensor = model.tell(head, pooled[rows], turn_tensor(items, head, rows), beside)
    return scores


def _relevance(
    model: Encoder, items: Sequence[Item], pooled: Tensor, task: str, padding: int
) -> dict[str, float]:
    replied = [row for row, item in enumerate(items) if item.reply]
    replied = replied[: len(replied) // 100 * 100]
    if not replied:
        return {}
    order = np.random.default_rng(0).permutation(replied).tolist()
    replies = embed(model, [reply for row in order if (reply := items[row].reply)], padding)
    scores = F.normalize(pooled[order], dim=-1).view(-1, 100, pooled.shape[1])
    against = F.normalize(replies, dim=-1).view(-1, 100, pooled.shape[1])
    first = (scores @ against.transpose(1, 2)).argmax(-1) == torch.arange(100)
    return {f"{task}_p_at_1_of_100": float(first.float().mean())}
