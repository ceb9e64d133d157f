"""What a recipe takes, told beforehand: memory, time, and on which machines it fits."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import torch

from listenwell.core.errors import ListenwellError
from listenwell.corpora.conversation import Conversation
from listenwell.dialogue.prompts import CONTEXT_TURNS
from listenwell.generation.hub_models import Loaded, fast_at_bfloat16, find_device
from listenwell.training.lab.corpora import read_corpora
from listenwell.training.lab.methods import prepare, trainable_share
from listenwell.training.lab.recipe import Recipe, Stage
from listenwell.training.lab.shapes import skeleton
from listenwell.training.lab.stages import steps_of

GB = 1e9
MACHINES = {
    "laptop with 8 GB": 6.0, "GPU with 4 GB": 3.6, "GPU with 8 GB": 7.4, "GPU with 12 GB": 11.2,
    "GPU with 24 GB": 23.0, "GPU with 80 GB": 78.0,
}  # fmt: skip
"""Gigabytes that a training run can use of each, what the system itself needs taken off."""
PROCESS = 1.2
"""Gigabytes of the libraries themselves."""
SPARE = 1.3
"""What allocators hold on to and what lives for a moment, as a factor: with it, the estimate is at
or above the peak of the two runs that it was compared with, on a CPU."""
TOKENS_PER_WORD = 1.35
USED = 0.35
"""The share of a machine's fastest multiplications that training reaches, roughly."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Estimated gigabytes while training."""

    weights: float
    learning: float
    activations: float

    @property
    def total(self) -> float:
        """Everything together, the libraries too."""
        return SPARE * (self.weights + self.learning + self.activations + PROCESS)


@dataclass(frozen=True, slots=True)
class Sizes:
    """What of a model decides memory and time."""

    weights: int
    trained: int
    layers: int
    hidden: int
    heads: int
    vocabulary: int


@dataclass(frozen=True, slots=True)
class Load:
    """What a stage reads."""

    stage: str
    sequences: int
    tokens_per_step: float
    steps: int


def plan_for(recipe: Recipe, data_dir: Path | None) -> str:
    """Return the plan as text for a person.

    Raises:
        ModelError: The model's sizes are not known here.
        ConfigError: The method does not fit the model.
    """
    sizes = sizes_of(recipe)
    memory = memory_of(recipe, sizes)
    lines = [
        f"{recipe.name}: {recipe.model}, method {recipe.method}",
        f"  weights      {sizes.weights / 1e6:,.1f} million, {sizes.trained / 1e6:,.2f} trained",
        f"  memory       about {memory.total:.1f} GB while training: weights {memory.weights:.1f}, "
        f"gradients and optimiser {memory.learning:.1f}, activations {memory.activations:.1f}, "
        f"libraries {PROCESS}, a third more to spare",
        *_time(recipe, sizes, data_dir),
        "  fits?",
    ]
    here, room = this_machine()
    for name, gigabytes in {here: room, **MACHINES}.items():
        lines.append(f"    {name:32} {_verdict(recipe, memory, name, gigabytes)}")
    if memory.total > min(MACHINES.values()):
        lines += _advice(recipe)
    lines.append("Estimates, not measurements; a first run with --max-steps 20 tells more.")
    return "\n".join(lines)


def _verdict(recipe: Recipe, memory: Memory, name: str, gigabytes: float) -> str:
    gpu = name.startswith("GPU") or ("this" in name and torch.cuda.is_available())
    if recipe.method == "qlora" and not gpu:
        return "no: QLoRA needs an NVIDIA GPU"
    return "yes" if memory.total <= gigabytes else "will not fit"


def warning_for(recipe: Recipe) -> str | None:
    """Return what to tell before a run that will hardly fit here, or None."""
    try:
        needed = memory_of(recipe, sizes_of(recipe)).total
    except ListenwellError:
        return None
    here, room = this_machine()
    if needed <= room:
        return None
    return (
        f"this will probably not fit: about {needed:.1f} GB are needed, {room:.1f} GB can be had "
        f"({here}). `--plan` tells what would help."
    )


def sizes_of(recipe: Recipe) -> Sizes:
    """Return the sizes of a recipe's model, and how much of it the method trains.

    Raises:
        ModelError: They are not known here.
        ConfigError: The method does not fit the model.
    """
    model = skeleton(recipe.model)
    config = model.config
    weights = sum(parameter.numel() for parameter in model.parameters())
    seq2seq = bool(config.is_encoder_decoder)
    prepared = prepare(recipe, Loaded(model, None, seq2seq, None))
    trained, _ = trainable_share(prepared)
    return Sizes(weights, trained, config.num_hidden_layers, config.hidden_size,
                 config.num_attention_heads, config.vocab_size)  # fmt: skip


def memory_of(recipe: Recipe, sizes: Sizes) -> Memory:
    """Estimate the memory of training.

    Activations follow Korthikanti et al. 2022 (arXiv:2205.05198), with the layers' sums kept in
    full precision; vocabulary scores are kept only where something is learned, about half.
    """
    frozen = {"qlora": 0.6, "lora": 2.0}.get(recipe.method, 4.0)
    if recipe.method == "dpo":
        frozen = 2.0 if recipe.uses_adapter else 4.0
    copies = 2.0 if recipe.method == "dpo" and not recipe.uses_adapter else 1.0
    # bfloat16 copies of trained matrices live through a step.
    weights = sizes.weights * frozen * copies + sizes.trained * 2.0
    learning = sizes.trained * 12.0
    rows = recipe.training.batch_size * (2 if recipe.method == "dpo" else 1)
    length = recipe.data.max_length
    tokens = rows * length
    # An adapter keeps what it reads once more, in full precision.
    kept = 100.0 if recipe.uses_adapter else 50.0
    layer = tokens * (kept * sizes.hidden + 5.0 * sizes.heads * length)
    if recipe.training.activation_checkpointing:
        layers = layer + sizes.layers * tokens * 4.0 * sizes.hidden
    else:
        layers = layer * sizes.layers
    scores = tokens * sizes.vocabulary * (10.0 if recipe.method == "dpo" else 5.0)
    return Memory(weights / GB, learning / GB, (layers + scores) / GB)


def this_machine() -> tuple[str, float]:
    """Return what this machine is, and the gigabytes a run can use of it."""
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        return f"this machine ({properties.name})", properties.total_memory / GB * 0.96
    memory = psutil.virtual_memory()
    return f"this machine ({memory.total / GB:.0f} GB, no GPU)", memory.total / GB * 0.85


def _time(recipe: Recipe, sizes: Sizes, data_dir: Path | None) -> list[str]:
    speed = multiplications_per_second()
    # Forward and backward; gradients of frozen weights are not worked out, checkpoints are redone.
    per_token = 4.0 * sizes.weights + 2.0 * sizes.trained
    per_token += 2.0 * sizes.weights * recipe.training.activation_checkpointing
    lines, seconds = [], 0.0
    for stage in recipe.all_stages():
        try:
            load = _load(recipe, stage, data_dir)
        except ListenwellError as error:
            return [f"  time         unknown: {error}"]
        seconds += load.steps * load.tokens_per_step * per_token / (speed * USED)
        lines.append(
            f"  {stage.name:12} {load.steps:,} steps, {load.sequences:,} sequences, about "
            f"{load.tokens_per_step:,.0f} tokens a step"
        )
    if recipe.method == "qlora" and not torch.cuda.is_available():
        return [*lines, "  time here    none: QLoRA needs an NVIDIA GPU"]
    hours = seconds / 3600
    said = f"{hours:.1f} hours" if hours >= 1 else f"{max(1, round(seconds / 60))} minutes"
    return [*lines, f"  time here    about {said} of training, measuring not counted"]


def _load(recipe: Recipe, stage: Stage, data_dir: Path | None) -> Load:
    corpora = read_corpora(stage, recipe.data, data_dir, recipe.seed)
    lengths = [n for c in corpora for n in _lengths(c.train, recipe.data.max_length)]
    training = recipe.training_of(stage)
    step = training.batch_size * training.accumulation
    mean = sum(lengths) / len(lengths)
    return Load(stage.name, len(lengths), mean * step, steps_of(training, len(lengths)))


def _lengths(conversations: Sequence[Conversation], longest: int) -> list[float]:
    """Estimate the tokens of each sequence: long conversations are several windows."""
    found = []
    for conversation in conversations:
        words = [len(turn.content.split()) for turn in conversation.turns]
        last = len(words)
        ends = range(CONTEXT_TURNS + 1, last + 1, 2) if last > CONTEXT_TURNS else [last]
        for end in ends:
            window = words[max(0, end - CONTEXT_TURNS - 1) : end]
            found.append(min(float(longest), sum(window) * TOKENS_PER_WORD + 4 * len(window)))
    return found


def multiplications_per_second(seconds: float = 0.3) -> float:
    """Measure how fast this machine multiplies matrices, in operations a second."""
    device = find_device()
    dtype = torch.bfloat16 if fast_at_bfloat16(device) else torch.float32
    a, b = (torch.randn(1024, 1024, device=device).to(dtype) for _ in range(2))
    a @ b
    done, started = 0, time.perf_counter()
    while time.perf_counter() - started < seconds:
        float((a @ b)[0, 0])
        done += 1
    return done * 2 * 1024**3 / (time.perf_counter() - started)


def _advice(recipe: Recipe) -> list[str]:
    settings = recipe.training
    advice = []
    if not recipe.uses_adapter:
        advice.append("--set method=lora: trains less than a hundredth of the weights")
    if recipe.method == "lora":
        advice.append("--set method=qlora on an NVIDIA GPU: weights in 4 bits")
    if not settings.activation_checkpointing:
        advice.append("--set training.activation_checkpointing=true: a third slower")
    if settings.batch_size > 1:
        step = settings.batch_size * settings.accumulation
        advice.append(
            f"--set training.batch_size=1 --set training.accumulation={step}: the same steps"
        )
    return ["  to need less:", *(f"    {line}" for line in advice)]
