"""Reads files that hold a list of entries in YAML, each checked by its model."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from listenwell.core.errors import ConfigError
from listenwell.core.yaml_text import parse

Entry = TypeVar("Entry", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Named:
    """How entries are spoken of when one is wrong: "a scenario", "scenarios", begun by "- id:"."""

    one: str
    many: str
    start: str


def read_entries(entry: type[Entry], paths: Iterable[Path], named: Named) -> tuple[Entry, ...]:
    """Return every entry of some files, in their order.

    Args:
        entry: The model of an entry.
        paths: The files.
        named: How entries are spoken of.

    Raises:
        ConfigError: A file is not a YAML list, or an entry does not say what it must.
    """
    return tuple(
        _checked(entry, record, path, named) for path in paths for record in _records(path, named)
    )


def _records(path: Path, named: Named) -> list[Any]:
    try:
        content = parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: cannot be read as YAML ({error}).") from error
    if not isinstance(content, list):
        raise ConfigError(
            f"{path}: expected a list of {named.many}, each starting with `{named.start}`."
        )
    return content


def _checked(entry: type[Entry], record: Any, path: Path, named: Named) -> Entry:
    try:
        return entry.model_validate(record)
    except ValidationError as error:
        name = record.get("id", f"{named.one} without id") if isinstance(record, dict) else record
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or f"the {named.one.split()[-1]}"
        raise ConfigError(f"{path}: {name}: `{where}`: {first['msg']}.") from error
