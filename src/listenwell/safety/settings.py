"""What an operator or a person sets: country, jurisdictions, intervals, ages. A small YAML file."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from listenwell.core.errors import ConfigError, UnknownNameError
from listenwell.core.home import home
from listenwell.safety.countries import country_code
from listenwell.safety.helplines import MOST_DAYS
from listenwell.safety.jurisdictions import jurisdictions
from listenwell.safety.talk.words import LANGUAGES

FILE = "config.yaml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for one installation.

    Attributes:
        country: The person's own choice, a code of two letters; None until they choose.
        jurisdictions: Whose disclosure rules hold; empty for all that are known.
        minimum_age: Below it nobody is talked with, only led to people; None asks no age.
        days_away: After as many days a person is told again what this is.
        every_hours: As often it is said again in a long conversation.
        minors_every_hours: The same for people under 18.
        helplines_days: Days after which a checked help line is due again.
        read_emotions: Whether feelings are read at all.
        language: Of the interface and of the first words, two letters; None for English.
        generator: What writes the replies, as `--generator` takes it; None for the default.
    """

    country: str | None = None
    jurisdictions: tuple[str, ...] = ()
    minimum_age: int | None = None
    days_away: float | None = None
    every_hours: float | None = None
    minors_every_hours: float | None = None
    helplines_days: int = MOST_DAYS
    read_emotions: bool = True
    language: str | None = None
    generator: str | None = None

    def chosen(self, country: str | None) -> Self:
        """Return the same with the country that an option or a page names, where it names one.

        Raises:
            UnknownNameError: There is no such country.
        """
        return replace(self, country=country_code(country)) if country else self

    def speaking(self, language: str | None) -> Self:
        """Return the same with the language that an option names, where it names one.

        Raises:
            UnknownNameError: Nothing is said in that language.
        """
        return replace(self, language=_language(language)) if language else self


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
        return value and _told(_language, value)

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


def _language(name: str) -> str:
    if name.lower() not in LANGUAGES:
        raise UnknownNameError.build("language", name, LANGUAGES)
    return name.lower()


def load_settings(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a file, by default `config.yaml` in `LISTENWELL_HOME`.

    `LISTENWELL_COUNTRY`, `LISTENWELL_LANGUAGE` and `LISTENWELL_GENERATOR` go before the file's country,
    language and generator.

    Raises:
        ConfigError: The file cannot be read, or a value in it is not what it must be.
        UnknownNameError: A variable names no known country, or no language that is spoken.
    """
    found = _read(path or home() / FILE, must_exist=path is not None)
    found = found.speaking(environ.get("LISTENWELL_LANGUAGE"))
    found = replace(found, generator=environ.get("LISTENWELL_GENERATOR") or found.generator)
    return found.chosen(environ.get("LISTENWELL_COUNTRY"))


def _read(path: Path, *, must_exist: bool) -> Settings:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(f"{path}: there is no such file.") from None
        return Settings()
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: not a YAML file in UTF-8 ({error}).") from error
    try:
        return Settings(**dict(_File.model_validate(content or {})))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"]) or "the file"
        known = ", ".join(_File.model_fields)
        hint = f" Known: {known}." if first["type"] == "extra_forbidden" else ""
        raise ConfigError(f"{path}: `{where}`: {first['msg']}.{hint}") from error
