"""Rows per second in training: the lab's loop beside the plain one, on the same model and rows.

The plain one is what most tutorials show: transformers' Trainer in full precision, every row padded
to 256 tokens, loss on every token. Ours: bfloat16 where the processor is fast at it, rows of like
length together, the vocabulary scored only where a reply is learned, one fused GELU. Both run here, in turn, on
a network of DistilGPT2's size with random weights (speed does not depend on them), eight rows a step.

    python benchmarks/training.py [--data-dir DIR]     (EmpatheticDialogues there, else our corpus)
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROWS, STEPS, BATCH, LENGTH, ROUNDS = 320, 6, 8, 256, 2


def conversations(data_dir):
    from listenwell.corpora.catalogue import load_corpus

    name = "empathetic_dialogues" if data_dir else "listenwell"
    found = [c for part in load_corpus(name, data_dir) for c in part.conversations]
    return [c for c in found if c.split == "train" and 2 <= len(c.turns) <= 6][:ROWS]


def tokenizer_of(texts):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    from listenwell.generation.chat_text import give_template

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    signs = ["<|endoftext|>", "<pad>"]
    raw.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=50_257, special_tokens=signs, show_progress=False)
    )
    found = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token=signs[0], pad_token=signs[1])
    give_template(found)
    return found


def network(attention):
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    return GPT2LMHeadModel._from_config(GPT2Config(n_layer=6), attn_implementation=attention)


def clock():
    from transformers import TrainerCallback

    class Clock(TrainerCallback):
        def __init__(self):
            self.ends, self.work = [], []

        def on_step_end(self, *_, **__):
            self.ends.append(time.perf_counter())
            self.work.append(time.process_time())

    return Clock()


def plain(talks, tokenizer, folder):
    from transformers import Trainer, TrainingArguments

    from listenwell.generation.chat_text import one_line

    rows = []
    for talk in talks:
        turns = [{"role": t.role, "content": one_line(t.content)} for t in talk.turns]
        text = tokenizer.apply_chat_template(turns, tokenize=False)
        row = dict(tokenizer(text, truncation=True, max_length=LENGTH, padding="max_length"))
        row.pop("token_type_ids", None)
        rows.append(row | {"labels": row["input_ids"]})
    arguments = TrainingArguments(
        output_dir=folder, max_steps=STEPS, per_device_train_batch_size=BATCH, save_strategy="no",
        report_to="none", use_cpu=True, disable_tqdm=True, dataloader_pin_memory=False,
    )  # fmt: skip
    return Trainer(model=network("sdpa"), args=arguments, train_dataset=rows)


def ours(talks, tokenizer, folder):
    from transformers import TrainingArguments

    from listenwell.training.lab.arguments import trainer_arguments
    from listenwell.training.lab.batches import Ordered, Padding, run_order
    from listenwell.training.lab.examples import Cuts, Shape, examples_of
    from listenwell.training.lab.methods import fuse_activations, keep_memory
    from listenwell.training.lab.recipe import Training
    from listenwell.training.lab.trainer import SupervisedTrainer

    keep_memory()
    model = network("eager")
    fuse_activations(model)
    rows = examples_of(talks, tokenizer, Shape(LENGTH), Cuts())
    lengths = [len(row.ids) for row in rows]
    settings = trainer_arguments(Training(batch_size=BATCH), STEPS, Path(folder), 0)
    settings |= {"save_strategy": "no", "eval_strategy": "no"}
    return SupervisedTrainer(
        model=model, args=TrainingArguments(**settings), held_out=[],
        train_dataset=Ordered(rows, run_order(lengths, BATCH, STEPS, 0, by_length=True)),
        padding=Padding(tokenizer.pad_token_id), seq2seq=False,
    )  # fmt: skip


def measure(name, data_dir):
    """Return rows per second, and per second of the processor; the first step warms up."""
    from transformers import PrinterCallback

    talks = conversations(data_dir)
    tokenizer = tokenizer_of(turn.content for talk in talks for turn in talk.turns)
    with tempfile.TemporaryDirectory() as folder:
        trainer, timer = globals()[name](talks, tokenizer, folder), clock()
        trainer.remove_callback(PrinterCallback)
        trainer.add_callback(timer)
        trainer.train()
    count = BATCH * (len(timer.ends) - 1)
    return [count / (times[-1] - times[0]) for times in (timer.ends, timer.work)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--only", choices=("ours", "plain"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        print(json.dumps(measure(given.only, given.data_dir)))
        return
    found = {"plain": [], "ours": []}
    where = ["--data-dir", str(given.data_dir)] if given.data_dir else []
    for _ in range(ROUNDS):
        for name, speeds in found.items():
            words = [sys.executable, __file__, "--only", name, *where]
            done = subprocess.run(words, capture_output=True, text=True, check=True)
            speeds.append(json.loads(done.stdout.splitlines()[-1]))
    for name, speeds in found.items():
        rounds = ", ".join(f"{wall:.2f}" for wall, _ in speeds)
        wall, work = (median(column) for column in zip(*speeds, strict=True))
        print(f"{name:6} {wall:6.2f} rows/s · {work:6.2f} rows per processor second ({rounds})")
    ratios = [
        median(ours[n] for ours in found["ours"]) / median(plain[n] for plain in found["plain"])
        for n in (0, 1)
    ]
    print(f"ratio: {ratios[0]:.1f} times the rows per second, {ratios[1]:.1f} by processor time")


if __name__ == "__main__":
    main()
