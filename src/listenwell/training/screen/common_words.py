"""Counts which words tell a language apart in what people write in distress, for languages of Latin letters.

`python -m listenwell.training.screen.common_words` writes `core/common_words.json`, after lines for training
were added.
"""

import json
import re
from collections import Counter
from pathlib import Path

from listenwell.core import spelling
from listenwell.training.screen.texts import lines_by_language

PATH = Path(spelling.__file__).parent / "common_words.json"
LATIN = ("en", "es", "fr", "de", "pt", "it", "hi-Latn")
MOST = 1200
"""How many words of a language are kept, the commonest first."""
LEAST = 4
"""In how many lines a word has to stand."""
SHARE = 0.6
"""How much of a word's use, all languages weighing the same, has to be one language's."""
_WORD = re.compile(r"[a-zß-öø-ÿœ]{2,}")
_APOSTROPHES = str.maketrans("'’", "  ")


def counted() -> dict[str, list[str]]:
    """Return the words of each language, the commonest first."""
    lines = lines_by_language()
    counts = {code: _lines_with(lines.get(code, ())) for code in LATIN}
    totals = {code: sum(count.values()) for code, count in counts.items()}

    def share(word: str, code: str) -> float:
        return (counts[code][word] / totals[code]) / sum(
            counts[other][word] / totals[other] for other in LATIN
        )

    return {
        code: [
            word
            for word, times in sorted(count.items(), key=lambda item: (-item[1], item[0]))
            if times >= LEAST and share(word, code) >= SHARE
        ][:MOST]
        for code, count in counts.items()
    }


def _lines_with(lines: list[str] | tuple[()]) -> Counter[str]:
    """Return in how many lines each word stands."""
    return Counter(
        word
        for line in set(lines)
        for word in set(_WORD.findall(line.casefold().translate(_APOSTROPHES)))
    )


def main() -> None:
    """Write the words."""
    found = {code: " ".join(words) for code, words in counted().items()}
    PATH.write_text(json.dumps(found, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
