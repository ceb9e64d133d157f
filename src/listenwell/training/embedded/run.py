"""A whole run of an embedded recipe: corpora in, a checked model folder with its card out."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from listenwell.core.errors import CorpusError, ModelError
from listenwell.corpora.catalogue import data_folder, load_corpus
from listenwell.corpora.conversation import Conversation
from listenwell.embedded.files import find_files
from listenwell.embedded.models import load_models
from listenwell.evaluation.suites import PARTS, Measured
from listenwell.training.embedded.agreement import compare
from listenwell.training.embedded.card import EVALUATION, QUANTISATION, write_card
from listenwell.training.embedded.encoder_tasks import make_items
from listenwell.training.embedded.loop import Interrupted, Progress
from listenwell.training.embedded.publish import publish
from listenwell.training.embedded.reading import train_reader
from listenwell.training.embedded.recipe import EmbeddedRecipe, read_recipe
from listenwell.training.embedded.writer import train_writer, validation_replies

__all__ = ["Interrupted", "run"]

WRITTEN = 600
"""How many conversations the generation suite answers at the end of a run."""

Talks = Mapping[str, Sequence[Conversation]]


def run(
    recipe_path: Path,
    data_dir: Path | None,
    folder: Path,
    *,
    resume: bool = False,
    show: Callable[[Progress], None] = lambda _: None,
) -> Path:
    """Train what a recipe describes and return the folder of the finished models.

    Raises:
        ConfigError: The recipe cannot be used.
        CorpusError: A corpus is missing, damaged, or has no training split.
        ModelError: A warm start or a checkpoint cannot be used, or the disk is full.
        Interrupted: Ctrl-C, after saving.
    """
    recipe = read_recipe(recipe_path)
    talks = {name: _load(name, data_dir) for name in corpora_of(recipe)}
    data = data_folder(data_dir)
    _begin(folder, recipe, resume=resume)
    reader, reading = train_reader(
        recipe.encoder, talks, data, folder / "encoder",
        seed=recipe.seed, resume=resume, show=show,
    )  # fmt: skip
    writer, writing = train_writer(
        recipe.writer, talks, folder / "writer", seed=recipe.seed, resume=resume, show=show
    )
    finished = publish(recipe, reader, writer, talks, folder / "model")
    items = make_items(recipe.encoder, talks, data, reader.tokenizer, "valid")
    first = next(iter(recipe.writer.corpora))
    replies = validation_replies(talks[first], writer.tokenizer)
    _write(folder / QUANTISATION, compare(finished, reader, items, writer, replies))
    _write(folder / EVALUATION, _measure(finished, talks, data, show))
    write_card(finished, folder, recipe, {"encoder": reading, "writer": writing})
    return finished


def _measure(
    finished: Path, talks: Talks, data: Path, show: Callable[[Progress], None]
) -> dict[str, float]:
    """Return the figures of the shipped files on the validation splits that the run knows.

    What is written is measured on the first conversations only, since every reply is drawn.
    """
    valid = {name: [c for c in part if c.split == "valid"] for name, part in talks.items()}
    models = load_models(find_files(finished))
    figures: dict[str, float] = {}
    for suite in PARTS:
        name = suite.name
        if not all(valid.get(corpus) for corpus in suite.corpora):
            continue
        some = {c: part[:WRITTEN] if name == "generation" else part for c, part in valid.items()}

        def told(done: int, total: int, name: str = name) -> None:
            show(Progress(f"measuring {name}", done, total, 0.0, 0.0, 0.0, 0.0))

        with suppress(CorpusError):  # a recipe that does without a corpus is measured without it
            found = suite.measure(Measured(models, some, data), told)
            figures |= {f"{name}.{key}": value for key, value in found.items()}
    return figures


def _write(path: Path, content: Mapping[str, float]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def corpora_of(recipe: EmbeddedRecipe) -> list[str]:
    """Return the conversations that a recipe needs."""
    wanted = [*recipe.writer.corpora, *recipe.encoder.dialogues]
    tasks = {task for part in recipe.encoder.rounds() for task in part.tasks}
    wanted += ["esconv"] if "strategy" in tasks else []
    wanted += ["empathetic_dialogues"] if tasks & {"situation", "told"} else []
    return list(dict.fromkeys(wanted))


def _load(name: str, data_dir: Path | None) -> list[Conversation]:
    found = [c for loaded in load_corpus(name, data_dir) for c in loaded.conversations]
    if not any(c.split == "train" for c in found):
        raise CorpusError(f"the corpus {name!r} has no training conversations here.")
    return found


def _begin(folder: Path, recipe: EmbeddedRecipe, *, resume: bool) -> None:
    """Write what a run is, before its first step; refuse to mix two runs in one folder."""
    settings = recipe.model_dump(mode="json")
    written = folder / "recipe.json"
    try:
        for part in ("encoder", "writer", "model"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        if resume and written.exists():
            earlier = json.loads(written.read_text(encoding="utf-8"))
            changed = sorted(k for k in settings if settings[k] != earlier.get(k))
            if changed:
                raise ModelError(
                    f"{folder}: `{changed[0]}` was {earlier.get(changed[0])!r} when this run began "
                    f"and is {settings[changed[0]]!r} now. Resume with the same recipe, or use "
                    "another --out."
                )
        written.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise ModelError(f"{folder}: cannot be written ({error.strerror or error}).") from error
