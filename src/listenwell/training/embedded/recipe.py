"""The embedded models' recipe: one YAML file, checked before anything is loaded."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from listenwell.core.errors import ConfigError


class Stage(BaseModel):
    """What the training of both networks shares."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    warm_start: str
    learning_rate: float = Field(4e-4, gt=0)
    warmup_steps: int = Field(100, ge=0)
    weight_decay: float = Field(0.01, ge=0)
    average_decay: float = Field(0.998, ge=0, lt=1)
    checkpoint_every: int = Field(100, ge=1)
    evaluate_every: int = Field(200, ge=1)
    max_steps: int | None = Field(None, ge=1)


class WriterStage(Stage):
    """The language model that writes replies.

    Attributes:
        corpora: How often each corpus is seen in the run; 0.5 takes a random half once.
        late: Corpora that come ever more often towards the end.
        own_voice: Corpora whose replies are in the project's own voice.
        vocabulary: Tokens to keep of the warm start's, markers included.
        keep_layers: The warm start's layers to keep, in order.
        batch_tokens: Tokens of one step.
        quantise_from: The share of the run after which weights are rounded to 4 bits as they are
            used, so that the shipped file loses next to nothing.
        evaluate_replies: How many validation replies the curve is measured on.
        compiled: Whether to compile the layers, half as fast again; needs a C++ compiler.
    """

    warm_start: str = "HuggingFaceTB/SmolLM2-135M-Instruct"
    corpora: dict[str, float] = Field(min_length=1)
    late: list[str] = []
    own_voice: list[str] = ["listenwell"]
    vocabulary: int = Field(12_000, ge=400)
    keep_layers: list[int] = Field(min_length=1)
    batch_tokens: int = Field(6_000, ge=16)
    quantise_from: float = Field(0.75, ge=0, le=1)
    evaluate_replies: int = Field(600, ge=1)
    compiled: bool = True


class LanguageStage(Stage):
    """A language model that is trained before a round, on the same tasks, and teaches in it.

    Attributes:
        tasks: How often each task's data are seen in its run.
        layers: How many of its first layers serve.
        rank: Of what is added to its matrices.
        batch_size: Examples of one step.
        share: How much of the encoder's loss is to tell what the language model tells, where a
            label is known too.
    """

    warm_start: str = "Qwen/Qwen2.5-Coder-1.5B-Instruct"
    tasks: dict[str, float] = Field(min_length=1)
    layers: int = Field(16, ge=1)
    rank: int = Field(32, ge=1)
    batch_size: int = Field(192, ge=1)
    share: float = Field(0.6, ge=0, le=1)


class NewWords(BaseModel):
    """Word pieces of other languages that an encoder is given before a round.

    Attributes:
        kept: How many of the pieces that it has stay: the most used.
        added: How many new ones come.
        translator: The language model that tells what the new ones mean.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kept: int = Field(10_800, ge=100)
    added: int = Field(8_700, ge=1)
    translator: str = "Qwen/Qwen2.5-Coder-1.5B-Instruct"


class Round(BaseModel):
    """What a later round of the encoder's training does differently from the first.

    Attributes:
        new_words: Word pieces that come before this round.
        language_teacher: A language model to learn from in this round.
        keep: The share of the weights it began with that its end is made of: what a round learns
            anew at the cost of the rest is so had for less (Wortsman et al. 2022, WiSE-FT,
            arXiv:2109.01903).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tasks: dict[str, float] = Field(min_length=1)
    learning_rate: float | None = Field(None, gt=0)
    batch_size: int | None = Field(None, ge=2)
    hidden_words: float | None = Field(None, ge=0, lt=1)
    fitting: int | None = Field(None, ge=0)
    new_words: NewWords | None = None
    language_teacher: LanguageStage | None = None
    keep: float = Field(0.0, ge=0, lt=1)


class TeacherStage(Stage):
    """A larger encoder that is trained first, on the same tasks, and then teaches the small one.

    Attributes:
        tasks: How often each task's data are seen in its run.
        batch_size: Examples of one step.
        share: How much of the small one's loss is to tell what the large one tells, where a
            label is known too.
    """

    warm_start: str = "sentence-transformers/all-mpnet-base-v2"
    tasks: dict[str, float] = Field(min_length=1)
    batch_size: int = Field(128, ge=2)
    hidden_words: float = Field(0.0, ge=0, lt=1)
    share: float = Field(0.5, ge=0, le=1)


class EncoderStage(Stage):
    """The encoder that reads feelings, strategies, empathy, danger and relevance.

    Attributes:
        dialogues: Corpora whose contexts and replies teach feelings and relevance.
        tasks: How often each task's data are seen in the run.
        batch_size: Examples of one step; replies of one batch are told apart from each other.
        vocabulary: Word pieces to keep of the warm start's.
        hidden_words: The share of word pieces hidden from the encoder while it learns.
        fitting: Of how many contexts of a batch the replies that are hardest to tell from the right
            one are also read together with the context.
        teacher: A larger encoder to learn from.
        then: What later rounds, each of which begins where the one before ended, do differently.
    """

    warm_start: str = "sentence-transformers/all-MiniLM-L6-v2"
    dialogues: list[str] = ["empathetic_dialogues", "listenwell"]
    tasks: dict[str, float] = Field(min_length=1)
    batch_size: int = Field(128, ge=2)
    vocabulary: int = Field(16_000, ge=200)
    hidden_words: float = Field(0.0, ge=0, lt=1)
    fitting: int = Field(0, ge=0)
    teacher: TeacherStage | None = None
    then: list[Round] = []

    def rounds(self) -> "list[EncoderStage]":
        """Return the stage of each round, the first one first."""
        other = {"keep", "new_words", "language_teacher"}
        changes = [later.model_dump(exclude_none=True, exclude=other) for later in self.then]
        plain = self.model_copy(update={"max_steps": None, "then": []})
        return [self, *(plain.model_copy(update=some) for some in changes)]


class EmbeddedRecipe(BaseModel):
    """Everything that decides what the embedded models become; see `recipes/embedded.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: str = Field(pattern="^embedded$")
    name: str = "listenwell-embedded"
    seed: int = 20261126
    encoder: EncoderStage
    writer: WriterStage


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
