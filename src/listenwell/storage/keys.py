"""The keys: one seals what is kept, and is itself sealed by a key file or a passphrase."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from listenwell.core.errors import StorageError

NONCE = 12
KEY = 32
# 128 MB and about half a second on a laptop: OWASP's first choice for scrypt (Password Storage
# Cheat Sheet, read in 2026).
SCRYPT = {"n": 2**17, "r": 8, "p": 1}


@dataclass(frozen=True, slots=True)
class Seal:
    """Seals and opens bytes with one key; what was sealed for one place opens at no other."""

    key: bytes

    def close(self, plain: bytes, place: str) -> bytes:
        """Return the sealed bytes."""
        nonce = secrets.token_bytes(NONCE)
        return nonce + AESGCM(self.key).encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return what was sealed.

        Raises:
            InvalidTag: The key is another, the bytes were changed, or they belong elsewhere.
        """
        return AESGCM(self.key).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())


def new_key() -> bytes:
    """Return a key that nobody can guess."""
    return secrets.token_bytes(KEY)


def lock(key: bytes, passphrase: str | None, key_file: Path) -> bytes:
    """Return the key under lock, as it is kept beside what it seals.

    Args:
        key: The key.
        passphrase: What opens it; None for the key file, which is made when it is missing.
        key_file: Where the key file is.
    """
    if passphrase is None:
        outer = _read(key_file) if key_file.exists() else _write(key_file)
        told: dict[str, object] = {"by": "key file"}
    else:
        salt = secrets.token_bytes(16)
        outer = _derived(passphrase, salt, SCRYPT)
        told = {"by": "passphrase", "salt": salt.hex(), **SCRYPT}
    told["sealed"] = Seal(outer).close(key, "key").hex()
    return json.dumps(told).encode()


def unlock(lock: bytes, passphrase: str | None, key_file: Path) -> bytes:
    """Return the key.

    Raises:
        StorageError: The passphrase is missing or wrong, or the key file is.
    """
    told = json.loads(lock)
    if told["by"] == "passphrase":
        if passphrase is None:
            raise StorageError(
                "what you kept is locked with your passphrase. Give it when asked, or in "
                "LISTENWELL_PASSPHRASE."
            )
        settings = {name: int(told[name]) for name in SCRYPT}
        outer = _derived(passphrase, bytes.fromhex(told["salt"]), settings)
        wrong = "this passphrase does not open what you kept. Nothing was changed; try again."
    else:
        outer = _read(key_file)
        wrong = f"{key_file} is not the key to what you kept. Put the right one back."
    try:
        return Seal(outer).open(bytes.fromhex(told["sealed"]), "key")
    except InvalidTag as error:
        raise StorageError(wrong) from error


def is_by_passphrase(lock: bytes) -> bool:
    """Whether a lock is opened by a passphrase."""
    return bool(json.loads(lock)["by"] == "passphrase")


def _derived(passphrase: str, salt: bytes, settings: dict[str, int]) -> bytes:
    return Scrypt(salt=salt, length=KEY, **settings).derive(passphrase.encode())


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise StorageError(
            f"{path} is missing: it is the key to what you kept. Put it back from a copy; without "
            "it nobody can read the rest, not even you. To begin anew: listenwell memory delete "
            "--everything."
        ) from error
    except (OSError, ValueError) as error:
        raise StorageError(f"{path} cannot be read as a key ({error}).") from error
    if len(key) != KEY:
        raise StorageError(f"{path} is not a whole key: {len(key)} bytes in place of {KEY}.")
    return key


def _write(path: Path) -> bytes:
    """Make a key file; when another process was quicker, take its."""
    key = new_key()
    try:
        place_new_file(path, key.hex().encode("ascii"))
    except FileExistsError:
        return _read(path)
    return key


def place_new_file(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises:
        FileExistsError: There is one already; it is left as it is.
        StorageError: It cannot be written.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            publish(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, FileExistsError) and path.is_file():
            raise
        raise StorageError(f"{path} cannot be written ({error.strerror}).") from error


def publish(beside: Path, path: Path) -> None:
    """Give a finished file its name, never over another.

    Raises:
        FileExistsError: The name is taken.
    """
    # A hard link either appears whole or fails: no reader ever sees half a file.
    os.link(beside, path)
