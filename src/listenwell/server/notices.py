"""What the page shows beside the conversation: disclosures, help lines, the age gate, the protocol."""

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from listenwell.core.errors import ListenwellError
from listenwell.dialogue.tongues.interface import told
from listenwell.perception.language import ENGLISH
from listenwell.safety.age import OLDEST, AgeBand, band_of, too_young
from listenwell.safety.countries import countries, emergency_numbers
from listenwell.safety.disclosure import Destination, Times, due
from listenwell.safety.helplines import FALLBACKS, Need, is_sure, lines_for, spoken
from listenwell.safety.protocol import Running, page, protocol
from listenwell.safety.referrals import counted
from listenwell.safety.settings import Settings
from listenwell.safety.talk.state import says_minor
from listenwell.server.bodies import Chat
from listenwell.server.languages import Language
from listenwell.server.problems import problem

MOST_LINES = 3
"""Lines that are offered at once to someone who is looking for help."""
LONGEST = 3e9
"""Seconds, about a century: longer ago than that makes no difference."""


class Age(BaseModel):
    """An answer to the age question; it is answered and forgotten."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    age: Annotated[int, Field(ge=1, le=OLDEST)]
    country: str | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = ENGLISH


def notice(
    settings: Settings, body: Chat, *, reads_emotions: bool, destination: Destination | None
) -> str | None:
    """Return what the person has to be told with this reply; the client tells how long ago it was."""
    now = datetime.now(UTC)
    minor = body.minor or any(s.role == "user" and says_minor(s.content) for s in body.messages)
    times = Times(_ago(now, body.seconds_since_told), _ago(now, body.seconds_since_message), minor)
    found = due(times, settings, now, reads_emotions=reads_emotions, destination=destination)
    return found.text if found else None


def routes(
    settings: Settings, *, reads_emotions: bool, local: bool, destination: Destination | None
) -> APIRouter:
    """Return the addresses of help lines, age gate and protocol."""
    router = APIRouter()

    @router.get("/api/countries")
    def every_country() -> list[dict[str, str]]:
        """The countries that can be chosen."""
        known = sorted(countries().values(), key=lambda country: country.name)
        return [{"code": country.code, "name": country.name} for country in known]

    @router.get("/api/helplines")
    def helplines(
        country: Annotated[str | None, Query(max_length=2)] = None,
        need: Need = Need.SUICIDE,
        language: Language = ENGLISH,
    ) -> dict[str, Any]:
        """The lines of a country that a person chose, best first, with the fallbacks."""
        return _lines(country or settings.country, need, language, settings.helplines_days)

    @router.post("/api/age")
    def age(body: Age) -> dict[str, str]:
        """Whether somebody is old enough; nothing of it is kept here."""
        minimum = settings.minimum_age or 1
        band = band_of(body.age, minimum)
        words = ""
        if band is AgeBand.TOO_YOUNG:
            say = partial(told, language=body.language)
            country, days = body.country or settings.country, settings.helplines_days
            words = too_young(minimum, country, body.language, say, days)
        return {"band": band.value, "words": words}

    @router.get("/protocol", include_in_schema=False)
    def published() -> Response:
        """The safety protocol, as it holds now."""
        try:
            running = Running(reads_emotions, local, counted(), destination)
        except ListenwellError as error:
            return problem(500, str(error))
        return HTMLResponse(page(protocol(settings, running, date.today())))

    return router


def _ago(now: datetime, seconds: float | None) -> datetime | None:
    return None if seconds is None else now - timedelta(seconds=min(seconds, LONGEST))


def _lines(country: str | None, need: Need, language: str, days: int) -> dict[str, Any]:
    found = lines_for(country, need)[:MOST_LINES]
    unsure = not all(is_sure(line, date.today(), days) for line in found)
    shown = (*found, *FALLBACKS[:1]) if unsure and found != FALLBACKS else found
    return {
        "country": country.upper() if country else None,
        "emergency": emergency_numbers(country),
        "lines": [asdict(line) for line in shown],
        "said": spoken(found, language, country, days),
    }
