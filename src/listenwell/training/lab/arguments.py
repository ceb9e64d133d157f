"""A recipe's training settings in the words of transformers' Trainer."""

import os
from pathlib import Path
from typing import Any

from listenwell.core.errors import ConfigError
from listenwell.generation.hub_models import fast_at_bfloat16, find_device
from listenwell.training.lab.recipe import Training

KEPT = 2
"""Checkpoints kept of a stage, beside the best one."""


def world_size() -> int:
    """Return how many processes torchrun or accelerate started."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Tell whether this process is the one that writes and speaks."""
    return int(os.environ.get("RANK", "0")) == 0


def shares(training: Training) -> tuple[int, int]:
    """Return one process's batch and how many of them it accumulates.

    Several processes share a step: first its accumulation, then its batch.

    Raises:
        ConfigError: The step cannot be shared evenly.
    """
    step, world = training.batch_size * training.accumulation, world_size()
    if step % world:
        raise ConfigError(
            f"a step of {step} sequences (`training.batch_size` × `training.accumulation`) cannot "
            f"be shared by {world} processes. Make it a multiple of {world}."
        )
    own = step // world
    passes = max(1, training.accumulation // world)
    while own % passes:
        passes -= 1
    return own // passes, passes


def trainer_arguments(training: Training, steps: int, folder: Path, seed: int) -> dict[str, Any]:
    """Return the arguments that `TrainingArguments` and `DPOConfig` share.

    Args:
        training: The stage's settings.
        steps: How many steps it takes.
        folder: Where its checkpoints go.
        seed: Of everything random.
    """
    batch, passes = shares(training)
    return {
        "output_dir": str(folder),
        "max_steps": steps,
        "per_device_train_batch_size": batch,
        "per_device_eval_batch_size": batch,
        "gradient_accumulation_steps": passes,
        "learning_rate": training.learning_rate,
        "lr_scheduler_type": training.scheduler,
        "warmup_steps": training.warmup_steps,
        "weight_decay": training.weight_decay,
        "max_grad_norm": training.max_gradient,
        "activation_checkpointing": training.activation_checkpointing,
        "logging_steps": training.log_every,
        "logging_nan_inf_filter": False,
        "eval_strategy": "steps",
        "eval_steps": training.evaluate_every,
        "save_strategy": "steps",
        "save_steps": training.checkpoint_every,
        "save_total_limit": KEPT,
        "metric_for_best_model": "eval_loss",
        "greater_is_better": False,
        "seed": seed,
        "data_seed": seed,
        "report_to": "none",
        "disable_tqdm": True,
        "remove_unused_columns": False,
        "dataloader_pin_memory": False,
        "dataloader_num_workers": 0,
        "use_cpu": find_device().type == "cpu",
        "ddp_backend": "gloo" if find_device().type == "cpu" and world_size() > 1 else None,
        # The first process measures the base while the others wait.
        "ddp_timeout": 4 * 3600,
        **precision(training),
    }


def precision(training: Training) -> dict[str, bool]:
    """Return the mixed precision that a recipe wants or, for "auto", that pays here."""
    wanted = training.precision
    fast = fast_at_bfloat16(find_device())
    return {
        "bf16": wanted == "bf16" or (wanted == "auto" and fast),
        "fp16": wanted == "fp16"
        or (wanted == "auto" and not fast and find_device().type == "cuda"),
    }
