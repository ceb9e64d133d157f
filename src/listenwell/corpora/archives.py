"""Taking named files out of a tar archive that came from outside."""

import tarfile
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from zlib import error as ZlibError

from listenwell.core.errors import CorpusError

MAX_MEMBER = 1 << 30


def extract(archive: Path, folder: Path, members: tuple[tuple[str, str], ...], origin: str) -> None:
    """Write an archive's members to a folder, under the names that are given here.

    Args:
        archive: A tar file, packed or not.
        folder: Where to write; it exists.
        members: (name in the archive, file name to write).
        origin: Where the archive came from, for messages.

    Raises:
        CorpusError: The archive is damaged, lacks a member, or any name in it leads outside.
    """
    try:
        with tarfile.open(archive) as tar:
            inside = {_safe_name(member, origin): member for member in tar}
            for name, filename in members:
                _write(tar, inside.get(name), folder / filename, f"{origin}: {name}")
    except (tarfile.TarError, EOFError, ZlibError) as error:
        raise CorpusError(f"{origin}: the archive is damaged or cut off ({error}).") from error


def _safe_name(member: tarfile.TarInfo, origin: str) -> str:
    path = PurePosixPath(member.name.replace("\\", "/"))
    on_a_drive = any(":" in part for part in path.parts[:1])
    if path.is_absolute() or ".." in path.parts or on_a_drive:
        raise CorpusError(
            f"{origin}: the archive holds {member.name!r}, which leads out of its folder; refused."
        )
    return str(path)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo | None, target: Path, what: str) -> None:
    if member is None or not member.isreg():
        raise CorpusError(f"{what} is not a file in the archive.")
    if member.size > MAX_MEMBER:
        raise CorpusError(f"{what} is larger than {MAX_MEMBER >> 20} MB; refused.")
    stream = tar.extractfile(member)
    if stream is not None:
        with stream, target.open("wb") as out:
            copyfileobj(stream, out)
