"""`listenwell referrals export`: the anonymous counts of referrals, for a yearly report."""

import csv
import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from listenwell.core.errors import InputError
from listenwell.safety.referrals import counted

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def referrals() -> None:
    """Count how often people were led to a line, by month and kind; nothing else is kept."""


@app.command()
def export(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON (the default).")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Print the counts of referrals by month and kind."""
    if as_json and as_csv:
        raise InputError("--json and --csv exclude each other. Choose one.")
    rows = [asdict(row) for row in counted()]
    if as_csv:
        writer = csv.DictWriter(sys.stdout, ["month", "kind", "count"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        print(json.dumps({"referrals": rows, "total": sum(row["count"] for row in rows)}, indent=2))
