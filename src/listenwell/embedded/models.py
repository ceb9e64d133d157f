"""The embedded models of one folder, each loaded when it is first needed."""

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from threading import Lock, Thread
from typing import Generic, TypeVar

from listenwell.core.errors import ModelError
from listenwell.embedded.bank import Bank, read_bank
from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import ModelFiles
from listenwell.embedded.writer import WriterModel

Part = TypeVar("Part")


class _Loaded(Generic[Part]):
    """A part that is loaded once, whichever thread asks first."""

    def __init__(self, load: Callable[[], Part]) -> None:
        self._load = load
        self._lock = Lock()
        self._part: Part | None = None

    def get(self) -> Part:
        with self._lock:
            if self._part is None:
                self._part = self._load()
            return self._part


class EmbeddedModels:
    """The encoder, the writer and the bank; safe to share between threads."""

    def __init__(self, files: ModelFiles, threads: int = 2) -> None:
        self.files = files
        self.name = files.name
        self._encoder = _Loaded(lambda: EncoderModel(files, threads))
        self._writer = _Loaded(lambda: WriterModel(files, threads))
        self._bank = _Loaded(lambda: read_bank(files))

    @property
    def encoder(self) -> EncoderModel:
        """What reads.

        Raises:
            ModelError: A file is damaged.
        """
        return self._encoder.get()

    @property
    def writer(self) -> WriterModel:
        """What writes.

        Raises:
            ModelError: A file is damaged.
        """
        return self._writer.get()

    @property
    def bank(self) -> Bank:
        """What is retrieved from.

        Raises:
            ModelError: The file is damaged.
        """
        return self._bank.get()

    def load_ahead(self) -> None:
        """Begin to load what reads, which every reply needs, while the caller does something else."""

        def load() -> None:
            with suppress(ModelError):  # whoever needs it is told
                self._encoder.get()

        Thread(target=load).start()


@lru_cache(maxsize=2)
def load_models(files: ModelFiles, threads: int = 2) -> EmbeddedModels:
    """Return the models of these files, loaded once for readers and generators."""
    return EmbeddedModels(files, threads)
