"""A lab recipe: one YAML file that says everything about a run, checked before anything loads."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from listenwell.core.errors import ConfigError
from listenwell.corpora.conversation import Split

ADAPTERS = ("lora", "qlora")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Data(_Part):
    """What is learned from.

    Attributes:
        corpora: Names from `listenwell data list`, public names, or paths of files.
        train_split: What is learned from; no figure is ever a result on it.
        valid_split: What is measured on.
        max_conversations: At most so many training conversations of each corpus.
        max_length: Tokens of one sequence; what is longer loses its oldest turns.
        loss_on: "reply" learns the listener's words only; "all" the person's too, to compare.
        batching: "sorted" puts sequences of like length together, so that little is padding.
    """

    corpora: list[str] = []
    train_split: Split = "train"
    valid_split: Split = "valid"
    max_conversations: int | None = Field(None, ge=1)
    max_length: int = Field(256, ge=16)
    loss_on: Literal["reply", "all"] = "reply"
    batching: Literal["sorted", "random"] = "sorted"


class Training(_Part):
    """How it is learned.

    Attributes:
        max_steps: Ends a stage early, whatever `epochs` says.
        batch_size: Sequences of one pass of a single process. Several processes share them, so a
            step is the same step on one machine and on four.
        accumulation: Passes of one step.
        precision: "auto" is bfloat16 where this machine is fast at it.
        activation_checkpointing: Less memory for a third more time.
        evaluate_every: Steps between two looks at held-out rows.
        early_stopping: Ends a stage when so many looks in a row found nothing better.
        keep_best: Ends with the weights that did best on held-out rows, not with the last.
    """

    epochs: float = Field(3.0, gt=0)
    max_steps: int | None = Field(None, ge=1)
    batch_size: int = Field(8, ge=1)
    accumulation: int = Field(1, ge=1)
    learning_rate: float = Field(5e-5, gt=0)
    scheduler: Literal["linear", "cosine", "constant", "constant_with_warmup"] = "linear"
    warmup_steps: int = Field(0, ge=0)
    weight_decay: float = Field(0.01, ge=0)
    max_gradient: float = Field(1.0, gt=0)
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    activation_checkpointing: bool = False
    log_every: int = Field(10, ge=1)
    evaluate_every: int = Field(200, ge=1)
    checkpoint_every: int = Field(200, ge=1)
    early_stopping: int | None = Field(None, ge=1)
    keep_best: bool = True


class Adapter(_Part):
    """LoRA: small matrices beside the frozen ones (Hu et al. 2021, arXiv:2106.09685).

    Attributes:
        rank: Their inner size.
        targets: Names of the layers that get them; None takes what PEFT knows for the model.
    """

    rank: int = Field(16, ge=1)
    alpha: int = Field(32, ge=1)
    dropout: float = Field(0.05, ge=0, lt=1)
    targets: list[str] | None = None


class Preference(_Part):
    """DPO (Rafailov et al. 2023, arXiv:2305.18290).

    Attributes:
        pairs: JSON Lines files of {"prompt": [{"role", "content"}], "chosen": "…", "rejected": "…"}.
        beta: How dear it is to move away from the model one started from.
        held_out: The share of prompts kept for measuring.
        adapter: Train a LoRA adapter; False trains every weight and needs twice the memory.
    """

    pairs: list[str] = Field(min_length=1)
    beta: float = Field(0.1, gt=0)
    held_out: float = Field(0.1, gt=0, lt=1)
    adapter: bool = True


class Evaluation(_Part):
    """How base and result are compared, on held-out rows.

    Attributes:
        sequences: How many of each corpus the loss is measured on.
        replies: How many replies are written and measured.
        samples: How many replies are written down at each look during training.
        max_new_tokens: The longest reply.
    """

    sequences: int = Field(400, ge=1)
    replies: int = Field(100, ge=0)
    samples: int = Field(3, ge=0)
    max_new_tokens: int = Field(64, ge=1)


class Stage(_Part):
    """One of several corpora learned one after another; what is None is as in `training`."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    corpora: list[str] = Field(min_length=1)
    max_conversations: int | None = Field(None, ge=1)
    epochs: float | None = Field(None, gt=0)
    learning_rate: float | None = Field(None, gt=0)


class Recipe(_Part):
    """A run of the lab.

    Attributes:
        name: What the result is called.
        model: A folder, or a name on the Hugging Face hub.
        method: What of the model is trained, and with which objective.
        last_layers: For that method, how many layers from the end.
        export: What is written beside the Hugging Face folder.
    """

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    model: str = Field(min_length=1)
    method: Literal["full", "last_layers", "lora", "qlora", "dpo"]
    seed: int = 20261126
    last_layers: int = Field(2, ge=1)
    data: Data = Data()
    training: Training = Training()
    adapter: Adapter = Adapter()
    preference: Preference | None = None
    evaluation: Evaluation = Evaluation()
    stages: list[Stage] = []
    export: list[Literal["onnx", "gguf"]] = []

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.method == "dpo" and self.preference is None:
            raise ValueError("method dpo needs `preference`, with `pairs` in it")
        if self.method != "dpo" and self.preference is not None:
            raise ValueError("`preference` is for method dpo")
        if self.stages and (self.data.corpora or self.method == "dpo"):
            raise ValueError("give either `stages` or `data.corpora`, and no stages with dpo")
        if not self.stages and not self.data.corpora:
            raise ValueError("name at least one corpus in `data.corpora`, or `stages`")
        names = [stage.name for stage in self.stages]
        if len(set(names)) < len(names):
            raise ValueError("two `stages` have the same name")
        return self

    @property
    def uses_adapter(self) -> bool:
        """Whether an adapter is trained and the model itself left as it is."""
        if self.preference:
            return self.preference.adapter
        return self.method in ADAPTERS

    def all_stages(self) -> tuple[Stage, ...]:
        """Return the stages; a recipe without any is one stage."""
        if self.stages:
            return tuple(self.stages)
        return (Stage(name=self.method.replace("_", "-"), corpora=self.data.corpora),)

    def training_of(self, stage: Stage) -> Training:
        """Return how a stage is trained."""
        own = {
            key: value
            for key in ("epochs", "learning_rate")
            if (value := getattr(stage, key)) is not None
        }
        return self.training.model_copy(update=own)


def read_recipe(path: Path, changes: Mapping[str, Any] | None = None) -> Recipe:
    """Read and check a recipe.

    Args:
        path: A YAML file.
        changes: Values that replace the file's, by dotted key ("training.max_steps").

    Raises:
        ConfigError: The file is missing, is not YAML, or a key is unknown or out of range.
    """
    content = read_yaml(path)
    for key, value in (changes or {}).items():
        _replace(content, key.split("."), value, path)
    try:
        return Recipe.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"{path}: {_explain(error)}") from error


def read_yaml(path: Path) -> dict[str, Any]:
    """Read the mapping in a YAML file.

    Raises:
        ConfigError: The file is missing, or holds something else.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not YAML text ({error}).") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: `the file` must hold keys and values, as recipes/ shows.")
    return content


def parse_changes(words: Sequence[str]) -> dict[str, Any]:
    """Read `key=value` words; values are YAML.

    Raises:
        ConfigError: A word is not of that form.
    """
    found: dict[str, Any] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key:
            raise ConfigError(f"--set {word!r}: expected key=value, as in training.max_steps=100.")
        try:
            found[key.strip()] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise ConfigError(f"--set {word!r}: the value is not YAML ({error}).") from error
    return found


def _replace(content: dict[str, Any], keys: Sequence[str], value: object, path: Path) -> None:
    *parents, last = keys
    for parent in parents:
        content = content.setdefault(parent, {})
        if not isinstance(content, dict):
            raise ConfigError(f"{path}: `{'.'.join(keys)}` cannot be set: {parent} is a value.")
    content[last] = value


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the file"
    if first["type"] != "extra_forbidden":
        return f"`{where}`: {first['msg'].removeprefix('Value error, ')}."
    known = _fields_at(first["loc"][:-1])
    close = get_close_matches(str(first["loc"][-1]), known, n=1)
    hint = f" Did you mean `{close[0]}`?" if close else ""
    return f"`{where}`: there is no such key.{hint} Known here: {', '.join(known)}."


def _fields_at(loc: Sequence[int | str]) -> list[str]:
    """Return the keys that may stand at a place in a recipe."""
    parts: dict[str, type[_Part]] = {
        "data": Data,
        "training": Training,
        "adapter": Adapter,
        "preference": Preference,
        "evaluation": Evaluation,
        "stages": Stage,
    }
    return list((parts[str(loc[0])] if loc else Recipe).model_fields)
