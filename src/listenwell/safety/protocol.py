"""The published safety protocol, made from the settings that really hold: Markdown, or a web page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib.resources import files
from string import Template

from markdown_it import MarkdownIt

from listenwell.safety.countries import countries
from listenwell.safety.disclosure import Destination, rules_of
from listenwell.safety.helplines import every_line, is_sure
from listenwell.safety.jurisdictions import jurisdictions
from listenwell.safety.referrals import Referrals
from listenwell.safety.settings import Settings
from listenwell.version import __version__


@dataclass(frozen=True, slots=True)
class Running:
    """What of a running installation the settings do not say.

    Attributes:
        reads_emotions: Whether feelings are read.
        local: Whether only this machine can reach it.
        referrals: What was counted so far.
        destination: Where people's words go to be answered.
    """

    reads_emotions: bool
    local: bool = True
    referrals: Sequence[Referrals] = ()
    destination: Destination | None = None


def protocol(settings: Settings, running: Running, today: date) -> str:
    """Return the protocol as Markdown."""
    lines = tuple(every_line())
    rules = rules_of(settings)
    known = jurisdictions()
    held = [known[name] for name in settings.jurisdictions or known]
    sure = sum(is_sure(line, today, settings.helplines_days) for line in lines)
    template = files("listenwell.safety").joinpath("protocol.md").read_text(encoding="utf-8")
    return Template(template).substitute(
        version=__version__,
        today=today.isoformat(),
        where=_where(running),
        country=_country(settings),
        entries=len(lines),
        countries=len({line.country for line in lines}),
        days=settings.helplines_days,
        verified=f"{sure} of {len(lines)}",
        emotion_told="; that it reads feelings" if running.reads_emotions else "",
        away=_span(rules.days_away, "day"),
        hours=_every(rules.every_hours),
        minors=_every(rules.minors_every_hours),
        laws="; ".join(f"{one.name} {one.law}" for one in held),
        age=_age(settings),
        emotions=_emotions(running),
        referrals=_referrals(running.referrals),
        sent=_sent(running.destination),
    )


def _where(running: Running) -> str:
    if not running.local:
        return "other machines can reach it"
    if running.destination:
        return "the page stays on this machine"
    return "everything stays on this machine"


def _sent(destination: Destination | None) -> str:
    if destination is None:
        return "no sharing."
    place = "on this machine" if destination.on_this_machine else "elsewhere"
    return (
        f"and no sharing but this: a language model {place}, at {destination.host}, writes the "
        "replies, and is sent the newest turns for it; never at a high risk, and never what was said "
        "at one. People are told at the start."
    )


def page(markdown: str) -> str:
    """Return a protocol as a web page for people who see, listen to, or zoom it."""
    # Raw HTML is off: a name in the settings can never become part of the page.
    content = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    title = escape(markdown.partition("\n")[0].removeprefix("# "))
    # A table wider than a phone is scrolled, and what is scrolled must be reachable by keyboard.
    content = content.replace("<table>", '<div class="table" tabindex="0"><table>')
    content = content.replace("</table>", "</table></div>").replace("<th>", '<th scope="col">')
    return _PAGE.substitute(title=title, content=content)


_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>$title</title>
  <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/static/style.css">
</head>
<body>
<main class="column document">
$content<p><a href="/">Back to the conversation</a></p>
</main>
</body>
</html>
""")


def _country(settings: Settings) -> str:
    if settings.country is None:
        return "each person chooses; until then findahelpline.com is given"
    return f"{countries()[settings.country].name}, until a person chooses another"


def _span(number: float | None, unit: str) -> str:
    if number is None:
        return "any time (not told again)"
    return f"{number:g} {unit}{'' if number == 1 else 's'}"


def _every(hours: float | None) -> str:
    return "never" if hours is None else f"every {_span(hours, 'hour')}"


def _age(settings: Settings) -> str:
    if settings.minimum_age is None:
        return "no age is asked."
    return (
        f"asked once, before the first message; below {settings.minimum_age} nobody is talked with, "
        "only led to lines for young people. Only whether somebody is old enough is kept, on their "
        "own machine; no age, no birth date."
    )


def _emotions(running: Running) -> str:
    if not running.reads_emotions:
        return "switched off."
    return "announced at the start; used for the reply only; each person can switch it off."


def _referrals(found: Sequence[Referrals]) -> str:
    if not found:
        return "None so far."
    rows = [f"| {row.month} | {row.kind.replace('_', ' ')} | {row.count} |" for row in found]
    return "\n".join(["| month | kind | referrals |", "|---|---|---|", *rows])
