"""transformers' Trainer with this project's loss, its evaluation, and its reasons to stop."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.utils.data import SequentialSampler
from transformers import Trainer
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from listenwell.core.errors import ModelError
from listenwell.training.lab.batches import Padding
from listenwell.training.lab.examples import IGNORED, Example
from listenwell.training.lab.selection import Selection


class Guarded:
    """What every trainer of the lab adds: it stops at NaN, and a full disk costs no checkpoint."""

    state: Any
    args: Any
    control: Any

    def training_step(self, *words: Any, **named: Any) -> Tensor:
        """Take a pass, and stop where the loss is not a number.

        Raises:
            ModelError: It is not.
        """
        loss: Tensor = super().training_step(*words, **named)  # type: ignore[misc]
        if not torch.isfinite(loss):
            raise ModelError(
                f"the loss is {float(loss)} at step {self.state.global_step + 1} of "
                f"{self.state.max_steps}; whole checkpoints in {self.args.output_dir} stay. Going on "
                "would end there again: begin anew in another --out, with a smaller "
                f"training.learning_rate than {self.args.learning_rate:g} or with "
                "training.precision=fp32."
            )
        return loss

    def _save_checkpoint(self, *words: Any, **named: Any) -> None:
        """Save, and leave nothing half-written behind.

        Raises:
            ModelError: The disk is full.
        """
        try:
            super()._save_checkpoint(*words, **named)  # type: ignore[misc]
        # safetensors and torch tell of a full disk by errors of their own
        except Exception as error:
            folder = Path(self.args.output_dir)
            broken = folder / f"{PREFIX_CHECKPOINT_DIR}-{self.state.global_step}"
            shutil.rmtree(broken, ignore_errors=True)
            raise ModelError(
                f"{broken} cannot be saved ({error}). Earlier checkpoints are untouched: free some "
                "space and go on with --resume."
            ) from error

    def _determine_best_metric(self, *words: Any, **named: Any) -> bool:
        best: bool = super()._determine_best_metric(*words, **named)  # type: ignore[misc]
        if best:
            self.control.should_save = True
        return best


class SupervisedTrainer(Guarded, Trainer):  # type: ignore[misc]
    """Learns replies: vocabulary scores are computed only where there is something to learn."""

    def __init__(
        self, *, held_out: Sequence[Example], padding: Padding, seq2seq: bool, **named: Any
    ) -> None:
        super().__init__(
            **named, data_collator=padding, compute_loss_func=self._loss, eval_dataset=[]
        )
        # Labels never reach the model, and the loss is ours, counted over the whole step.
        self.model_accepts_loss_kwargs = False
        self._padding, self._held_out = padding, held_out
        self._selection = None if seq2seq else Selection(self.model)

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        return SequentialSampler(train_dataset or self.train_dataset)

    def compute_loss(self, model: Any, inputs: dict[str, Any], *words: Any, **named: Any) -> Any:
        """Return the loss of a batch."""
        labels = inputs["labels"]
        if self._selection is None:
            whole = self.accelerator.unwrap_model(model)
            shifted = whole.prepare_decoder_input_ids_from_labels(labels)
            given = {**inputs, "decoder_input_ids": shifted}
            return super().compute_loss(model, given, *words, **named)
        with self._selection.learned(labels) as learned:
            return super().compute_loss(model, {**inputs, "labels": learned}, *words, **named)

    def _loss(
        self, outputs: Mapping[str, Tensor], labels: Tensor,
        num_items_in_batch: Tensor | int | None = None,
    ) -> Tensor:  # fmt: skip
        scores = outputs["logits"]
        nats = cross_entropy(
            scores.reshape(-1, scores.shape[-1]).float(), labels.reshape(-1),
            ignore_index=IGNORED, reduction="sum",
        )  # fmt: skip
        count = (labels != IGNORED).sum() if num_items_in_batch is None else num_items_in_batch
        return nats / count

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Return the mean loss per token on held-out sequences, over all processes."""
        nats, count = self.measure(self._held_out)
        found = {"eval_loss": nats / max(1.0, count)}
        self.log(found)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, found)
        return found

    @torch.no_grad()
    def measure(self, examples: Sequence[Example]) -> tuple[float, float]:
        """Return the summed loss in nats, and over how many tokens."""
        model = self.model_wrapped
        was_training = model.training
        model.eval()
        world, rank = self.accelerator.num_processes, self.accelerator.process_index
        total = torch.zeros(2, device=self.accelerator.device, dtype=torch.float64)
        for batch, counts in shared_batches(examples, self.args.eval_batch_size, world, rank):
            inputs = self._prepare_inputs(self._padding(batch))
            learned = float((inputs["labels"] != IGNORED).sum())
            with self.compute_loss_context_manager():
                mean = self.compute_loss(model, inputs)
            if counts:
                total += torch.tensor([float(mean) * learned, learned]).to(total)
        model.train(was_training)
        nats, count = self.accelerator.reduce(total, "sum").tolist()
        return nats, count


def shared_batches(
    examples: Sequence[Example], size: int, world: int, rank: int
) -> Sequence[tuple[Sequence[Example], bool]]:
    """Return one process's batches, longest first, and whether each counts.

    Every process gets equally many, since sharded models must be asked together.
    """
    order = sorted(examples, key=lambda example: -len(example.ids))
    batches = [order[at : at + size] for at in range(0, len(order), size)]
    own = [(batch, True) for batch in batches[rank::world]]
    most = -(-len(batches) // world)
    return own + [(batches[0], False)] * (most - len(own))
