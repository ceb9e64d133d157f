"""The local store: one SQLite file for one person, every value sealed."""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography.exceptions import InvalidTag

from listenwell.core.errors import StorageError
from listenwell.storage import keys
from listenwell.storage.entries import Entry, Kind

FILE, KEY_FILE = "kept.db", "kept.key"
APPLICATION = 0x4C57_4B31
"""SQLite's application_id of our files ("LWK1"), so that no other file is taken for one."""
PATIENCE = 5.0
"""Seconds to wait for another process that is writing."""
MEMORY_ON, MEMORY_REMOTE = "memory", "memory_remote"


def _first(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE entries (name TEXT PRIMARY KEY, sealed BLOB NOT NULL)")
    connection.execute("CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL)")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_first,)
"""Only ever added to; SQLite's user_version tells how many a file has seen."""


class Store:
    """What one person keeps on this machine.

    Example:
        >>> with Store.open(home()) as store:                           # doctest: +SKIP
        ...     store.add(Entry.now(Kind.MOOD, "slept well", 7))        # doctest: +SKIP
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, seal: keys.Seal) -> None:
        """Take an open connection; use `Store.open`."""
        self._connection, self.path, self._seal = connection, path, seal

    @classmethod
    def open(cls, folder: Path, passphrase: str | None = None) -> Self:
        """Open the store of a folder, and make it when there is none.

        Args:
            folder: Where it is, usually `listenwell.core.home.home()`.
            passphrase: What opens it, or what a new one shall be locked with; None: the key file.

        Raises:
            StorageError: It is damaged, of another program or a newer version, or does not open.
        """
        path = folder / FILE
        if not path.exists():
            _create(path, passphrase)
        connection = _connect(path)
        try:
            with _told(path):
                _check(connection, path)
                key = keys.unlock(_setting(connection, "lock") or b"{}", passphrase, _key(path))
        except BaseException:
            connection.close()
            raise
        return cls(connection, path, keys.Seal(key))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def add(self, entry: Entry) -> None:
        """Keep an entry.

        Raises:
            StorageError: It cannot be written; what was there before still is.
        """
        with self._writing() as connection:
            connection.execute("INSERT INTO entries VALUES (?, ?)", self._row(entry))

    def entries(self, kind: Kind) -> tuple[Entry, ...]:
        """Return what was kept of a kind, oldest first.

        Raises:
            StorageError: Something cannot be read.
        """
        with _told(self.path):
            rows = self._connection.execute("SELECT name, sealed FROM entries").fetchall()
        found = (self._opened(name, sealed) for name, sealed in rows)
        return tuple(sorted((e for e in found if e.kind is kind), key=lambda e: e.at))

    def rewrite(self, entry: Entry, text: str) -> None:
        """Keep other words in the place of an entry's."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE entries SET sealed = ?2 WHERE name = ?1",
                self._row(replace(entry, text=text)),
            )
        self._shrink()

    def delete(self, *entries: Entry) -> None:
        """Delete entries; no byte of them is left in the file."""
        with self._writing() as connection:
            names = [(entry.name,) for entry in entries]
            connection.executemany("DELETE FROM entries WHERE name = ?", names)
        self._shrink()

    def setting(self, name: str) -> bool:
        """Whether a setting is on; all are off at first."""
        with _told(self.path):
            return _setting(self._connection, name) == b"on"

    def switch(self, name: str, *, on: bool) -> None:
        """Switch a setting."""
        with self._writing() as connection:
            row = (name, b"on" if on else b"off")
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", row)

    def relock(self, passphrase: str | None) -> None:
        """Lock everything with a passphrase, or with the key file again.

        Only the lock is written anew. The entries stay sealed with the key that it holds.
        """
        lock = keys.lock(self._seal.key, passphrase, _key(self.path))
        with self._writing() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES ('lock', ?)", (lock,))
        self._shrink()
        if passphrase is not None:
            _key(self.path).unlink(missing_ok=True)

    def _row(self, entry: Entry) -> tuple[str, bytes]:
        return entry.name, self._seal.close(entry.packed(), entry.name)

    def _opened(self, name: str, sealed: bytes) -> Entry:
        try:
            return Entry.unpacked(name, self._seal.open(sealed, name))
        except InvalidTag as error:
            raise StorageError(
                f"an entry in {self.path} was changed from outside and cannot be read. Put the "
                "file back from a copy."
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Write all of it or nothing, one process after the other."""
        with _told(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                if self._connection.in_transaction:  # a full disk has undone it already
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _shrink(self) -> None:
        """Give back the room of what was deleted."""
        try:
            self._connection.execute("VACUUM")
        except sqlite3.OperationalError:
            # Another process reads, or the disk is full. The deleted bytes are zeros already, by
            # secure_delete; only the file stays as long as it was.
            return


def delete_everything(folder: Path) -> bool:
    """Delete the store and its key, and say whether there was one."""
    path = folder / FILE
    unfinished = folder.glob(".kept.*")
    every = (_key(path), path, Path(f"{path}-journal"), *unfinished)
    found = [file for file in every if file.exists()]
    with _told(path):
        for file in found:
            # Without the key the rest is noise, wherever copies of it may be; so the key goes first.
            _blank(file)
            file.unlink()
    return bool(found)


def _blank(file: Path) -> None:
    """Write zeros where a file's bytes are, without giving the place back first."""
    with file.open("r+b") as stream:
        stream.write(bytes(file.stat().st_size))
        stream.flush()
        os.fsync(stream.fileno())


def exists(folder: Path) -> bool:
    """Whether something was ever kept here."""
    return (folder / FILE).exists()


def is_on(folder: Path, setting: str) -> bool:
    """Whether a setting is on, without opening the lock; False where nothing is kept."""
    return _peek(folder, setting) == b"on"


def needs_passphrase(folder: Path) -> bool:
    """Whether the store of a folder opens with a passphrase."""
    lock = _peek(folder, "lock")
    return lock is not None and keys.is_by_passphrase(lock)


def _peek(folder: Path, name: str) -> bytes | None:
    path = folder / FILE
    if not path.exists():
        return None
    with closing(_connect(path)) as connection, _told(path):
        _check(connection, path)
        return _setting(connection, name)


def _setting(connection: sqlite3.Connection, name: str) -> bytes | None:
    found = connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return bytes(found[0]) if found else None


def _key(path: Path) -> Path:
    return path.with_name(KEY_FILE)


def _create(path: Path, passphrase: str | None) -> None:
    """Make a store beside its place and give it its name when it is whole.

    So an empty or half file under that name is always damage, and is never taken for a new store.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with _told(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = keys.lock(keys.new_key(), passphrase, _key(path))
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with closing(_connect(beside)) as connection:
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute("BEGIN")
                _migrate(connection, 0)
                connection.execute("INSERT INTO settings VALUES ('lock', ?)", (lock,))
                connection.execute("COMMIT")
            keys.publish(beside, path)
        except FileExistsError:
            return  # another process was quicker: its store is taken
        finally:
            beside.unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    with _told(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=PATIENCE, isolation_level=None
        )
        try:
            for setting in ("secure_delete = ON", "temp_store = MEMORY"):
                connection.execute(f"PRAGMA {setting}").fetchall()
        except BaseException:
            connection.close()
            raise
        return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """See that the file is ours, whole, and of a version that is known here."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION:
        raise StorageError(
            f"{path} is not a file of Listenwell's, or it was cut to nothing. It was left as it is: "
            "move it away, or put a copy of yours in its place."
        )
    if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
        raise StorageError(_damaged(path))
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise StorageError(
            f"{path} was written by a newer Listenwell (format {version}; known here: "
            f"{len(MIGRATIONS)}). Update Listenwell to open it."
        )
    if version < len(MIGRATIONS):
        connection.execute("BEGIN IMMEDIATE")
        _migrate(connection, connection.execute("PRAGMA user_version").fetchone()[0])
        connection.execute("COMMIT")


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    for migration in MIGRATIONS[version:]:
        migration(connection)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system complain of into words that help."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StorageError(_wording(path, error)) from error
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror}).") from error


def _wording(path: Path, error: sqlite3.DatabaseError) -> str:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return f"the disk is full: nothing new was kept in {path}, and nothing was lost."
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"another Listenwell is writing to {path}. Try again in a moment."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return f"{path} cannot be opened for writing. Check whose file it is."
        case _:
            return _damaged(path, str(error))


def _damaged(path: Path, why: str = "some pages are missing") -> str:
    return (
        f"{path} is damaged ({why}). It was left as it is: put a copy of yours in its place, or "
        "move it away to begin anew."
    )
