"""Replies from any causal or seq2seq language model of the Hugging Face kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from listenwell.core.types import Candidate, Message, Prompt
from listenwell.embedded.encoder import EncoderModel, unit
from listenwell.generation.chat_text import (
    ask,
    asking_for,
    encode,
    one_line,
    prompt_text,
    reply_text,
    spoken,
    takes_instructions,
)
from listenwell.generation.hub_models import Loaded, fast_at_bfloat16, find_device, load
from listenwell.generation.plan_words import instructions

LONGEST_PROMPT = 1024
"""Tokens of a prompt, where the model itself sets no lower bound."""
RECIPE = "recipe.yaml"
"""What our own lab leaves in a run's folder."""
_NEXT_SPEAKER = re.compile(r"\s*\b(Human|User|Assistant|Person|Listener)\s*:.*", re.DOTALL)
_WHOLE_SENTENCES = re.compile(r".*[.!?…][\"')”’]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Writing:
    """How freely replies are drawn (nucleus sampling, Holtzman et al. 2020, arXiv:1904.09751)."""

    temperature: float = 0.7
    top_p: float = 0.9
    longest: int = 64


class TransformersGenerator:
    """A language model that writes; what it writes is ranked and guarded like any other's."""

    name = "transformers"
    stays_here = True
    speaks_many = True

    def __init__(
        self, model: str, encoder: EncoderModel | None = None, writing: Writing | None = None
    ) -> None:
        """Load the model.

        Args:
            model: A folder, an adapter's folder, or a name on the hub.
            encoder: What tells how near a reply is to the conversation.
            writing: How freely it writes.

        Raises:
            ModelError: It cannot be had.
        """
        device = find_device()
        dtype = torch.bfloat16 if fast_at_bfloat16(device) else torch.float32
        self._loaded = load(model, dtype=dtype)
        self._loaded.model.to(device).eval()
        self._encoder, self._writing = encoder, writing or Writing()
        # Whether it is told the plan in words. What our own lab trained learned to answer without being told anything.
        self.is_told = takes_instructions(self._loaded.tokenizer) and not _from_lab(model)
        self._lock = Lock()

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        """Write `count` replies in one batch; repeats are left out."""
        loaded = self._loaded
        told = instructions(prompt) if self.is_told else ""
        messages = spoken(prompt.messages)
        if not told:
            messages = asking_for(messages, prompt.plan.language)
        with self._lock:
            asked = asked_ids(loaded, messages, self._writing.longest, told)
            texts = write(loaded, [asked] * count, self._writing, seed)
            texts = list(dict.fromkeys(filter(None, texts)))
            if not texts:
                return []
            replies = [reply_ids(loaded, messages, text, told) for text in texts]
            here = score(loaded, asked, replies)
            nothing = asked_ids(loaded, [Message("user", "")], self._writing.longest, told)
            anywhere = score(loaded, nothing, replies)
        found = [
            Candidate(text, likely, prior)
            for text, likely, prior in zip(texts, here, anywhere, strict=True)
        ]
        return self._nearest(prompt.messages, found)

    def _nearest(
        self, messages: Sequence[Message], found: Sequence[Candidate]
    ) -> Sequence[Candidate]:
        """Return the half that is nearest to the conversation.

        The nearness itself is not told: the engine's bar for it is set for the embedded writer,
        and would put authored replies in the place of another model's.
        """
        if self._encoder is None:
            return found
        replies = self._encoder.replies([candidate.text for candidate in found])
        near = replies @ unit(self._encoder.read(messages))
        order = sorted(range(len(found)), key=lambda n: -near[n])
        return [found[n] for n in order[: -(-len(found) // 2)]]


def _from_lab(model: str) -> bool:
    """Whether a folder is what a recipe of ours left."""
    return any((folder / RECIPE).is_file() for folder in (Path(model), Path(model).parent))


def asked_ids(
    loaded: Loaded, messages: Sequence[Message], longest: int, told: str = ""
) -> list[int]:
    """Return a prompt's tokens, with room left for a reply."""
    room = min(loaded.positions or LONGEST_PROMPT, LONGEST_PROMPT)
    if not loaded.seq2seq:
        room = max(room // 2, room - longest)
    return list(ask(loaded.tokenizer, messages, room, told).ids)


def reply_ids(loaded: Loaded, messages: Sequence[Message], reply: str, told: str = "") -> list[int]:
    """Return a reply's tokens, its end sign included."""
    prompt = prompt_text(loaded.tokenizer, messages, told)
    return encode(loaded.tokenizer, reply_text(loaded.tokenizer, messages, reply, prompt, told))


@torch.no_grad()
def write(
    loaded: Loaded, prompts: Sequence[Sequence[int]], writing: Writing, seed: int
) -> list[str]:
    """Return one reply to each prompt, in whole sentences where it has any."""
    model, tokenizer = loaded.model, loaded.tokenizer
    ids, present = left_padded(prompts, tokenizer.pad_token_id, model.device)
    longest = writing.longest
    if loaded.positions and not loaded.seq2seq:
        longest = max(1, min(longest, loaded.positions - ids.shape[1]))
    with torch.random.fork_rng(devices=range(torch.cuda.device_count())):
        torch.manual_seed(seed)
        written = model.generate(
            input_ids=ids,
            attention_mask=present,
            do_sample=True,
            temperature=writing.temperature,
            top_p=writing.top_p,
            top_k=0,
            max_new_tokens=longest,
            pad_token_id=tokenizer.pad_token_id,
        )
    replies = written if loaded.seq2seq else written[:, ids.shape[1] :]
    ends = tokenizer.eos_token_id
    return [
        clean(tokenizer.decode(reply, skip_special_tokens=True), ended=bool((reply == ends).any()))
        for reply in replies
    ]


@torch.no_grad()
def score(loaded: Loaded, prompt: Sequence[int], replies: Sequence[Sequence[int]]) -> list[float]:
    """Return each reply's mean log-probability per token after a prompt."""
    model, pad = loaded.model, loaded.tokenizer.pad_token_id
    if loaded.seq2seq:
        inputs = _read_and_written(model, prompt, replies, pad)
        scores = model(**inputs).logits
        return _means(scores, replies)
    if loaded.positions:
        room = max(1, loaded.positions - len(prompt))
        replies = [reply[:room] for reply in replies]
    rows = [[*prompt, *reply] for reply in replies]
    ids, present = _right_padded(rows, pad, model.device)
    scores = model(input_ids=ids, attention_mask=present).logits
    return _means(scores[:, len(prompt) - 1 :], replies)


def clean(text: str, *, ended: bool) -> str:
    """Return a reply without what the model wrote for the other side, and without a torn end."""
    text = "".join(sign for sign in text if sign.isprintable() or sign.isspace())
    text = text.replace("\N{REPLACEMENT CHARACTER}", "")
    own = one_line(_NEXT_SPEAKER.sub("", text))
    if ended or own != one_line(
        text
    ):  # it went on to speak for the other side: its own part is whole
        return own
    whole = _WHOLE_SENTENCES.match(own)
    return whole.group() if whole else own


def left_padded(
    rows: Sequence[Sequence[int]], pad: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Return ids and mask of prompts that end together."""
    longest = max(map(len, rows))
    ids = [[pad] * (longest - len(row)) + list(row) for row in rows]
    present = [[0] * (longest - len(row)) + [1] * len(row) for row in rows]
    return torch.tensor(ids, device=device), torch.tensor(present, device=device)


def _right_padded(
    rows: Sequence[Sequence[int]], pad: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    longest = max(map(len, rows))
    ids = [list(row) + [pad] * (longest - len(row)) for row in rows]
    present = [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
    return torch.tensor(ids, device=device), torch.tensor(present, device=device)


def _read_and_written(
    model: Any, prompt: Sequence[int], replies: Sequence[Sequence[int]], pad: int
) -> dict[str, Tensor]:
    ids, present = _right_padded([prompt] * len(replies), pad, model.device)
    written, _ = _right_padded(replies, pad, model.device)
    shifted = model.prepare_decoder_input_ids_from_labels(labels=written)
    return {"input_ids": ids, "attention_mask": present, "decoder_input_ids": shifted}


def _means(scores: Tensor, replies: Sequence[Sequence[int]]) -> list[float]:
    found = []
    for row, reply in zip(scores, replies, strict=True):
        likely = log_softmax(row[: len(reply)].float(), -1)
        picked = likely.gather(1, torch.tensor(reply, device=likely.device)[:, None])
        found.append(float(picked.mean()))
    return found
