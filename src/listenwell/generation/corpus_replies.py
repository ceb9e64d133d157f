"""Replies that people of a corpus gave to somebody in a situation near to this one."""

import re
from collections.abc import Sequence

from listenwell.core.types import Candidate, Prompt
from listenwell.embedded.bank import Bank
from listenwell.embedded.encoder import EncoderModel, unit
from listenwell.generation.retrieval import nearest
from listenwell.generation.sentences import FREE, already_told, claims, of_nobody

LONGEST_REPLY = 45
"""Words."""
SHORTEST_REPLY = 4
"""Words besides being sorry to hear that."""
LOOKED_AT = 60
"""How many of the nearest replies are looked at more closely."""
NEAR_REPLY = 0.3
"""The cosine to the conversation from which a reply is about it."""
HARMLESS = FREE | frozenset(
    """after alone also anything anyway away bring brought came carrying change come comes control cope coping
    course deal dealing decide decision describe details different each everything experience
    experiencing explain far felt first forget gets getting give given goes going got happen happened
    happening happens hear heard help helped helps hi hello here hold idea imagine important its keep
    kind know leave left less let life listen listening little living longer moment months move must
    need needs often okay options own part past people person place please position possible process
    reason recently remember seem seems sense share shared situation someone somewhere soon sort
    sounded stay step stop stress stressful struggle struggling stuck stay support sure talk talked
    talking tell thank thanks thoughts times today totally tried try trying turn understand
    understandable usually want wants whole willing wish words work works world wrong yes""".split()  # noqa: SIM905
)
"""Words that a reply may use whatever was said; every other one the person must have used."""
_ODD = re.compile(r"https?:|www\.|@|\d{3}|[<>{}\[\]|\\_*#]")
# "I'm so sorry" and "I can imagine" claim no life; "I lost my job too" does.
_LISTENING = re.compile(
    r"\b((i(['’]?m| am)? )?((really|so|very|truly|just) )*sorry|i(['’]?m| am) (here|listening)|"
    r"i ((can|do) )?((only|really) )?(hear|see|understand|wonder|imagine|tell|get)( (you|that|it))?)\b"
    r"( (to hear|for|about) (that|this|it|your loss))?",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…]['\"’”)]*$")


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
        """Return the nearest replies that keep to the plan, best first; the seed changes nothing."""
        del seed
        plan = prompt.plan
        asked = unit(self._encoder.read(prompt.messages))
        said = " ".join(m.content for m in prompt.messages if m.role == "user")
        said = said.lower().replace("’", "'")
        bank = self._bank
        near = nearest(bank, asked, prompt.messages, LOOKED_AT)
        fitting = [
            (float(bank.vectors[at] @ asked), text)
            for at, text in ((at, bank.replies[at]) for at in near)
            if (plan.asks or "?" not in text)
            and len(text.split()) <= plan.words
            and not of_nobody(text, said)
            and not already_told(text, said)
        ]
        # People wrote it, so it stands as a whole; its nearness takes the place of a likelihood, and
        # is not told as relevance, by which the sentences of a small model are judged.
        return [
            Candidate(text, min(fit, 0.999) - 1.0, -1.0, source="retrieved")
            for fit, text in sorted(fitting, reverse=True)[:count]
            if fit >= NEAR_REPLY
        ]


def sayable(reply: str) -> bool:
    """Whether a reply could be given to somebody else: short, and no story of its writer's own."""
    rest = _LISTENING.sub("", reply)
    return (
        len(rest.split()) >= SHORTEST_REPLY
        and len(reply.split()) <= LONGEST_REPLY
        and reply.count("?") <= 1
        and _ENDS.search(reply) is not None
        and not _ODD.search(reply)
        and not claims(rest)
    )
