"""Everyday dialogue, one a line: `{"turns": ["a text", "its reply", ...]}`, the user first.

The public homes of these corpora use layouts of their own, so nothing is fetched from them.
"""

from pathlib import Path

from listenwell.corpora import table
from listenwell.corpora.conversation import Loaded, Split


def load(path: Path, split: Split | None = None) -> Loaded:
    """Read one file, also gzip; repeated dialogues are left out.

    Args:
        path: The file.
        split: The split of every dialogue; by default each is divided by its first text.

    Raises:
        CorpusError: The file is missing, cut off or mostly malformed.
    """
    return table.load(path, None, split)
