"""A language model as a teacher: it reads items in words, and tells the shares of every head.

It is larger than what ships by a hundred times, was taught many languages, and is needed in
training only. Its own weights stay as they are; low-rank additions to them learn (Hu et al. 2021,
LoRA, arXiv:2106.09685). Of its layers the first ones serve: what a text says is told there as well
as at the end, where the next word is sought.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import torch
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModel, PreTrainedModel

from listenwell.embedded.heads import FITS
from listenwell.training.embedded.encoder import HEADS
from listenwell.training.embedded.encoder_tasks import Item, Items, heads_of, labelled, task_batches
from listenwell.training.embedded.loop import Progress, autocast, find_device, run
from listenwell.training.embedded.losses import SMOOTHING, losses_at
from listenwell.training.embedded.recipe import LanguageStage
from listenwell.training.embedded.teaching import Lesson, Lessons
from listenwell.training.embedded.warm_starts import load_transformer

LONGEST = 192
"""Tokens of a text; of a longer one the first are left out."""
ENDING = "\n\nReading:"
"""What every text ends with: behind it the model has read everything."""
TOGETHER = 24_000
"""How many tokens are read together when the teacher tells, padding included."""

Encode: TypeAlias = Callable[[Sequence[str]], list[list[int]]]
"""From texts to tokens."""


class LanguageTeacher(nn.Module):
    """A language model without its output layer, with additions that learn, and heads.

    Args:
        base: The model, already cut to the layers that serve; with attention to earlier tokens only.
        encode: Its tokenizer.
        rank: Of the additions to each matrix.
    """

    def __init__(self, base: PreTrainedModel, encode: Encode, rank: int) -> None:
        super().__init__()
        wanted = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
        with warnings.catch_warnings():  # peft asks transformers for what it will rename
            warnings.simplefilter("ignore", FutureWarning)
            self.base = get_peft_model(base, wanted)
        self.encode = encode
        hidden = int(base.config.hidden_size)
        self.heads = nn.ModuleDict({
            name: nn.Linear(hidden, size) for name, size in HEADS.items() if name != FITS
        })  # fmt: skip

    def forward(self, texts: Sequence[str]) -> Tensor:
        """Return what was read at the end of each text, (texts, hidden)."""
        device = next(iter(self.heads.parameters())).device
        rows = [row[-LONGEST:] for row in self.encode([text + ENDING for text in texts])]
        ids = torch.zeros(len(rows), max(map(len, rows)), dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
        # Padding stands behind what is read, and nothing looks ahead: it needs no mask.
        read = self.base(input_ids=ids.to(device), use_cache=False).last_hidden_state
        ends = torch.tensor([len(row) - 1 for row in rows], device=device)
        found: Tensor = read[torch.arange(len(rows), device=device), ends].float()
        return found

    def tell(self, head: str, read: Tensor) -> Tensor:
        """Return a head's unnormalised scores, (texts, labels)."""
        scores: Tensor = self.heads[head](read)
        return scores

    def state_dict(self, *args: Any, **kwargs: Any) -> Any:
        """Return what learns: the rest is the warm start's."""
        learns = {name for name, value in self.named_parameters() if value.requires_grad}
        whole = super().state_dict(*args, **kwargs)
        return {name: value for name, value in whole.items() if name in learns}

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> Any:
        """Put back what `state_dict` returned."""
        return super().load_state_dict(state_dict, strict=False, assign=assign)


def teacher_loss(model: LanguageTeacher, batch: Sequence[Item]) -> Tensor:
    """Return the sum of the losses of every head that a batch has labels for, in nats."""
    read = model([item.plain for item in batch])
    read = F.dropout(read, 0.1, model.training)
    total: Tensor = read.sum() * 0.0
    for head in heads_of(batch):
        rows, labels = labelled(batch, head)
        truth = torch.tensor(labels, device=read.device)
        scores = model.tell(head, read[rows]).float()
        total = total + F.cross_entropy(scores, truth, label_smoothing=SMOOTHING)
    return total


@torch.no_grad()
def teach_in_words(
    model: LanguageTeacher, items: Items, show: Callable[[int, int], None] = lambda *_: None
) -> Lessons:
    """Return what a trained teacher tells of every item, for the heads of the item's task."""
    model.eval()
    return {task: _lesson(model, some, show) for task, some in items.items()}


def _lesson(
    model: LanguageTeacher, items: Sequence[Item], show: Callable[[int, int], None]
) -> Lesson:
    device = next(iter(model.heads.parameters())).device
    heads = heads_of(items)
    shares = {head: torch.zeros(len(items), HEADS[head], device=device) for head in heads}
    order = sorted(range(len(items)), key=lambda row: len(items[row].plain))
    while order:
        longest = min(LONGEST, 8 + len(items[order[-1]].plain) // 2)
        count = max(1, TOGETHER // longest)
        some, order = order[-count:], order[:-count]
        with autocast(device):
            read = model([items[row].plain for row in some])
            for head in heads:
                shares[head][some] = model.tell(head, read).float().softmax(-1)
        show(len(items) - len(order), len(items))
    return Lesson(shares)


def load_base(name: str, layers: int) -> tuple[PreTrainedModel, Encode]:
    """Return a language model's first layers and its tokenizer.

    Raises:
        ModelError: It is missing or damaged.
    """
    whole, tokenizer = load_transformer(name, AutoModel)
    whole.layers = whole.layers[:layers]
    whole.config.num_hidden_layers = len(whole.layers)

    def encode(texts: Sequence[str]) -> list[list[int]]:
        found: list[list[int]] = tokenizer(list(texts), add_special_tokens=False)["input_ids"]
        return found

    return whole, encode


def taught_in_words(
    stage: LanguageStage,
    items: Items,
    valid: Items,
    folder: Path,
    *,
    seed: int,
    resume: bool,
    show: Callable[[Progress], None],
) -> Lessons:
    """Train a language model on the items of its tasks and return what it tells of them.

    Raises:
        Interrupted: Ctrl-C; resume to go on.
        ModelError: The language model is missing, or the run cannot go on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    base, encode = load_base(stage.warm_start, stage.layers)
    model = LanguageTeacher(base, encode, stage.rank).to(find_device())
    batches = task_batches(items, stage.tasks, stage.batch_size, seed)[: stage.max_steps]

    losses = losses_at(items, batches, next(model.heads.parameters()).device,
                       lambda _task, _rows, batch: teacher_loss(model, batch))  # fmt: skip

    def told(number: int, of: int) -> None:
        show(Progress("the language model tells", number, of, 0.0, 0.0, 0.0, 0.0))

    run("language teacher", model, losses, len(batches), stage, folder, seed=seed, resume=resume,
        show=show, evaluate=lambda: accuracy(model, valid))  # fmt: skip
    return teach_in_words(model, {task: items[task] for task in stage.tasks}, told)


def accuracy(model: LanguageTeacher, items: Items) -> dict[str, float]:
    """Return how often each head is right, by task."""
    found: dict[str, float] = {}
    for task, lesson in teach_in_words(model, items).items():
        for head, shares in lesson.shares.items():
            rows, labels = labelled(items[task], head)
            truth = torch.tensor(labels, device=shares.device)
            found[f"{task}_{head}"] = float((shares[rows].argmax(-1) == truth).float().mean())
    return found
