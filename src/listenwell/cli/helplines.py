"""`listenwell helplines`: the lines of a country, and which entries are due for a check."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer

from listenwell.cli.terminal import complain, stderr
from listenwell.core.errors import InputError, UnknownNameError, nearest
from listenwell.safety.countries import countries, country_code, emergency_numbers
from listenwell.safety.helplines import (
    FALLBACKS,
    MOST_DAYS,
    Line,
    due,
    every_line,
    is_sure,
    lines_for,
    need_named,
)
from listenwell.safety.settings import load_settings

DUE = 1
"""The exit code of `check` where an entry is due, so that a scheduled job can tell."""
UNKNOWN = 2
"""The exit code where a country is not in the directory, as of every mistake of a caller's."""


def helplines(
    country: Annotated[
        str | None,
        typer.Argument(help="A country (IE, Ireland, Deutschland), or `check`: what is due."),
    ] = None,
    need: Annotated[
        str | None, typer.Option("--need", help="suicide, abuse, youth, lgbtq, veterans, …")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the help lines of a country; `check` lists entries due for a check and exits with 1."""
    settings = load_settings()
    if country == "check":
        _check(settings.helplines_days, as_json)
        return
    try:
        code = country_code(country) if country else settings.country
    except UnknownNameError as error:
        _show_elsewhere(country or "", as_json)
        raise typer.Exit(UNKNOWN) from error
    if code is None:
        raise InputError("which country? For example: listenwell helplines Ireland.")
    wanted = need_named(need) if need else None
    everything = tuple(line for line in every_line() if line.country == code)
    found = lines_for(code, wanted) if wanted else everything or FALLBACKS
    _show(code, found, settings.helplines_days, as_json)


def _show_elsewhere(country: str, as_json: bool) -> None:
    """Say that a country is not known; whoever asked may need a line now, so show the world's."""
    hint = nearest(country, [known.name for known in countries().values()])
    complain(f"no country named {country!r} in the directory.{hint}")
    _show(None, FALLBACKS, as_json=as_json)


def _record(code: str | None, found: Sequence[Line]) -> dict[str, Any]:
    shown = [asdict(line) for line in found]
    fallbacks = [asdict(line) for line in FALLBACKS]
    content = {
        "country": code,
        "emergency": emergency_numbers(code),
        "lines": shown,
        "fallbacks": fallbacks,
    }
    plain: dict[str, Any] = json.loads(json.dumps(content, default=str))
    return plain


def _show(
    code: str | None, found: Sequence[Line], most_days: int = MOST_DAYS, as_json: bool = False
) -> None:
    if as_json:
        print(json.dumps(_record(code, found), ensure_ascii=False, indent=2))
        return
    number = " or ".join(emergency_numbers(code)) or "the local emergency number"
    if code:
        print(countries()[code].name)
    print(f"In immediate danger: {number}\n")
    for line in found:
        print(_entry(line))
    if any(not is_sure(line, date.today(), most_days) for line in found if line.country):
        elsewhere = ", ".join(str(line.chat) for line in FALLBACKS)
        print(f"Not all of these were checked lately. If one doesn't answer: {elsewhere}")


def _entry(line: Line) -> str:
    ways = [f"call {' or '.join(line.call)}"] if line.call else []
    for way, contact in (("text", line.text), ("WhatsApp", line.whatsapp), ("chat", line.chat)):
        if contact:
            ways.append(f"{way} {contact}")
    about = [", ".join(line.needs), line.hours, "/".join(line.languages), line.note]
    checked = f"checked {line.date_checked}" if line.verified else "not checked"
    told = " · ".join([part for part in about if part] + [checked] * bool(line.country))
    return f"{line.service}\n  {' · '.join(ways)}\n  {told}\n  {line.url}\n"


def _check(most_days: int, as_json: bool) -> None:
    found = due(date.today(), most_days)
    if as_json:
        print(json.dumps([asdict(line) for line in found], ensure_ascii=False, default=str))
    else:
        for line in found:
            print(
                f"{line.country}  {line.date_checked or 'never':10}  {line.service}  {line.source}"
            )
        total = len(tuple(every_line()))
        stderr.print(
            f"{len(found)} of {total} entries are due: never checked, or over {most_days} days ago. "
            "docs/helplines.md says how to check one.",
            markup=False,
        )
    if found:
        raise typer.Exit(DUE)
