"""The registry of what writes replies: from a choice to the part that keeps to it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from listenwell.backends.language_models import language_model, transformers
from listenwell.backends.spec import (
    AUTHORED,
    EMBEDDED,
    OPENAI,
    RETRIEVAL,
    TRANSFORMERS,
    Report,
    Spec,
    unheard,
)
from listenwell.embedded.models import EmbeddedModels
from listenwell.generation.embedded import EmbeddedGenerator
from listenwell.generation.protocol import Generator

Build = Callable[[Spec, EmbeddedModels, Report], Generator | None]


def _served(spec: Spec, models: EmbeddedModels, report: Report) -> Generator:
    del models, report
    # Connections, corpora and their checks take a tenth of the start of who needs none of them.
    from listenwell.generation.openai_compatible import OpenAIGenerator  # noqa: PLC0415

    found = OpenAIGenerator(spec.value, spec.url)
    found.check()
    return found


def _retrieving(spec: Spec, models: EmbeddedModels, report: Report) -> Generator:
    from listenwell.backends.corpus_index import index  # noqa: PLC0415
    from listenwell.generation.corpus_replies import CorpusReplies  # noqa: PLC0415

    return CorpusReplies(spec.value, index(spec.value, models, report), models.encoder)


_BUILDERS: Mapping[str, Build] = {
    EMBEDDED: lambda spec, models, report: EmbeddedGenerator(models),
    AUTHORED: lambda spec, models, report: None,
    TRANSFORMERS: lambda spec, models, report: transformers(
        language_model(Path(spec.value)) or spec.value, models
    ),
    OPENAI: _served,
    RETRIEVAL: _retrieving,
}


def build(spec: Spec, models: EmbeddedModels, report: Report = unheard) -> Generator | None:
    """Return what writes, or None where only authored replies are wanted.

    Args:
        spec: The choice.
        models: The embedded models, of which each kind takes what it needs.
        report: Told how far a corpus's index has come.

    Raises:
        ModelError: A model cannot be had; a server is not there or has another model.
        CorpusError: The corpus is not on this machine, or cannot be read.
        UnknownNameError: There is no such corpus.
    """
    return _BUILDERS[spec.kind](spec, models, report)


def fallback(spec: Spec, models: EmbeddedModels) -> Generator | None:
    """Return what answers in the place of a generator that may fail in the middle."""
    return EmbeddedGenerator(models) if spec.kind == OPENAI else None


def credit(spec: Spec) -> str | None:
    """Return whose replies are used and under which terms, where they are a corpus's."""
    if spec.kind != RETRIEVAL:
        return None
    from listenwell.corpora.catalogue import describe  # noqa: PLC0415

    return f"Replies from {describe(spec.value)}"
