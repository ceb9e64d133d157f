"""How often each word is said in our own labelled messages: writes `dialogue/moves/often.txt`.

python -m listenwell.training.often
"""

from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from listenwell.corpora.told import read_told
from listenwell.dialogue.words import padded

FEWEST = 3
"""In how many messages a word must be to be written down."""


def often(messages: Iterable[str]) -> str:
    """Return the count of messages, and how many of them hold each word, the commonest first."""
    counted: Counter[str] = Counter()
    total = 0
    for message in messages:
        total += 1
        counted.update(set(padded(message).split()))
    kept = sorted((-count, word) for word, count in counted.items() if count >= FEWEST)
    return "\n".join([f"{total}", *(f"{word} {-count}" for count, word in kept)]) + "\n"


def main() -> None:
    """Write the counts of the messages that say what they tell."""
    out = Path(str(files("listenwell.dialogue").joinpath("moves/often.txt")))
    out.write_text(often(one.messages[-1].content for one in read_told()), encoding="utf-8")


if __name__ == "__main__":
    main()
