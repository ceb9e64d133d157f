"""What a settings file may hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from listenwell.core.errors import ConfigError, UnknownNameError
from listenwell.safety.countries import country_code
from listenwell.safety.helplines import MOST_DAYS
from listenwell.safety.jurisdictions import jurisdictions
from listenwell.safety.talk.words import known_language

Positive = Annotated[float, Field(gt=0)]


class _File(BaseModel):
    """The file as it may be written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    country: str | None = None
    jurisdictions: tuple[str, ...] = ()
    minimum_age: Annotated[int, Field(ge=1, le=99)] | None = None
    days_away: Positive | None = None
    every_hours: Positive | None = None
    minors_every_hours: Positive | None = None
    helplines_days: Annotated[int, Field(ge=1)] = MOST_DAYS
    read_emotions: bool = True
    language: str | None = None
    generator: Annotated[str, Field(min_length=1)] | None = None

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str | None) -> str | None:
        return value and _told(known_language, value)

    @field_validator("country", mode="before")
    @classmethod
    def _known_country(cls, value: object) -> object:
        # YAML reads Norway's NO as false.
        named = {False: "NO"}.get(value, value) if isinstance(value, bool) else value
        return _told(country_code, named) if isinstance(named, str) else named

    @field_validator("jurisdictions")
    @classmethod
    def _known_jurisdictions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_told(_jurisdiction, name) for name in value)


def _told(check: Any, name: str) -> str:
    try:
        return str(check(name))
    except UnknownNameError as error:
        raise ValueError(str(error)) from error


def _jurisdiction(name: str) -> str:
    if name.lower() not in jurisdictions():
        raise UnknownNameError.build("jurisdiction", name, jurisdictions())
    return name.lower()


def checked(content: object, path: Path) -> Mapping[str, Any]:
    """Return every setting of a file's content.

    Args:
        content: What the file holds.
        path: The file, for the error.

    Raises:
        ConfigError: A setting is unknown, or its value is not what it must be.
    """
    try:
        return dict(_File.model_validate(content))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        known = ", ".join(_File.model_fields)
        hint = f" Known: {known}." if first["type"] == "extra_forbidden" else ""
        raise ConfigError(f"{path}: `{where}`: {first['msg']}.{hint}") from error
