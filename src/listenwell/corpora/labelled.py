"""Corpora of labelled texts, not conversations: empathy levels, and posts about distress.

They are found like any other corpus (`--data-dir`, `LISTENWELL_DATA`), never fetched, shown or
shipped: real people in distress wrote them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from listenwell.core.errors import CorpusError
from listenwell.corpora.conversation import RowLog, Split
from listenwell.corpora.csv_rows import read_rows
from listenwell.corpora.text import assign_split, tidy

EMPATHY = ("emotional_reactions", "interpretations", "explorations")
"""The three mechanisms of EPITOME (Sharma et al. 2020, arXiv:2009.08441), each of level 0 to 2."""

DANGER = {"none": 0, "distress": 1, "suicidal": 2}
"""What a post shows, as far as the public labels tell."""

# Which label of which file stands for what. SDCNL's labels say only which forum a post came from.
_POSTS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("risk/sdcnl_train.csv", "text", {"suicide": "suicidal", "depression": "distress"}),
    ("risk/twitter_intent.csv", "text", {"1": "suicidal", "0": "none"}),
    ("risk/depression_severity.csv", "text",
     {"minimum": "none", "mild": "distress", "moderate": "distress", "severe": "distress"}),
    ("risk/dreaddit_train.csv", "post", {"yes": "distress", "no": "none"}),
    ("risk/sad_train.csv", "post", {}),
)  # fmt: skip
_EVERYDAY_STRESS = "distress"
"""The label of a file whose every row is everyday stress."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A post, a response to it, and the level of one mechanism of empathy."""

    post: str
    response: str
    mechanism: str
    level: int
    split: Split


@dataclass(frozen=True, slots=True)
class Post:
    """A post and what it shows: a key of `DANGER`."""

    text: str
    shows: str
    split: Split


def read_empathy(data: Path) -> Iterator[Rated]:
    """Yield EPITOME's rated pairs; a post's pairs are all in one split, a tenth in "valid".

    Args:
        data: The folder that holds `epitome/`.

    Raises:
        CorpusError: A file is missing, or a row has no level from 0 to 2.
    """
    for mechanism in EMPATHY:
        path = data / "epitome" / f"{mechanism}.csv"
        for line, row in _rows(path, ("seeker_post", "response_post", "level")):
            if row["level"] not in ("0", "1", "2"):
                raise CorpusError(f"{path}: line {line}: `level` is {row['level']!r}, not 0, 1, 2.")
            post = tidy(row["seeker_post"])
            split = _split(post)
            yield Rated(post, tidy(row["response_post"]), mechanism, int(row["level"]), split)


def read_posts(data: Path) -> Iterator[Post]:
    """Yield labelled posts of the risk corpora that are here, a tenth in "valid".

    Args:
        data: The folder that holds `risk/`.

    Raises:
        CorpusError: None of the files is here, or a label is unknown.
    """
    found = [item for item in _POSTS if (data / item[0]).is_file()]
    if not found:
        known = ", ".join(name for name, _, _ in _POSTS)
        raise CorpusError(
            f"{data}: no labelled posts here. Put any of {known} there, or leave their task out."
        )
    for name, column, labels in found:
        for line, row in _rows(data / name, (column, "label")):
            shows = labels.get(row["label"], _EVERYDAY_STRESS if not labels else "")
            if not shows:
                raise CorpusError(
                    f"{data / name}: line {line}: unknown label {row['label']!r}. "
                    f"Known: {', '.join(labels)}."
                )
            text = tidy(row[column])
            if text:
                yield Post(text, shows, _split(text))


def read_posts_abroad(data: Path) -> Iterator[str]:
    """Yield BRIGHTER's training texts in many languages (Muhammad et al. 2025), where they are here.

    Args:
        data: The folder that holds `brighter/`.

    Raises:
        CorpusError: A file cannot be read, or has no column `text`.
    """
    for path in sorted((data / "brighter" / "train").glob("*.csv")):
        for _, row in _rows(path, ("text",)):
            yield row["text"]


def _split(text: str) -> Split:
    return "train" if assign_split(text) == "train" else "valid"


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.is_file():
        raise CorpusError(f"{path}: not here. Put the file there, or leave its task out.")
    log = RowLog(str(path))
    for line, row in read_rows(path, log, columns):
        log.rows += 1
        yield line, {name: str(row[name]) for name in columns}
    log.check(f"columns {', '.join(columns)}")
