"""What an operator or a person sets: country, jurisdictions, intervals, ages. A small YAML file."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import yaml

from listenwell.core.errors import ConfigError
from listenwell.core.home import home
from listenwell.core.yaml_text import parse
from listenwell.safety.countries import country_code
from listenwell.safety.helplines import MOST_DAYS
from listenwell.safety.talk.words import known_language

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
        return replace(self, language=known_language(language)) if language else self


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
        content = parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise ConfigError(f"{path}: there is no such file.") from None
        return Settings()
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: not a YAML file in UTF-8 ({error}).") from error
    # Here, since most people have no such file, and checking one takes a library that loads slowly.
    from listenwell.safety.settings_file import checked  # noqa: PLC0415

    return Settings(**checked(content or {}, path))
