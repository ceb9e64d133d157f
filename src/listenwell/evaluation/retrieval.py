"""How often the reply that was really given is found among a hundred."""

from collections.abc import Callable, Sequence

import numpy as np

from listenwell.core.errors import CorpusError
from listenwell.core.types import Prompt
from listenwell.corpora.conversation import Conversation
from listenwell.dialogue.prompts import prompts_and_replies
from listenwell.embedded.encoder import EncoderModel, unit
from listenwell.embedded.heads import SHARPNESS
from listenwell.embedded.models import EmbeddedModels
from listenwell.embedded.session import Floats
from listenwell.embedded.writer import Context, WriterModel

OF = 100
SHORT_LIST = 8
"""How many of the hundred, by the encoder, are read together with the context, and weighed by the
writer at most."""
FIT_SHARE = 1.0
"""What a nat of what the encoder tells of context and reply together is worth beside one of what it
tells of them apart; the two were trained alike, and nothing was tuned."""
MARGIN = 2.0
"""How far, in nats, behind the encoder's first a reply may be for the writer to weigh it too; on
training talks a wider margin finds no more and takes twice as long."""
WRITER_SHARE = 0.3
"""What a nat of the writer's is worth beside one of the encoder's; chosen on training talks."""

Show = Callable[[int, int], None]


def retrieval(
    models: EmbeddedModels, conversations: Sequence[Conversation], seed: int, show: Show
) -> dict[str, float]:
    """Measure P@1 of 100 and the mean reciprocal rank, as Rashkin et al. 2019 do.

    Each context's candidates are its own reply and 99 that followed other contexts, drawn once.
    The encoder ranks all from context and reply read apart, and its first few again from both
    read together; among those still near the first, the writer weighs how much likelier the
    context makes each reply. `p_at_1_of_100_encoder` is the first of these rankings alone, and
    `p_at_1_of_100_together` what comes of the first two.
    """
    pairs = [pair for c in conversations for pair in prompts_and_replies(c)]
    if len(pairs) < OF:
        raise CorpusError(f"{len(pairs)} replies; at least {OF} are needed to choose among {OF}.")
    encoder, random = models.encoder, np.random.default_rng(seed)
    texts = [text for _, text in pairs]
    replies = unit(encoder.pool([encoder.tokenizer.reply(text) for text in texts]))
    contexts = unit(encoder.pool([encoder.tokenizer.context(p.messages) for p, _ in pairs]))
    alone = _Alone(models.writer, texts)
    first = first_encoder = first_together = reciprocal = 0.0
    for index, (prompt, _) in enumerate(pairs):
        others = random.choice(len(pairs) - 1, OF - 1, replace=False)
        rows = np.array([index, *(others + (others >= index))])
        scores = SHARPNESS * (replies[rows] @ contexts[index])
        first_encoder += int(scores.argmax() == 0)
        scores = _together(encoder, scores, rows, prompt, texts)
        first_together += int(scores.argmax() == 0)
        scores = _weighed(scores, rows, prompt, texts, models.writer, alone)
        rank = 1 + int((scores > scores[0]).sum())
        first += rank == 1
        reciprocal += 1 / rank
        show(index + 1, len(pairs))
    count = len(pairs)
    return {
        "p_at_1_of_100": first / count,
        "p_at_1_of_100_encoder": first_encoder / count,
        "p_at_1_of_100_together": first_together / count,
        "mrr": reciprocal / count,
        "replies": count,
    }


class _Alone:
    """How likely each reply is to a person who said nothing, worked out when first asked for."""

    def __init__(self, writer: WriterModel, texts: Sequence[str]) -> None:
        self._writer, self._texts = writer, texts
        self._nothing: Context = writer.read(writer.tokenizer.context([]))
        self._known: dict[int, float] = {}

    def __call__(self, rows: Sequence[int]) -> Floats:
        new = [row for row in rows if row not in self._known]
        if new:
            found = _likely(self._writer, self._nothing, [self._texts[row] for row in new])
            self._known |= dict(zip(new, map(float, found), strict=True))
        return np.array([self._known[row] for row in rows], np.float32)


def _likely(writer: WriterModel, context: Context, texts: Sequence[str]) -> Floats:
    opening = writer.tokenizer.opening()
    replies = [writer.tokenizer.reply(text) for text in texts]
    scores = writer.score(context, [opening] * len(texts), replies)
    return np.array([float(part.sum()) for part in scores], np.float32)


def _together(
    encoder: EncoderModel, scores: Floats, rows: np.ndarray, prompt: Prompt, texts: Sequence[str]
) -> Floats:
    best = np.argsort(-scores)[:SHORT_LIST]
    fits = encoder.fits(prompt.messages, [texts[row] for row in rows[best]])
    return _reordered(scores, best, scores[best] + FIT_SHARE * fits)


def _reordered(scores: Floats, best: np.ndarray, new: Floats) -> Floats:
    """Return new scores for the best; the rest keep their order, behind them."""
    found: Floats = scores - scores.max() + new.min() - 1
    found[best] = new
    return found


def _weighed(
    scores: Floats,
    rows: np.ndarray,
    prompt: Prompt,
    texts: Sequence[str],
    writer: WriterModel,
    alone: _Alone,
) -> Floats:
    best = np.argsort(-scores)[:SHORT_LIST]
    best = best[scores[best] >= scores[best[0]] - MARGIN]
    if len(best) == 1:
        return scores
    context = writer.read(writer.tokenizer.context(prompt.messages))
    given = _likely(writer, context, [texts[row] for row in rows[best]])
    new = scores[best] + WRITER_SHARE * (given - alone(rows[best].tolist()))
    return _reordered(scores, best, new)
