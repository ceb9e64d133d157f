"""`listenwell train`: train what a recipe describes, or tell beforehand what it would take."""

import os
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from listenwell.cli.terminal import complain, stderr
from listenwell.core.errors import ConfigError, ListenwellError, UnknownNameError

if TYPE_CHECKING:
    from listenwell.training.embedded.loop import Progress as Step

RECIPES = (
    Path("recipes"),
    Path(__file__).parents[3] / "recipes",
    Path(__file__).parents[1] / "recipes",
)
Work = Callable[[Callable[["Step"], None]], Path]


def train(
    recipe: Annotated[str, typer.Argument(help="A recipe file, or the name of one in recipes/.")],
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the run is kept.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint.")] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Estimate memory and time, and train nothing.")
    ] = False,
    model: Annotated[
        str | None, typer.Option("--model", help="Another base model: a folder or a hub name.")
    ] = None,
    max_steps: Annotated[
        int | None, typer.Option("--max-steps", help="Steps of each stage, at most.")
    ] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Another value: training.learning_rate=1e-5. May be repeated."),
    ] = None,
    push: Annotated[
        str | None, typer.Option("--push", help="Publish the result: a name on the hub.")
    ] = None,
) -> None:
    """Train what a recipe describes; Ctrl-C saves, --resume goes on."""
    path = _find(recipe)
    folder = out or Path("runs") / path.stem
    try:
        from listenwell.training.lab.recipe import parse_changes, read_yaml

        if read_yaml(path).get("method") == "embedded":
            _refuse_lab_options(plan, model, max_steps, changes, push)
            _work(_embedded(path, data_dir, folder, resume=resume), path, folder)
            return
        told = parse_changes(changes or [])
        told |= {} if model is None else {"model": model}
        told |= {} if max_steps is None else {"training.max_steps": max_steps}
        if plan:
            _plan(path, told, data_dir)
            return
        _work(_lab(path, told, data_dir, folder, resume=resume), path, folder)
        if push:
            _push(folder / "model", push)
    except ModuleNotFoundError as error:
        raise ListenwellError(
            f"training needs {error.name}: pip install 'listenwell[train]'."
        ) from error


def _embedded(path: Path, data_dir: Path | None, folder: Path, *, resume: bool) -> Work:
    from listenwell.training.embedded import run

    return lambda show: run.run(path, data_dir, folder, resume=resume, show=show)


def _lab(
    path: Path, changes: dict[str, Any], data_dir: Path | None, folder: Path, *, resume: bool
) -> Work:
    from listenwell.training.lab.recipe import read_recipe

    recipe = read_recipe(path, changes)
    stderr.print("loading the training libraries", markup=False)
    from listenwell.training.lab.methods import keep_memory
    from listenwell.training.lab.plan import warning_for
    from listenwell.training.lab.run import run

    keep_memory()
    warning = warning_for(recipe)
    if warning:
        stderr.print(f"Warning: {warning}", markup=False)
    return lambda show: run(recipe, data_dir, folder, resume=resume, show=show)


def _work(work: Work, path: Path, folder: Path) -> None:
    """Do the work with a progress bar; print the finished model's folder."""
    from listenwell.training.embedded.loop import Interrupted

    first = os.environ.get("RANK", "0") == "0"
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr, disable=not first) as progress:
        try:
            model = work(_shown(progress) if first else lambda _: None)
        except Interrupted:
            progress.stop()
            complain(f"stopped and saved. Go on with: {_resume_command(path, folder)}")
            raise typer.Exit(130) from None
    if first:
        print(model)


def _shown(progress: Progress) -> Callable[["Step"], None]:
    task = progress.add_task("reading the corpora", total=None)
    last, said = [0.0], [""]

    def show(step: "Step") -> None:
        text = step.stage
        if step.steps:
            text += f" {step.step}/{step.steps}"
        if step.loss:
            text += (
                f" · loss {step.loss:.3f} · {step.tokens_per_second:,.0f} tokens/s · "
                f"{step.seconds_left / 60:.0f} min left"
            )
        progress.update(task, completed=step.step, total=step.steps or None, description=text)
        new = step.stage != said[0]
        if not stderr.is_terminal and (new or time.monotonic() - last[0] > 30):
            last[0], said[0] = time.monotonic(), step.stage
            stderr.print(text, markup=False)

    return show


def _resume_command(path: Path, folder: Path) -> str:
    """Return the command that was given, with what makes it go on."""
    words = [word for word in sys.argv[1:] if word != "--resume"] or ["train", str(path)]
    if not any(word.split("=")[0] == "--out" for word in words):
        words += ["--out", str(folder)]
    return shlex.join(["listenwell", *words, "--resume"])


def _plan(path: Path, changes: dict[str, Any], data_dir: Path | None) -> None:
    from listenwell.training.lab.plan import plan_for
    from listenwell.training.lab.recipe import read_recipe

    print(plan_for(read_recipe(path, changes), data_dir))


def _push(folder: Path, repository: str) -> None:
    from listenwell.training.lab.export import push

    if os.environ.get("RANK", "0") == "0":
        stderr.print(push(folder, repository), markup=False)


def _refuse_lab_options(*values: object) -> None:
    if any(values):
        raise ConfigError(
            "--plan, --model, --max-steps, --set and --push are for recipes of the lab; the "
            "embedded model's recipe says everything itself."
        )


def _find(recipe: str) -> Path:
    path = Path(recipe)
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return path
    for folder in RECIPES:
        if (folder / f"{recipe}.yaml").is_file():
            return folder / f"{recipe}.yaml"
    known = {p.stem for folder in RECIPES for p in folder.glob("*.yaml")}
    raise ConfigError(f"{UnknownNameError.build('recipe', recipe, known)} A file will do, too.")
