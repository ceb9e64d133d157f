"""Replies that people of a corpus gave to somebody in a situation near to this one."""

import re
from collections.abc import Sequence

from listenwell.core.types import Candidate, Prompt
from listenwell.embedded.bank import Bank
from listenwell.embedded.encoder import EncoderModel, unit
from listenwell.generation.retrieval import nearest
from listenwell.generation.sentences import claims, fault

LONGEST_REPLY = 45
"""Words."""
SHORTEST_REPLY = 4
_ODD = re.compile(r"https?:|www\.|@|\d{3}|[<>{}\[\]|\\_*#]")


class CorpusReplies:
    """Chooses whole replies of a corpus; what names anything that was not said is left out."""

    stays_here = True

    def __init__(self, corpus: str, bank: Bank, encoder: EncoderModel) -> None:
        """Choose from an index.

        Args:
            corpus: Its name, for whoever asks who wrote a reply.
            bank: The replies, what they answered, and the vectors of both.
            encoder: What made the vectors.
        """
        self.name = f"retrieval:{corpus}"
        self._bank, self._encoder = bank, encoder

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        """Return the nearest replies, best first; the seed changes nothing."""
        del seed
        asked = unit(self._encoder.read(prompt.messages))
        texts = nearest(self._bank, asked, prompt.messages, count)
        if not texts:
            return []
        said = " ".join(m.content for m in prompt.messages if m.role == "user")
        said = said.lower().replace("’", "'")
        found = []
        for text, near in zip(texts, self._encoder.replies(texts) @ asked, strict=True):
            fit = float(near)
            seen = Candidate(text, relevance=fit, source="retrieved")
            if fault(text, seen, said) is None:
                # People wrote it, so it stands as a whole; its nearness takes the place of a
                # likelihood, and is not told as relevance, by which a small model is judged.
                found.append(Candidate(text, min(fit, 0.999) - 1.0, -1.0, 0.0, "retrieved"))
        return found


def sayable(reply: str) -> bool:
    """Whether a reply could be given to somebody else: short, and no story of its writer's own."""
    length = len(reply.split())
    return (
        SHORTEST_REPLY <= length <= LONGEST_REPLY
        and reply.count("?") <= 1
        and not _ODD.search(reply)
        and not claims(reply)
    )
