"""`python -m listenwell.training.screen`: train the screen's learned part on the shipped encoder."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from listenwell.core.types import RiskLevel
from listenwell.embedded.files import ENCODER, find_files, manifest_of
from listenwell.embedded.models import load_models
from listenwell.evaluation.safety_set import SAFETY_SET
from listenwell.safety.learned import HEAD, LEVELS
from listenwell.training.screen import head
from listenwell.training.screen.texts import collect

_BARS = {
    RiskLevel.LOW: (0.25, 0.15),
    RiskLevel.MODERATE: (head.AUTHORED_MODERATE, head.HARMLESS_MODERATE),
    RiskLevel.HIGH: (head.AUTHORED_HIGH, head.HARMLESS_HIGH),
}


def main(
    data_dir: Annotated[
        Path | None, typer.Option("--data-dir", help="Folder with local copies of corpora.")
    ] = None,
    dev: Annotated[Path, typer.Option(help="Folder that holds the set's dev part.")] = SAFETY_SET,
    out: Annotated[Path, typer.Option(help="The file to write.")] = HEAD,
) -> None:
    """Train, choose thresholds on parts left out, and write the head; about three minutes."""
    files = find_files()
    encoder = load_models(files).encoder
    examples = collect(data_dir, dev)
    typer.echo(f"{len(examples)} examples")
    features = head.read(encoder, examples)
    models, bars, allow = [], [], 0.5
    for level in LEVELS:
        shares = head.out_of_fold(features, examples, level)
        bar = head.threshold(shares, examples, *_BARS[level])
        if level is RiskLevel.HIGH:
            allow = head.threshold(shares, examples, head.AUTHORED_ALLOW, head.HARMLESS_MODERATE)
        shown = np.array([e.shows(level) is True and e.source == "authored" for e in examples])
        typer.echo(
            f"{level.label}: from {bar:.3f}; alone it finds {np.mean(shares[shown] >= bar):.3f}"
        )
        models.append(head.fit_level(features, examples, level, range(len(examples))))
        bars.append(bar)
    hidden = features.mean.shape[0]
    arrays = head.as_arrays(features, models, head.fit_kind(features, examples), hidden)
    digest = manifest_of(files.folder)["sha256"][ENCODER]
    content: dict[str, Any] = {
        **arrays,
        "thresholds": np.asarray(bars, np.float32),
        "allow": np.float32(allow),
        "encoder": digest,
    }
    np.savez_compressed(out, **content)
    typer.echo(f"{out}: {out.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    typer.run(main)
