"""The learned part of the screen: a network of its own, pieces of words, and what rules saw.

The network is a copy of the shared encoder that learned nothing but danger; pieces of words help
where it reads little, as in languages that it was hardly shown. A small regression weighs both
beside what rules saw, and tells how likely a message shows each level or more. Trained by
`make train-screen` (see `training/screen`).
"""

import hashlib
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from listenwell.core.errors import ModelError
from listenwell.core.recent import Recent
from listenwell.core.types import Message, RiskKind, RiskLevel, Subject
from listenwell.embedded.encoder import EncoderModel, Pieces
from listenwell.embedded.files import ENCODER, ENCODER_TOKENIZER, HEADS, ModelFiles, sha256
from listenwell.embedded.heads import RISK_HEADS
from listenwell.embedded.tokens import ENCODER_CONTEXT, EncoderTokenizer
from listenwell.safety.data import read_yaml
from listenwell.safety.normalise import Plain, plain
from listenwell.safety.passages import WHOLE

HEAD = Path(__file__).parent / "learned.npz"
NETWORK = Path(__file__).parent / "network"
"""The folder of the screen's own network: a copy of the encoder that learned nothing but danger."""
BUCKETS = 1 << 17
"""How many features pieces of words are hashed into."""
READ = {"risk_low": RiskLevel.LOW, **RISK_HEADS}
"""The heads of the screen's network that tell whether a message shows a level or more; the lowest
stands for something grave that is over."""
LEVELS = tuple(READ.values())
"""The levels of which it tells how likely a message shows them or more; imminent, if it is grave."""
FEW = 5
"""Up to how many words of a message leave a rule the last word."""
SOON, SOON_IN_TALK = 0.9, 0.8
"""The share of the bar for high from which a message may count as imminent, by itself and where it is
read with what was said before it."""
TOGETHER, LONGEST = 4, 700
"""How many of the person's newest messages are read as a conversation, and how many letters of them
where they are read as one text."""
QUESTION = 160
"""Letters of each of our own messages between that are read: up to its last question, else its end."""
QUESTION_MARKS = "?？؟"
KINDS = tuple(kind for kind in RiskKind if kind not in (RiskKind.DISTRESS, RiskKind.SCREEN_FAILURE))
WEIGHED = ("weights", "offset", "bars", "floors")
"""The arrays of each weighing in the head's file, in the order of `Weighing`."""
UNREADABLE = 0.3
"""From which share of unknown pieces on the encoder is not asked."""
_WORDS = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]")
"""What a message must hold to be judged: sums and signs are left to the rules."""
_READ = 800
"""Letters that are read of a message: half from its beginning, half from its end."""
_REMEMBERED = 512
_PIECE = 5
"""Letters of the longest pieces inside a word."""
_DISGUST = re.compile(
    r"\b(?:want(?:ed)?|wanna|going|gonna|feel like|could|makes? me want) (?:to )?"
    r"(?:throw(?:ing)? up|be sick|puke|vomit)\b",
    re.IGNORECASE,
)
_NO_LUNCH = re.compile(
    r"\bhaven'?t eaten since (?:yesterday|breakfast|lunch|this morning|last night)"
    r"(?: (?:lunch|dinner|breakfast|morning|noon))?\b",
    re.IGNORECASE,
)
_BUSY = re.compile(
    r"\b(?:busy|work|shifts?|no time|time off|hospital|kids|my (?:mum|mom|dad|son|daughter)|deadlines?|driving|funeral|exams?)\b",
    re.IGNORECASE,
)
_OF_EATING = re.compile(
    r"\b(?:ate|eating|food|meals?|dinner|calories?|weight|weigh\w*|fat|thin|skinny|kilos?|kg|lbs?|pounds|scales?|binge\w*|purge\w*|"
    r"mirror|body|hungry|hunger|full|fingers?|throat|toilet|every (?:day|time|night)|again|days?|faint\w*|dizzy|control|laxatives?)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"[^\s.!?\u2026\u3002\uff01\uff1f\u061f][^.!?\u2026\n\u3002\uff01\uff1f\u061f]*[.!?\u2026\u3002\uff01\uff1f\u061f]*"
)
SENTENCES = 8
"""Sentences of a message that are looked through for the one that tells of danger."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no spaces between words."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What rules saw in a message.

    Attributes:
        sure: The highest level of a wording that speaks for itself.
        doubtful: The highest level of a wording that innocent messages share.
        aside: Whether something was seen denied, past or made up.
    """

    sure: RiskLevel = RiskLevel.NONE
    doubtful: RiskLevel = RiskLevel.NONE
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the learned part makes of one message.

    Attributes:
        level: The level that its probabilities speak for.
        kind: The likeliest kind of danger.
        subject: Whom it most likely concerns.
        most: The level above which nothing is likely at all.
        danger: The level that they speak for if it is left open how soon: high at most.
        told_by: Where the sentence begins and ends that speaks most for the level, where it is one
            that no rule saw in a message by itself.
    """

    level: RiskLevel
    kind: RiskKind = RiskKind.SUICIDE
    subject: Subject = Subject.SELF
    most: RiskLevel = RiskLevel.IMMINENT
    danger: RiskLevel = RiskLevel.NONE
    told_by: tuple[int, int] | None = None


class Judge(Protocol):
    """The learned part as the screen knows it."""

    def judge(self, text: str, seen: Seen = Seen(), before: tuple[Message, ...] = ()) -> Judgement:
        """Return what a message shows; raises where it cannot tell.

        Args:
            text: The message.
            seen: What rules saw in it, and in the person's messages before it where they are given.
            before: What was said before it, where it is to be judged as part of a conversation.
        """
        ...


@dataclass(frozen=True, slots=True)
class Weighing:
    """How levels are told from `facts`.

    Attributes:
        weights: (levels, numbers of `facts`), and beside them `offset`, (levels,).
        offset: See `weights`.
        bars: Probabilities from which a message counts as each level, (levels,).
        floors: Probabilities under which each level is unlikely at all, (levels,).
    """

    weights: NDArray[np.float32]
    offset: NDArray[np.float32]
    bars: NDArray[np.float32]
    floors: NDArray[np.float32]

    def shares(self, known: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the probability of each level, from `facts`; of imminent, that of a grave message."""
        scores = (self.weights @ known + self.offset).astype(float)
        found: NDArray[np.float64] = 1 / (1 + np.exp(-scores))
        return found


@dataclass(frozen=True, slots=True)
class Head:
    """The trained numbers.

    Attributes:
        pieces: (levels + kinds, `BUCKETS`), for pieces of words, in whole steps of `scale`.
        scale: (levels + kinds,), in nats.
        bias: (levels + kinds,).
        alone: How a message by itself is weighed.
        in_talk: How a message is weighed that is read with what was said before it.
        pressing: (hidden + 1,), weights and last the offset: from what the network makes of a message
            that is grave, the log odds that it is imminent.
        network: The digest of the network that it was trained on; see `network_files`.
    """

    pieces: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]
    pressing: NDArray[np.float32]
    alone: Weighing
    in_talk: Weighing
    network: str

    def spelled(self, text: str) -> NDArray[np.float32]:
        """Return what pieces of words alone tell of every level and kind, in nats."""
        found: NDArray[np.float32] = self.bias + told_by_pieces(self.pieces, self.scale, text)
        return found


class LearnedJudge:
    """Judges by head and network; both are loaded when first needed."""

    def __init__(self, head: Path = HEAD) -> None:
        self._path = head
        self._recent = Recent[Judgement](_REMEMBERED)

    def judge(self, text: str, seen: Seen = Seen(), before: tuple[Message, ...] = ()) -> Judgement:
        """Return what a message shows, by itself or as part of a conversation.

        Raises:
            ModelError: The network or the head is missing, damaged, or not of one training.
        """
        known = self._recent.get((text, seen, before))
        if known is None:
            known = judged(*self._parts, text, seen, before)
            self._recent.keep((text, seen, before), known)
        return known

    @cached_property
    def _parts(self) -> tuple[Head, EncoderModel]:
        head, (network, digest) = read_head(self._path), screen_network()
        if head.network != digest:
            raise ModelError(
                f"{self._path}: trained on another network than the one in {NETWORK}. "
                "Train it anew: make train-screen."
            )
        return head, network


@lru_cache(maxsize=1)
def screen_network() -> tuple[EncoderModel, str]:
    """Return the screen's network and its digest, loaded once for the screen and the guard.

    Raises:
        ModelError: It is missing or damaged.
    """
    files = network_files()
    return EncoderModel(files, arena=False), files.digest


def network_files(folder: Path = NETWORK) -> ModelFiles:
    """Return the files of the screen's network; their digest is over all three.

    Raises:
        ModelError: One cannot be read.
    """
    digests = [sha256(folder / file) for file in (ENCODER, ENCODER_TOKENIZER, HEADS)]
    together = hashlib.sha256("".join(digests).encode()).hexdigest()
    return ModelFiles("screen", folder, together)


def judged(
    head: Head, encoder: EncoderModel, text: str, seen: Seen, before: Sequence[Message] = ()
) -> Judgement:
    """Return what head and network make of a message, by itself or as part of a conversation."""
    part = looked_at(text)
    whole = looked_at(in_one(before, text)) if before else part
    if not _WORDS.search(whole.text):
        return Judgement(RiskLevel.NONE)
    spelled = head.spelled(whole.text)
    pieces = pieces_of(encoder.tokenizer, part, before)
    pooled = encoder.pool([pieces])[0] if readable(encoder.tokenizer, pieces) else None
    read = None if pooled is None else told_by_network(encoder, pooled, head.pressing)
    weighing = head.in_talk if before else head.alone
    shares = weighing.shares(facts(read, spelled[: len(LEVELS)], seen))
    level, danger = spoken_for(shares, weighing.bars, SOON_IN_TALK if before else SOON)
    kinds = spelled[len(LEVELS) :] if pooled is None else encoder.tell("risk_kind", pooled)
    kind = KINDS[int(np.argmax(kinds))]
    if level is RiskLevel.HIGH > seen.sure and kind is RiskKind.MEDICAL:
        level = RiskLevel.IMMINENT  # a body in danger is in danger now
    other = pooled is not None and encoder.tell("risk_subject", pooled)[1] > 0.5
    likely = _most(_reached(shares, weighing.floors))
    # What was not read cannot be doubted, nor what has hardly any words.
    last_word = (terse(text) and not before) or not (
        len(text) <= _READ and _read_whole(encoder.tokenizer, part, pieces)
    )
    return Judgement(
        level,
        kind,
        Subject.OTHER if other else Subject.SELF,
        RiskLevel.IMMINENT if last_word else likely,
        danger,
        _told_by(head, encoder, text, level) if level > seen.sure and not before else None,
    )  # fmt: skip


def _told_by(
    head: Head, encoder: EncoderModel, text: str, level: RiskLevel
) -> tuple[int, int] | None:
    """Return the sentence that by itself speaks most for a level; None where there is but one.

    Nor is one looked for in a very long message, so that time does not grow with hostile texts.
    """
    if len(text) > WHOLE:
        return None
    spans = [found.span() for found in _SENTENCE.finditer(text)]
    if len(spans) < 2:
        return None
    # What stands in the middle of a long message is not read.
    spans = [*spans[: SENTENCES // 2], *spans[SENTENCES // 2 :][-SENTENCES // 2 :]]
    parts = [looked_at(text[start:end]) for start, end in spans]
    pooled = encoder.pool([pieces_of(encoder.tokenizer, part) for part in parts])
    shares = np.stack([
        head.alone.shares(facts(
            told_by_network(encoder, row, head.pressing),
            head.spelled(part.text)[: len(LEVELS)], Seen(),
        ))
        for part, row in zip(parts, pooled, strict=True)
    ])  # fmt: skip
    told = shares[:, LEVELS.index(level)]
    if level is RiskLevel.IMMINENT:
        told = told * shares[:, LEVELS.index(RiskLevel.HIGH)]
    return spans[int(np.argmax(told))]


def _reached(shares: NDArray[np.float64], bars: NDArray[np.float32]) -> list[RiskLevel]:
    """Return the levels whose probability is at least their bar."""
    return [level for level, share, bar in zip(LEVELS, shares, bars, strict=True) if share >= bar]


def _most(likely: Sequence[RiskLevel]) -> RiskLevel:
    """Return the gravest of the levels that are likely, of which imminent is none where high is not."""
    if RiskLevel.HIGH not in likely:
        likely = [level for level in likely if level < RiskLevel.HIGH]
    return max(likely, default=RiskLevel.LOW)


def _read_whole(tokenizer: EncoderTokenizer, part: Plain, pieces: Pieces) -> bool:
    """Whether all of a message is in what the network reads, or only its beginning and its end."""
    if len(pieces[0]) < ENCODER_CONTEXT:
        return True  # a message that is cut fills all the room there is
    alone, _ = pieces_of(tokenizer, part)
    return len(alone) < ENCODER_CONTEXT


def terse(text: str) -> bool:
    """Whether a message has too few words for the learned part to doubt what a rule saw in it."""
    return len(text.split()) <= FEW and not _UNSPACED.search(text)


def spoken_for(
    shares: NDArray[np.float64], bars: NDArray[np.float32], soon: float = SOON
) -> tuple[RiskLevel, RiskLevel]:
    """Return the level that probabilities speak for, and the same if how soon is left open.

    Time and means by themselves are everybody's: "tonight" counts beside danger.

    Args:
        shares: The probability of each level or more, (levels,).
        bars: From which each counts, (levels,).
        soon: The share of the bar for high that imminent needs besides.
    """
    reached = _reached(shares, bars)
    danger = max((level for level in reached if level <= RiskLevel.HIGH), default=RiskLevel.NONE)
    high = LEVELS.index(RiskLevel.HIGH)
    imminent = RiskLevel.IMMINENT in reached and shares[high] >= soon * bars[high]
    return (RiskLevel.IMMINENT if imminent else danger), danger


def readable(tokenizer: EncoderTokenizer, pieces: tuple[Sequence[int], Sequence[int]]) -> bool:
    """Whether the encoder knows enough of a message's word pieces."""
    return pieces[0].count(tokenizer.unknown) < UNREADABLE * len(pieces[0])


def read_from(encoder: EncoderModel, pooled: NDArray[np.float32]) -> list[float]:
    """Return the log odds of each level that the encoder has a head for.

    Args:
        encoder: The network.
        pooled: What it made of a message, (hidden,).
    """
    shares = (encoder.tell(name, pooled) for name in READ)
    return [float(np.log(yes + 1e-6) - np.log(no + 1e-6)) for no, yes in shares]


def told_by_network(
    encoder: EncoderModel, pooled: NDArray[np.float32], pressing: NDArray[np.float32]
) -> list[float]:
    """Return `read_from`, and last the log odds that a message is imminent if it is grave.

    Args:
        encoder: The network.
        pooled: What it made of a message, (hidden,).
        pressing: See `Head`.
    """
    return [*read_from(encoder, pooled), float(pooled @ pressing[:-1] + pressing[-1])]


def facts(
    read: list[float] | None, spelled: NDArray[np.float32], seen: Seen
) -> NDArray[np.float32]:
    """Return the numbers that the regression weighs.

    Args:
        read: What `told_by_network` returned, or None where the network cannot read the message.
        spelled: What pieces of words tell of each level, (levels,).
        seen: What rules saw.
    """
    ruled = [level >= bar for level in (seen.sure, seen.doubtful) for bar in LEVELS]
    return np.concatenate((
        np.zeros(len(READ) + 1, np.float32) if read is None else np.asarray(read, np.float32),
        spelled,
        spelled if read is None else np.zeros_like(spelled),
        np.asarray([*ruled, seen.aside, read is None], np.float32),
    ))  # fmt: skip


def pieces_of(tokenizer: EncoderTokenizer, part: Plain, before: Sequence[Message] = ()) -> Pieces:
    """Return the word pieces of a message, with what is read of what was said before it.

    Args:
        tokenizer: The network's.
        part: What is looked at of the message.
        before: What was said before it.
    """
    return tokenizer.context([*_heard(before), Message("user", as_read(part))])


def _heard(before: Sequence[Message]) -> Iterator[Message]:
    """Yield what is read of a conversation: the person's newest messages, the ends of ours between."""
    said = [place for place, message in enumerate(before) if message.role == "user"]
    for message in before[said[-TOGETHER + 1 :][0] :] if said else ():
        if message.role == "user":
            yield Message("user", as_read(looked_at(message.content)))
        else:
            yield Message("assistant", _asked(message.content)[-QUESTION:])


def _asked(said: str) -> str:
    """Return a message of ours up to its last question: a help line may stand behind it."""
    end = max(said.rfind(mark) for mark in QUESTION_MARKS) + 1
    return said[:end] if end else said


def in_one(before: Sequence[Message], text: str) -> str:
    """Return the person's newest messages as one text."""
    said = [message.content for message in before if message.role == "user"]
    return ". ".join([*said[-TOGETHER + 1 :], text])[-LONGEST:] if said else text


def excerpt(text: str) -> str:
    """Return what is read of a message: people say what happened first and how it is last."""
    return text if len(text) <= _READ else f"{text[: _READ // 2]} {text[-_READ // 2 :]}"


def meant(text: str) -> str:
    """Return a message with sayings put as they are meant, unless it speaks of food or weight besides.

    The learned part takes "i want to throw up" at somebody's news, or a day too full to eat, for an
    illness of eating. Other sayings are left out.
    """
    text = _sayings().sub(" ", text)
    if _OF_EATING.search(text):
        return text
    text = _DISGUST.sub("am upset", text)
    return _NO_LUNCH.sub("have been busy since yesterday", text) if _BUSY.search(text) else text


@lru_cache(maxsize=1)
def _sayings() -> re.Pattern[str]:
    lines: list[str] = read_yaml("sayings.yaml")
    return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE)


def looked_at(text: str) -> Plain:
    """Return what is judged of a message, in training as in serving."""
    return plain(meant(excerpt(text)))


def as_read(part: Plain) -> str:
    """Return a message as the network reads it: in its plain form where words are disguised in it."""
    return part.text if part.disguised else part.original


def hashed(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return which hashed features a plain text has, and how strongly: 1 together."""
    words = sorted({zlib.crc32(piece.encode()) % BUCKETS for piece in _pieces(text)})
    each = 1 / max(len(words), 1) ** 0.5
    return np.asarray(words, np.int64), np.full(len(words), each, np.float32)


def told_by_pieces(
    pieces: NDArray[np.int8], scale: NDArray[np.float32], text: str
) -> NDArray[np.float32]:
    """Return what the pieces of a plain text's words tell of each label, (labels,), in nats.

    Args:
        pieces: (labels, `BUCKETS`), in whole steps of `scale`.
        scale: (labels,).
        text: The plain text.
    """
    indices, values = hashed(text)
    told: NDArray[np.float32] = pieces[:, indices] * scale[:, None]
    found: NDArray[np.float32] = told @ values
    return found


def _pieces(text: str) -> Iterator[str]:
    """Yield words, neighbours, and letters in a row: inside words, or where none are told apart."""
    if _UNSPACED.search(text):
        letters = text.replace(" ", "")
        yield from (letters[i : i + n] for n in range(1, 5) for i in range(len(letters) - n + 1))
        return
    words = text.split()
    yield from (f"1{word}" for word in words)
    yield from (f"2{a} {b}" for a, b in pairwise(words))
    yield from (f"3{a} {c}" for a, c in zip(words, words[2:], strict=False))
    yield from (f"4{a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False))
    for word in words:
        whole = f"<{word}>"
        yield from (
            whole[i : i + n] for n in range(3, _PIECE + 1) for i in range(len(whole) - n + 1)
        )


@lru_cache(maxsize=2)
def read_head(path: Path = HEAD) -> Head:
    """Read a trained head.

    Raises:
        ModelError: The file is missing or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            content: dict[str, Any] = {name: arrays[name] for name in arrays.files}
        alone, in_talk = (
            Weighing(*(content[f"{where}_{name}"].astype(np.float32) for name in WEIGHED))
            for where in ("alone", "in_talk")
        )
        return Head(
            pieces=content["pieces"],
            scale=content["scale"].astype(np.float32),
            bias=content["bias"].astype(np.float32),
            pressing=content["pressing"].astype(np.float32),
            alone=alone,
            in_talk=in_talk,
            network=str(content["network"]),
        )
    except Exception as error:  # numpy raises many kinds for a bad file
        raise ModelError(
            f"{path}: not the screen's head ({error}). Train it: make train-screen."
        ) from error
