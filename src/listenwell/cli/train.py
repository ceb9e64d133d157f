"""`listenwell train`: train what a recipe describes."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from listenwell.cli.terminal import complain, stderr
from listenwell.core.errors import ConfigError, ListenwellError

if TYPE_CHECKING:
    from listenwell.training.embedded.loop import Progress as Step

RECIPES = (
    Path("recipes"),
    Path(__file__).parents[3] / "recipes",
    Path(__file__).parents[1] / "recipes",
)


def train(
    recipe: Annotated[str, typer.Argument(help="A recipe file, or the name of one in recipes/.")],
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Where the run is kept.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the checkpoint.")] = False,
) -> None:
    """Train what a recipe describes; Ctrl-C saves, --resume goes on."""
    path = _find(recipe)
    try:
        from listenwell.training.embedded import run
    except ModuleNotFoundError as error:
        raise ListenwellError(
            f"training needs {error.name}: pip install 'listenwell[train]'."
        ) from error
    folder = out or Path("runs") / path.stem
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=stderr) as progress:
        task = progress.add_task("reading the corpora", total=None)
        last = [0.0]

        def show(step: "Step") -> None:
            text = (
                f"{step.stage} {step.step}/{step.steps} · loss {step.loss:.3f} · "
                f"{step.tokens_per_second:,.0f} tokens/s · {step.seconds_left / 60:.0f} min left"
            )
            progress.update(task, completed=step.step, total=step.steps, description=text)
            if not stderr.is_terminal and time.monotonic() - last[0] > 30:
                last[0] = time.monotonic()
                stderr.print(text)

        try:
            model = run.run(path, data_dir, folder, resume=resume, show=show)
        except run.Interrupted:
            progress.stop()
            complain(
                f"stopped and saved. Go on with: listenwell train {recipe} --out {folder} --resume"
            )
            raise typer.Exit(130) from None
    print(model)


def _find(recipe: str) -> Path:
    path = Path(recipe)
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return path
    for folder in RECIPES:
        if (folder / f"{recipe}.yaml").is_file():
            return folder / f"{recipe}.yaml"
    known = sorted({p.stem for folder in RECIPES for p in folder.glob("*.yaml")})
    raise ConfigError(f"no recipe named {recipe!r}. Known: {', '.join(known)}, or give a file.")
