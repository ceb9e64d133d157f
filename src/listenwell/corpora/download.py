"""Fetching a corpus from its public home: checked, and either whole or not there at all."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, TypeAlias
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from listenwell.core.errors import CorpusError
from listenwell.corpora.archives import extract
from listenwell.corpora.catalogue import fetched_folder, how_to_get
from listenwell.corpora.corpus import Corpus, Source
from listenwell.version import __version__

LOCK = "checksums.lock.json"
"""Beside the data: the digest of every address fetched from and of every file kept."""

TIMEOUT = 30.0
MAX_BYTES = 1 << 30
_CHUNK = 1 << 16

Report: TypeAlias = Callable[[str, int, int | None], None]
"""Told what is fetched, the bytes that have come so far, and how many there will be if known."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where a corpus lies now, and whether it had to be fetched for that."""

    folder: Path
    files: tuple[Path, ...]
    already_here: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """The digests of an earlier fetch, by address and by file name."""

    sources: dict[str, str]
    files: dict[str, str]


def fetch(corpus: Corpus, report: Report = lambda *_: None, force: bool = False) -> Fetched:
    """Bring a corpus to this machine, under `LISTENWELL_HOME`; nothing is left half written.

    Args:
        corpus: What to fetch.
        report: Told of the progress.
        force: Fetch again, and accept a file that changed at its home since the last time. A
            digest that the publisher stated is never waived.

    Raises:
        CorpusError: It has no public home, cannot be reached, or is not what it should be.
    """
    if not corpus.sources:
        raise CorpusError(f"{corpus.title} is not fetched from anywhere. {how_to_get(corpus)}")
    target = fetched_folder(corpus)
    lock = Lock({}, {}) if force else read_lock(target)
    if _intact(target, lock):
        return Fetched(target, _listed(target, lock), already_here=True)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target.parent, prefix=f".{corpus.name}-") as scratch:
            staged = Path(scratch) / "new"
            lock = _stage(corpus, staged, lock, report)
            _swap(staged, target, Path(scratch) / "old")
    except OSError as error:
        raise CorpusError(
            f"cannot write {target}: {error.strerror or error}. LISTENWELL_HOME chooses another "
            "place."
        ) from error
    return Fetched(target, _listed(target, lock))


def read_lock(folder: Path) -> Lock:
    """Return the digests of an earlier fetch; empty when there was none.

    Raises:
        CorpusError: The lock file is damaged.
    """
    path = folder / LOCK
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Lock(dict(values["sources"]), dict(values["files"]))
    except (FileNotFoundError, NotADirectoryError):
        return Lock({}, {})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{path}: not a readable lock file ({error}). Delete it to fetch the corpus anew."
        ) from error


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _intact(folder: Path, lock: Lock) -> bool:
    files = [(folder / name, digest) for name, digest in lock.files.items()]
    return bool(files) and all(path.is_file() and file_digest(path) == d for path, d in files)


def _listed(folder: Path, lock: Lock) -> tuple[Path, ...]:
    return tuple(folder / name for name in sorted(lock.files))


def _stage(corpus: Corpus, staged: Path, earlier: Lock, report: Report) -> Lock:
    """Put a whole corpus, with its lock file, into a folder of its own."""
    staged.mkdir()
    digests = {}
    for source in corpus.sources:
        packed = staged / source.filename
        digests[source.url] = _download(corpus, source, packed, report)
        _check_digest(source, digests[source.url], earlier)
        if source.members:
            extract(packed, staged, source.members, source.url)
            packed.unlink()
    files = {path.name: file_digest(path) for path in sorted(staged.iterdir())}
    text = json.dumps({"sources": digests, "files": files}, indent=2)
    (staged / LOCK).write_text(text + "\n", encoding="utf-8")
    return Lock(digests, files)


def _swap(staged: Path, target: Path, old: Path) -> None:
    """Put the new folder in the old one's place; a failure puts the old one back."""
    if target.exists():
        os.replace(target, old)
    try:
        os.replace(staged, target)
    except BaseException:
        if old.exists():
            os.replace(old, target)
        raise


def _check_digest(source: Source, digest: str, earlier: Lock) -> None:
    if source.sha256 and digest != source.sha256:
        raise CorpusError(
            f"{source.url}: its SHA-256 is {digest}, not {source.sha256} as published. It was "
            "damaged on the way or replaced; nothing was kept."
        )
    known = earlier.sources.get(source.url)
    if not source.sha256 and known and digest != known:
        raise CorpusError(
            f"{source.url}: its SHA-256 is {digest}, but was {known} when it was fetched before; "
            "nothing was changed. If the publisher renewed it, --force accepts the new one."
        )


def _download(corpus: Corpus, source: Source, target: Path, report: Report) -> str:
    """Write what an address holds to a file and return its SHA-256."""
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for chunk in _chunks(corpus, source, report):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _chunks(corpus: Corpus, source: Source, report: Report) -> Iterator[bytes]:
    try:
        with closing(_open(source.url)) as response:
            yield from _read_whole(response, source, report)
    except HTTPError as error:
        error.close()
        raise _unreachable(corpus, source, f"HTTP {error.code} {error.reason}") from error
    except URLError as error:
        raise _unreachable(corpus, source, str(error.reason)) from error
    except (OSError, HTTPException) as error:  # a time-out, or the connection broke off
        raise _unreachable(corpus, source, str(error) or type(error).__name__) from error


def _open(url: str) -> BinaryIO:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise CorpusError(f"{url}: not an http or https address.")
    request = Request(url, headers={"User-Agent": f"listenwell/{__version__}"})  # noqa: S310
    response: BinaryIO = urlopen(request, timeout=TIMEOUT)  # noqa: S310  the scheme is checked
    return response


def _read_whole(response: BinaryIO, source: Source, report: Report) -> Iterator[bytes]:
    stated = getattr(response, "headers", {}).get("Content-Length")
    total = int(stated) if stated and stated.isdecimal() else None
    received = 0
    report(source.filename, 0, total)
    while chunk := response.read(_CHUNK):
        received += len(chunk)
        if received > MAX_BYTES:
            raise CorpusError(f"{source.url}: larger than {MAX_BYTES >> 20} MB; given up.")
        report(source.filename, received, total)
        yield chunk
    if total is not None and received != total:
        raise HTTPException(f"it broke off after {received:,} of {total:,} bytes")


def _unreachable(corpus: Corpus, source: Source, reason: str) -> CorpusError:
    names = ", ".join(file.names[0] for file in corpus.files)
    return CorpusError(
        f"cannot fetch {source.url} ({reason}). With no network, point --data-dir or "
        f"LISTENWELL_DATA at a folder with {corpus.folders[0]}/ in it ({names})."
    )
