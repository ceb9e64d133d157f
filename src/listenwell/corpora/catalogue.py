"""Finding corpora on this machine by name, and reading them."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast

from listenwell.core.errors import CorpusError, UnknownNameError
from listenwell.core.home import home
from listenwell.corpora.conversation import Loaded, Split
from listenwell.corpora.corpus import CORPORA, Corpus
from listenwell.corpora.layouts import load_path

Loader: TypeAlias = Callable[..., Loaded]
"""Called with the path and, where the corpus has a split of its own, the file's split."""

_NAMES = {
    name.casefold(): corpus
    for corpus in CORPORA.values()
    for name in (corpus.name, *corpus.aliases)
}


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a corpus on this machine."""

    path: Path
    split: Split | None = None


def find_corpus(name: str) -> Corpus:
    """Return a corpus by its name here or its public one, in any case.

    Raises:
        UnknownNameError: There is none.
    """
    corpus = _NAMES.get(name.casefold())
    if corpus is None:
        raise UnknownNameError.build("corpus", name, CORPORA)
    return corpus


def find_files(corpus: Corpus, data_dir: Path | None = None) -> tuple[Found, ...]:
    """Return the corpus's files from the first place that has any.

    The places are `data_dir`, `LISTENWELL_DATA`, what was fetched, and the package itself.

    Raises:
        CorpusError: `data_dir` or `LISTENWELL_DATA` names no folder.
    """
    for place in _places(data_dir):
        for folder in _folders(corpus, place):
            found = tuple(_in_folder(corpus, folder))
            if found:
                return found
    return ()


def load_corpus(name: str, data_dir: Path | None = None) -> tuple[Loaded, ...]:
    """Read every file of a corpus that is here, or a file given by its path.

    Args:
        name: A corpus, by its name here or its public one, or the path of a person's own file.
        data_dir: A folder of local copies to look in first.

    Raises:
        UnknownNameError: It is neither a corpus nor a file.
        CorpusError: The corpus is not on this machine, or its files cannot be read.
    """
    if name.casefold() not in _NAMES and looks_like_path(name):
        return (load_path(Path(name).expanduser()),)
    corpus = find_corpus(name)
    found = find_files(corpus, data_dir)
    if not found:
        raise CorpusError(f"{corpus.title} is not on this machine. {how_to_get(corpus)}")
    load = resolve(corpus.loader)
    return tuple(load(file.path, file.split) if file.split else load(file.path) for file in found)


def data_folder(data_dir: Path | None = None) -> Path:
    """Return the first place that holds corpora of labelled texts (`epitome/`, `risk/`).

    Where none does, the last place: whoever reads from it says what is missing.

    Raises:
        CorpusError: `data_dir` or `LISTENWELL_DATA` names no folder.
    """
    places = [*_places(data_dir)][:-1]
    holding = (p for p in places if (p / "epitome").is_dir() or (p / "risk").is_dir())
    return next(holding, places[-1])


def looks_like_path(name: str) -> bool:
    """Tell a file from a corpus's name: it exists, or is written as only a file's name would be."""
    suffixes = (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".txt", ".gz")
    return Path(name).expanduser().exists() or name.lower().endswith(suffixes)


def how_to_get(corpus: Corpus) -> str:
    """Say how to get a corpus, with and without a network."""
    names = ", ".join(file.names[0] for file in corpus.files)
    fetch = f"`listenwell data fetch {corpus.name}` fetches it; or " if corpus.sources else ""
    local = f"point --data-dir or LISTENWELL_DATA at a folder with {corpus.folders[0]}/ in it"
    advice = f"{fetch}{local} ({names})."
    return advice[0].upper() + advice[1:]


def describe(name: str) -> str:
    """Return what a model card says of a corpus: title, licence and terms, and whom to credit."""
    corpus = _NAMES.get(name.casefold())
    if corpus is None:
        return f"{Path(name).name}: a file of the trainer's own"
    return f"{corpus.title}: {corpus.licence} ({corpus.terms}). {corpus.citation}"


def short_name(name: str) -> str:
    """Return what a corpus is called where others read it: a file without its folders."""
    return name if name.casefold() in _NAMES else Path(name).name


def resolve(target: str) -> Loader:
    """Import what "module:function" names."""
    module, _, function = target.partition(":")
    return cast("Loader", getattr(import_module(module), function))


def fetched_folder(corpus: Corpus) -> Path:
    """Return where a fetched corpus lies; it may not exist yet."""
    return home() / "data" / corpus.name


def _places(data_dir: Path | None) -> Iterator[Path]:
    setting = os.environ.get("LISTENWELL_DATA")
    for name, value in (("--data-dir", data_dir), ("LISTENWELL_DATA", setting)):
        if value:
            folder = Path(value).expanduser()
            if not folder.is_dir():
                raise CorpusError(f"{name} is {str(folder)!r}, which is not a folder.")
            yield folder
    yield home() / "data"
    yield Path(__file__).parent


def _folders(corpus: Corpus, place: Path) -> Iterator[Path]:
    """Yield where a corpus may lie: a folder of its name, or the place when that has the name."""
    if place.name in corpus.folders:
        yield place
    yield from (place / name for name in corpus.folders)


def _in_folder(corpus: Corpus, folder: Path) -> Iterator[Found]:
    for file in corpus.files:
        matches = (sorted(folder.glob(name)) for name in file.names)
        yield from (Found(path, file.split) for path in next(filter(None, matches), []))
