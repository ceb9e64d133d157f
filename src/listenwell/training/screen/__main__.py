"""`python -m listenwell.training.screen`: train the screen's head on its network (see `network`)."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from listenwell.embedded.encoder import EncoderModel
from listenwell.evaluation.safety_set import SAFETY_SET
from listenwell.safety.learned import HEAD, LEVELS, network_files
from listenwell.training.screen import head
from listenwell.training.screen.texts import collect


def main(
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
    ] = None,
    dev: Annotated[Path, typer.Option(help="Folder that holds the set's dev part.")] = SAFETY_SET,
    out: Annotated[Path, typer.Option(help="The file to write.")] = HEAD,
) -> None:
    """Train, choose thresholds on messages left out, and write the head; some minutes."""
    files = network_files()
    examples = collect(data_dir, dev)
    typer.echo(f"{len(examples)} examples")
    features = head.read(EncoderModel(files), examples)
    pieces = head.fit_pieces(features, examples)
    alone, in_talk = (
        head.weigh(features, examples, pieces, in_talk=in_talk) for in_talk in (False, True)
    )
    for where, levels in (("by itself", alone), ("in a conversation", in_talk)):
        for level, found in zip(LEVELS, levels, strict=True):
            typer.echo(
                f"{level.label} {where}: from {found.bar:.3f}, not under {found.floor:.3f}; of "
                f"what was left out it finds {found.recall:.3f}"
            )
    arrays = head.as_arrays(pieces, features.pressing, alone, in_talk)
    content: dict[str, Any] = {**arrays, "network": files.digest}
    np.savez_compressed(out, **content)
    typer.echo(f"{out}: {out.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    typer.run(main)
