"""The embedded models of one folder, each loaded when it is first needed."""

from functools import cached_property, lru_cache
from threading import RLock

from listenwell.embedded.bank import Bank, read_bank
from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import ModelFiles
from listenwell.embedded.writer import WriterModel


class EmbeddedModels:
    """The encoder, the writer and the bank; safe to share between threads."""

    def __init__(self, files: ModelFiles, threads: int = 2) -> None:
        self.files = files
        self.name = files.name
        self._threads = threads
        self._lock = RLock()

    @cached_property
    def encoder(self) -> EncoderModel:
        """What reads.

        Raises:
            ModelError: A file is damaged.
        """
        with self._lock:
            return EncoderModel(self.files, self._threads)

    @cached_property
    def writer(self) -> WriterModel:
        """What writes.

        Raises:
            ModelError: A file is damaged.
        """
        with self._lock:
            return WriterModel(self.files, self._threads)

    @cached_property
    def bank(self) -> Bank:
        """What is retrieved from.

        Raises:
            ModelError: The file is damaged.
        """
        with self._lock:
            return read_bank(self.files)


@lru_cache(maxsize=2)
def load_models(files: ModelFiles, threads: int = 2) -> EmbeddedModels:
    """Return the models of these files, loaded once for readers and generators."""
    return EmbeddedModels(files, threads)
