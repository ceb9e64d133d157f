"""The embedded model's recipe: one YAML file, checked before anything is loaded."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from listenwell.core.errors import ConfigError


class Finish(BaseModel):
    """A second, shorter stage on a mixture, where the model takes on its style.

    Attributes:
        corpora: Name of each corpus and the share of its training examples to use.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    corpora: dict[str, float] = Field(min_length=1)
    epochs: float = Field(3, gt=0)
    learning_rate: float = Field(2e-4, gt=0)
    average_decay: float = Field(0.99, ge=0, lt=1)


class EmbeddedRecipe(BaseModel):
    """Everything that decides what the embedded model becomes; see `recipes/embedded.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str = Field(pattern="^embedded$")
    name: str = "listenwell-embedded"
    warm_start: str = "sentence-transformers/all-MiniLM-L6-v2"
    corpora: list[str] = Field(min_length=1)
    finish: Finish | None = None
    vocabulary: int = Field(12000, ge=300)
    layers: int = Field(6, ge=1)
    epochs: float = Field(4, gt=0)
    batch_size: int = Field(64, ge=1)
    learning_rate: float = Field(4e-4, gt=0)
    warmup_steps: int = Field(200, ge=0)
    weight_decay: float = Field(0.01, ge=0)
    emotion_weight: float = Field(0.5, ge=0)
    average_decay: float = Field(0.999, ge=0, lt=1)
    checkpoint_every: int = Field(200, ge=1)
    evaluate_every: int = Field(400, ge=1)
    evaluate_examples: int = Field(1000, ge=1)
    max_steps: int | None = Field(None, ge=1)
    seed: int = 20261121


def read_recipe(path: Path) -> EmbeddedRecipe:
    """Read and check a recipe.

    Raises:
        ConfigError: The file is missing, is not YAML, or a key is unknown or out of range.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return EmbeddedRecipe.model_validate(content)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}).") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not YAML text ({error}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ConfigError(
            f"{path}: `{where}`: {first['msg']}. Keys: {', '.join(EmbeddedRecipe.model_fields)}."
        ) from error
