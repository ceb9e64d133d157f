"""Preferences: which of two replies to a conversation was the better one."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from listenwell.core.errors import CorpusError
from listenwell.core.types import History, Message, Reading
from listenwell.dialogue.prompts import NO_PLAN, render
from listenwell.generation.chat_text import (
    Tokenizer,
    ask,
    encode,
    one_line,
    prompt_text,
    reply_text,
    spoken,
)
from listenwell.training.lab.examples import Cuts

FORM = '{"prompt": [{"role": "user", "content": "…"}], "chosen": "…", "rejected": "…"}'


@dataclass(frozen=True, slots=True)
class Preferred:
    """A conversation that ends with the person's message, and two replies."""

    messages: tuple[Message, ...]
    chosen: str
    rejected: str


def read_pairs(names: Sequence[str], data_dir: Path | None) -> list[Preferred]:
    """Read JSON Lines files of preferences.

    Raises:
        CorpusError: A file is missing, a line is not of the form, or there is none at all.
    """
    found = [pair for name in names for pair in _read(_find(name, data_dir))]
    if not found:
        raise CorpusError(f"{', '.join(names)}: no pairs. Expected lines of {FORM}.")
    return found


def divide(pairs: Sequence[Preferred], share: float) -> tuple[list[Preferred], list[Preferred]]:
    """Return pairs to learn from and pairs to measure on; one conversation is never in both.

    Raises:
        CorpusError: All conversations fell to one side.
    """
    train: list[Preferred] = []
    held_out: list[Preferred] = []
    for pair in pairs:
        said = "\n".join(f"{m.role}:{m.content}" for m in pair.messages)
        place = int(hashlib.sha256(said.encode()).hexdigest()[:8], 16) / 16**8
        (held_out if place < share else train).append(pair)
    if not (train and held_out):
        raise CorpusError(
            f"{len(pairs)} pairs are too few to keep {share:.0%} of the conversations for measuring. "
            "Add pairs, or change preference.held_out."
        )
    return train, held_out


def as_rows(
    pairs: Sequence[Preferred], tokenizer: Tokenizer, max_length: int, cuts: Cuts
) -> list[dict[str, list[int]]]:
    """Return prompts and replies as tokens, by the names that TRL gives them."""
    rows = []
    for pair in pairs:
        cuts.replies += 1
        before = prompt_text(tokenizer, pair.messages)
        replies = [
            encode(tokenizer, reply_text(tokenizer, pair.messages, text, before))
            for text in (pair.chosen, pair.rejected)
        ]
        room = max_length - max(map(len, replies))
        if room < max_length // 8:
            cuts.dropped += 1
            continue
        asked = ask(tokenizer, pair.messages, room)
        cuts.truncated_turns += asked.dropped
        cuts.shortened += asked.shortened
        rows.append({
            "prompt_ids": list(asked.ids), "chosen_ids": replies[0], "rejected_ids": replies[1],
        })  # fmt: skip
    return rows


def _find(name: str, data_dir: Path | None) -> Path:
    places = [Path(name).expanduser()]
    if data_dir is not None:
        places.append(data_dir / name)
    for place in places:
        if place.is_file():
            return place
    raise CorpusError(
        f"{name}: no such file of pairs here{' or in ' + str(data_dir) if data_dir else ''}. "
        f"`listenwell data pairs` writes one; each line is {FORM}."
    )


def _read(path: Path) -> Iterator[Preferred]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                yield _parse(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError(
                    f"{path}: line {number}: {error}. Expected {FORM}, the last message the user's."
                ) from error


def _parse(row: Any) -> Preferred:
    said = [Message(turn["role"], turn["content"]) for turn in row["prompt"]]
    if any(m.role not in ("user", "assistant") or not isinstance(m.content, str) for m in said):
        raise ValueError("a message's role must be user or assistant, and its content text")
    # What serving would show of this conversation.
    messages = spoken(render(History(tuple(said)), Reading(), NO_PLAN).messages)
    if not messages or messages[-1].role != "user":
        raise ValueError("the prompt does not end with a message of the user's")
    chosen, rejected = one_line(row["chosen"]), one_line(row["rejected"])
    if not chosen or not rejected or chosen == rejected:
        raise ValueError("chosen and rejected must be two different texts")
    return Preferred(messages, chosen, rejected)
