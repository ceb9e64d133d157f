"""`listenwell data clean|check|augment|synthesize|pairs`: the work on a corpus before training."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from listenwell.cli.terminal import stderr
from listenwell.core.errors import ConfigError, CorpusError, ListenwellError
from listenwell.corpora.catalogue import load_corpus

if TYPE_CHECKING:
    from listenwell.corpora.cleaning import Cleaned
    from listenwell.corpora.conversation import Conversation
    from listenwell.corpora.preferences import Gathered
    from listenwell.training.augmentation.synthesis import Lab

Name = Annotated[str, typer.Argument(help="A corpus, or the path of a file of your own.")]
Out = Annotated[Path, typer.Option("--out", help="The JSON Lines file to write.")]
DataDir = Annotated[
    Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Server = Annotated[
    str,
    typer.Option(
        "--server", help="An OpenAI-compatible address, such as http://localhost:11434/v1."
    ),
]
ModelName = Annotated[str, typer.Option("--model", help="The model's name at that server.")]
Timeout = Annotated[float, typer.Option("--timeout", min=0.1, help="Seconds for one answer.")]
Seed = Annotated[int, typer.Option("--seed", help="Decides what is drawn.")]


def clean(
    name: Name,
    out: Out,
    data_dir: DataDir = None,
    keep_repeats: Annotated[
        bool, typer.Option("--keep-repeats", help="Keep near repeats and leaks between splits.")
    ] = False,
    examples: Annotated[bool, typer.Option("--examples", help="Show some changes.")] = False,
    as_json: AsJson = False,
) -> None:
    """Repair a corpus, take out particulars and repeats, write it, and say what was changed."""
    with _needs("data"):
        from listenwell.corpora.cleaning import clean as work
    from listenwell.corpora.duplicates import without_alike, without_known_openings
    from listenwell.corpora.writing import write_conversations

    before = _read(name, data_dir)
    done = work(before)
    kept: Sequence[Conversation] = done.conversations
    repeats = leaks = 0
    if not keep_repeats:
        apart = without_alike(kept)
        repeats, kept = len(kept) - len(apart), without_known_openings(apart)
        leaks = len(apart) - len(kept)
    written = write_conversations(out, kept)
    found = {
        "corpus": name, "file": str(out), "conversations": len(before),
        "texts_changed": done.changed, "shortened": done.shortened, "dropped_empty": done.dropped,
        "dropped_repeats": repeats, "dropped_leaks": leaks, "written": written,
    }  # fmt: skip
    _print(found, as_json=as_json)
    if examples:
        _print_examples(done)


def check(
    name: Name,
    data_dir: DataDir = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 where splits share anything.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look for repeats, leaks between splits, particulars and damage; change nothing."""
    with _needs("data"):
        from listenwell.corpora.cleaning import clean as work
    from listenwell.corpora.duplicates import find_alike, find_leaks

    conversations = _read(name, data_dir)
    alike = [each.kind for each in find_alike(conversations)]
    leaks = find_leaks(conversations)
    found = {
        "corpus": name, "conversations": len(conversations),
        "synthetic": sum(c.synthetic is not None for c in conversations),
        "repeats": {kind: alike.count(kind) for kind in ("exact", "near")},
        "shared_by_splits": {
            "conversations": leaks.exact, "near_repeats": leaks.near, "openings": leaks.openings,
        },
        "texts_to_clean": work(conversations).changed,
    }  # fmt: skip
    _print(found, as_json=as_json)
    if strict and leaks.found:
        raise typer.Exit(1)


def augment(
    name: Name,
    out: Out,
    data_dir: DataDir = None,
    copies: Annotated[int, typer.Option("--copies", min=1, help="Variants of each.")] = 1,
    server: Annotated[
        str | None, typer.Option("--server", help="Reword with a model at this address instead.")
    ] = None,
    model: Annotated[str | None, typer.Option("--model", help="Its name there.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="The first N training conversations.")
    ] = None,
    timeout: Timeout = 120.0,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Write variants of training rows: words exchanged, or messages reworded by a model."""
    known = _read(name, data_dir)
    train = [c for c in known if c.split == "train"][:limit]
    if server is None:
        from listenwell.training.augmentation.words import augment as work

        made = work(train, copies, seed, _today())
        _write(out, iter(made.conversations), made.refused, as_json=as_json)
        return
    from listenwell.training.augmentation.synthesis import paraphrase

    lab = _lab(server, model, timeout, seed, known)
    with _progress("rewording") as show:
        _write(out, paraphrase(lab, train, show), lab.filter.refused, as_json=as_json)


def synthesize(
    out: Out,
    server: Server,
    model: ModelName,
    count: Annotated[int, typer.Option("-n", "--number", min=1, help="How many rows.")] = 100,
    examples: Annotated[
        str, typer.Option("--examples", help="A corpus whose manner is shown to the model.")
    ] = "listenwell",
    data_dir: DataDir = None,
    timeout: Timeout = 120.0,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Have a model write conversations; what is unsafe, too long or repeated is left out."""
    known = _read(examples, data_dir)
    lab = _lab(server, model, timeout, seed, known)
    from listenwell.training.augmentation.synthesis import synthesize as work

    shown = [c for c in known if c.split == "train"]
    with _progress("writing") as show:
        _write(out, work(lab, count, shown, show), lab.filter.refused, as_json=as_json)


def pairs(
    out: Out,
    ratings: Annotated[
        list[Path] | None, typer.Option("--ratings", help="JSON Lines of ratings and corrections.")
    ] = None,
    own: Annotated[
        bool, typer.Option("--own", help="The good and poor replies of the project's corpus.")
    ] = False,
    esconv: Annotated[
        bool, typer.Option("--esconv", help="ESConv's replies against those of FailedESConv.")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Write pairs of a better and a worse reply, which `listenwell train dpo-feedback` reads."""
    from listenwell.corpora import preferences
    from listenwell.corpora.writing import write_rows
    from listenwell.safety.guard import RuleGuard, checked

    if not (ratings or own or esconv):
        raise ConfigError("nothing to pair: give --ratings FILE, --own, --esconv, or several.")
    guard = RuleGuard()

    def allow(text: str) -> bool:
        return checked(guard, text).allowed

    parts: dict[str, Gathered] = {}
    for path in ratings or ():
        parts[str(path)] = preferences.from_ratings(path, allow)
    if own:
        parts["listenwell"] = preferences.from_own("train", allow)
    if esconv:
        good, failed = _read("esconv", data_dir), _read("failed_esconv", data_dir)
        parts["esconv"] = preferences.from_talks(good, failed, allow)
    rows = [pair.as_row() for part in parts.values() for pair in part.pairs]
    if not rows:
        raise CorpusError(f"{', '.join(parts)}: no pair came of it; {out} was not written.")
    found = {
        name: {"pairs": len(part.pairs), "left_out": part.left_out} for name, part in parts.items()
    }
    _print({"file": str(out), "written": write_rows(out, rows), **found}, as_json=as_json)


def _lab(
    server: str, model: str | None, timeout: float, seed: int, known: "Sequence[Conversation]"
) -> "Lab":
    with _needs("data"):
        from listenwell.training.augmentation.server import ChatServer
    from listenwell.training.augmentation.filters import Filter
    from listenwell.training.augmentation.synthesis import Lab

    if not server.startswith(("http://", "https://")):
        raise ConfigError(f"--server {server!r} is not an http or https address.")
    if not model:
        raise ConfigError("--server needs --model NAME, as the server calls it.")
    seen = Filter()
    seen.learn(known)
    return Lab(ChatServer(server, model, timeout), seen, _today(), seed)


def _write(
    out: Path, made: "Iterator[Conversation]", refused: dict[str, int], *, as_json: bool
) -> None:
    """Write rows as they come; what a failing server gave before it failed is kept."""
    from listenwell.corpora.writing import as_row

    written = 0
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with out.open("w", encoding="utf-8") as stream:
            for conversation in made:
                stream.write(json.dumps(as_row(conversation), ensure_ascii=False) + "\n")
                stream.flush()
                written += 1
    except OSError as error:
        raise CorpusError(f"{out} cannot be written ({error.strerror}).") from error
    finally:
        found = {"file": str(out), "written": written, "refused": dict(refused)}
        _print(found, as_json=as_json)


def _read(name: str, data_dir: Path | None) -> "list[Conversation]":
    return [each for file in load_corpus(name, data_dir) for each in file.conversations]


def _today() -> date:
    return date.today()


@contextmanager
def _needs(extra: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise ListenwellError(
            f"this needs {error.name}: pip install 'listenwell[{extra}]'."
        ) from error


@contextmanager
def _progress(what: str) -> "Iterator[Any]":
    with Progress(console=stderr, transient=True, disable=not stderr.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _print(found: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        if isinstance(value, dict):
            print(f"{name.replace('_', ' ')}:")
            for part, figure in _flat(value):
                print(f"  {part:44} {figure:>8,}")
        else:
            shown = f"{value:,}" if isinstance(value, int) else value
            print(f"{name.replace('_', ' ')}: {shown}")


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, int]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name.replace('_', ' ')}: ")
        else:
            yield f"{prefix}{name.replace('_', ' ')}", value


def _print_examples(done: "Cleaned") -> None:
    for each in done.examples:
        print(f"\n{each.step}\n  before: {each.before}\n  after:  {each.after}")
