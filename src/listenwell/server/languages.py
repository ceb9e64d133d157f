"""The page in the person's language: which languages there are, and their words."""

from typing import Annotated, Any, TypeAlias

from fastapi import APIRouter, Query

from listenwell.dialogue.tongues.interface import NAMES, interface
from listenwell.perception.language import ENGLISH
from listenwell.safety.settings import Settings

Language: TypeAlias = Annotated[str, Query(pattern=r"^[a-z]{2}$")]
"""A language by its code of two letters; unknown ones are answered in English."""


def routes(settings: Settings) -> APIRouter:
    """Return the addresses of the languages and of their words."""
    router = APIRouter()

    @router.get("/api/languages")
    def languages() -> dict[str, Any]:
        """The languages of the page, by their own names, and the one that was set."""
        known = [{"code": code, "name": name} for code, name in NAMES.items()]
        return {"known": known, "chosen": settings.language}

    @router.get("/api/words")
    def words(language: Language = ENGLISH) -> dict[str, Any]:
        """What stands for each English text of the page."""
        known = language if language in NAMES else ENGLISH
        return {"language": known, "words": interface(known)}

    return router
