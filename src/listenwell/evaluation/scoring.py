"""How well the writer foresees what people replied."""

import math
import re
from collections.abc import Callable, Sequence

from listenwell.core.errors import CorpusError
from listenwell.corpora.conversation import Conversation
from listenwell.dialogue.prompts import prompts_and_replies
from listenwell.embedded.tokens import WRITER_POSITIONS
from listenwell.embedded.writer import WriterModel

WORD = re.compile(r"\w+|[^\w\s]")


def perplexity(
    writer: WriterModel, conversations: Sequence[Conversation], show: Callable[[int, int], None]
) -> dict[str, float]:
    r"""Measure how well the listeners' replies are foreseen, whole and as they were typed.

    A word is a match of `\w+|[^\w\s]` in the reply, plus one end per reply; bytes are UTF-8, plus
    one per reply. The writer is told neither emotion nor strategy. A reply longer than the
    places it knows, some three hundred tokens, is left out.
    """
    pairs = [pair for c in conversations for pair in prompts_and_replies(c)]
    tokenizer = writer.tokenizer
    opening = tokenizer.opening()
    nats = tokens = words = size = replies = 0.0
    for index, (prompt, text) in enumerate(pairs):
        context = writer.read(tokenizer.context(prompt.messages))
        ids = [*tokenizer.tokens(text), tokenizer.end]
        if len(context.tokens) + len(opening) + len(ids) <= WRITER_POSITIONS:
            nats -= float(writer.score(context, [opening], [ids])[0].sum())
            tokens += len(ids)
            words += len(WORD.findall(text)) + 1
            size += len(text.encode()) + 1
            replies += 1
        show(index + 1, len(pairs))
    if not replies:
        raise CorpusError("no conversation holds a listener's reply: nothing to measure.")
    return {
        "perplexity_per_token": math.exp(nats / tokens),
        "perplexity_per_word": math.exp(nats / words),
        "bits_per_byte": nats / size / math.log(2),
        "replies": replies,
    }
