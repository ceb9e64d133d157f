"""The HTTP application: its addresses, each of which only passes on. It keeps no conversation."""

from collections.abc import Collection, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from listenwell.core.types import History
from listenwell.dialogue.engine import Engine
from listenwell.dialogue.live import drained
from listenwell.dialogue.tongues.interface import told as in_language
from listenwell.perception.language import ENGLISH
from listenwell.perception.reader import NoReader
from listenwell.safety import crisis, disclosure
from listenwell.safety.screen import screening_failure
from listenwell.safety.settings import Settings
from listenwell.server import languages, notices, openai_shape
from listenwell.server.answers import Answer, answer, as_events, as_json
from listenwell.server.bodies import Chat
from listenwell.server.gate import LOOPBACK, Gate
from listenwell.server.problems import Problem, on_http_error, on_invalid
from listenwell.version import __version__

STATIC = Path(__file__).parent / "static"
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem},
    413: {"model": Problem},
    422: {"model": Problem},
}


def create_app(
    engine: Engine,
    hosts: Collection[str] | None = LOOPBACK,
    settings: Settings = Settings(),  # noqa: B008  # frozen
) -> FastAPI:
    """Put the application together.

    Args:
        engine: What answers; loaded already.
        hosts: The only names that requests may use for this machine, or None for any: the
            names of the loopback interface keep foreign pages out that have theirs lead here.
        settings: Country, ages and whose rules of disclosure hold.
    """
    # The words for a failure are read now: a damaged installation shows before anyone talks.
    crisis.crisis_reply(History(), screening_failure(RuntimeError()))
    engine = replace(engine, helplines_days=settings.helplines_days)
    # The documentation pages of FastAPI load scripts from elsewhere, so there are none.
    app = FastAPI(title="Listenwell", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(Gate, hosts=hosts)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    local = hosts is not None
    app.include_router(_page(engine, settings, local=local))
    app.include_router(
        notices.routes(
            settings,
            reads_emotions=engine.reads_emotions,
            local=local,
            destination=engine.destination,
        )
    )
    app.include_router(languages.routes(settings))
    app.include_router(_health())
    app.include_router(_chat(engine, settings, local=local))
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


def _page(engine: Engine, settings: Settings, *, local: bool) -> APIRouter:
    router = APIRouter()

    @router.get("/", include_in_schema=False)
    def page() -> FileResponse:
        """The web page."""
        return FileResponse(STATIC / "index.html")

    @router.get("/api/about")
    def about(language: languages.Language = ENGLISH) -> dict[str, Any]:
        """What people are told at the start, the help lines, and what they can choose."""
        return {
            "disclosure": in_language(
                disclosure.at_the_start(reads_emotions=engine.reads_emotions), language
            ),
            "privacy": in_language(disclosure.privacy(engine.destination, local=local), language),
            "lines": crisis.resources(language),
            "country": settings.country,
            "minimum_age": settings.minimum_age,
            "reads_emotions": engine.reads_emotions,
        }

    return router


def _health() -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        """The process lives."""
        return {"status": "alive"}

    @router.get("/readyz")
    async def ready() -> dict[str, str]:
        """The model is loaded: the application is only ever built around a loaded engine."""
        return {"status": "ready"}

    return router


def _chat(engine: Engine, settings: Settings, *, local: bool) -> APIRouter:
    router = APIRouter()

    def answering(body: Chat) -> Generator[str, None, Answer]:
        return answer(_chosen_by(body, engine), body.history(), body.text)

    # To people elsewhere, a program beside this one is a part of the machine that they are told of.
    beside = engine.destination and engine.destination.on_this_machine
    destination = None if beside and not local else engine.destination

    def told(body: Chat) -> str | None:
        reads = _chosen_by(body, engine).reads_emotions
        due = notices.notice(settings, body, reads_emotions=reads, destination=destination)
        return due and in_language(due, body.language or ENGLISH)

    @router.post("/api/chat", responses=_PROBLEMS)
    def chat(body: Chat) -> Response:
        """Answer the newest message of a conversation."""
        if body.stream:
            return _stream(as_events(answering(body), told(body)))
        found = drained(answering(body))
        return JSONResponse(as_json(replace(found, notice=told(body))))

    @router.get("/v1/models")
    def models() -> dict[str, Any]:
        """The one model there is."""
        return openai_shape.models()

    @router.post("/v1/chat/completions", responses=_PROBLEMS)
    def completions(body: Chat) -> Response:
        """Answer in the shape that OpenAI's clients read; system messages are ignored."""
        if body.stream:
            return _stream(openai_shape.chunks(answering(body)))
        return JSONResponse(openai_shape.completion(drained(answering(body)).reply))

    return router


def _chosen_by(body: Chat, engine: Engine) -> Engine:
    """Return the engine with what this person chose: country, language, and not to be read."""
    if body.country:
        engine = replace(engine, country=body.country.upper())
    if body.language:
        engine = replace(engine, language=body.language)
    return engine if body.read_emotions else replace(engine, reader=NoReader())


def _stream(events: Iterator[str]) -> StreamingResponse:
    # The second header keeps proxies from holding the pieces back.
    return StreamingResponse(
        events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )
