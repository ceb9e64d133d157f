"""How good each authored sentence was judged wherever it was offered: writes `moves/worths.txt`.

python -m listenwell.training.worths
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path

from listenwell.corpora.judged import Judged, read_judged
from listenwell.dialogue.repertoire import Move, Repertoire
from listenwell.embedded.heads import GOODNESS

DOUBT = 4
"""As many judgements, all of them usual, are added to a sentence's own, which may be few."""


def worths(moves: Iterable[Move], judged: Iterable[Judged]) -> Mapping[str, float]:
    """Return by how much each move that was judged beats the usual one, its mean drawn to 0."""
    exact, filled = set(), []
    for move in moves:
        if move.slots:
            filled.append((re.compile(_filled(move.text)), move.text))
        else:
            exact.add(move.text)
    told: dict[str, list[float]] = defaultdict(list)
    for one in judged:
        for text, label in one.told:
            found = (
                text if text in exact else next((m for p, m in filled if p.fullmatch(text)), None)
            )
            if found:
                told[found].append(GOODNESS[label])
    labels = [label for some in told.values() for label in some]
    usual = sum(labels) / max(1, len(labels))
    return {
        text: (sum(some) - usual * len(some)) / (len(some) + DOUBT) for text, some in told.items()
    }


def _filled(text: str) -> str:
    return "".join(
        ".+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", text)
    )


def write(path: Path, found: Mapping[str, float]) -> None:
    """Write worths, one to a line, the best first."""
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    path.write_text("".join(f"{worth:.2f} {text}\n" for text, worth in ordered), encoding="utf-8")


def main() -> None:
    """Write the package's own file anew."""
    path = Path(str(files("listenwell.dialogue").joinpath("moves/worths.txt")))
    judged = (one for one in read_judged() if one.split == "train")
    write(path, worths(Repertoire.default(), judged))


if __name__ == "__main__":
    main()
