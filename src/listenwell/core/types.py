"""The values that flow from a message to a reply: frozen, compared by content, without identity."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Literal, Self, TypeAlias

from listenwell.core.emotions import INTENSITY

Role: TypeAlias = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that one side said."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class History:
    """What has been said so far, oldest first."""

    messages: tuple[Message, ...] = ()

    def add(self, *messages: Message) -> Self:
        """Return a longer history; the original is left unchanged."""
        return type(self)((*self.messages, *messages))

    def said_by(self, role: Role) -> tuple[str, ...]:
        """Return every text of one side, oldest first."""
        return tuple(message.content for message in self.messages if message.role == role)

    @property
    def last_user(self) -> str:
        """The person's newest message, or an empty string when they have said nothing."""
        said = self.said_by("user")
        return said[-1] if said else ""


class RiskLevel(IntEnum):
    """How much danger a conversation shows; ordered, so that `max` is the policy."""

    NONE = 0
    LOW = 1
    MODERATE = 2
    HIGH = 3
    IMMINENT = 4

    @property
    def label(self) -> str:
        """The level's name as the machine interfaces write it."""
        return self.name.lower()


class RiskKind(StrEnum):
    """What the danger is."""

    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    HARM_TO_OTHERS = "harm_to_others"
    ABUSE = "abuse"
    EATING_DISORDER = "eating_disorder"
    PSYCHOSIS = "psychosis"
    MEDICAL = "medical"
    OVERDOSE = "overdose"
    DISTRESS = "distress"
    SCREEN_FAILURE = "screen_failure"


class Subject(StrEnum):
    """Whom the danger concerns."""

    SELF = "self"
    OTHER = "other"
    FICTION = "fiction"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Signal:
    """One piece of evidence for a risk: which rule matched which words.

    Attributes:
        text: The words, as the person wrote them.
        start: Where they begin in the message that they come from.
        end: Where they end; 0 where a signal stands for no words in particular.
    """

    rule: str
    kind: RiskKind
    level: RiskLevel
    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Risk:
    """What the screen found in a conversation so far.

    Attributes:
        language: Of the newest message, as far as it can be told: "en", "es", … or "".
    """

    level: RiskLevel = RiskLevel.NONE
    signals: tuple[Signal, ...] = ()
    subject: Subject = Subject.SELF
    language: str = ""

    @property
    def kind(self) -> RiskKind | None:
        """The kind of the gravest signal, or None when nothing was found."""
        if not self.signals:
            return None
        return max(self.signals, key=lambda signal: signal.level).kind


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person seems to feel: a probability for each of the 32 emotions.

    Empty when emotion reading is switched off.

    Attributes:
        probabilities: Of each emotion; they add up to 1.
        strategies: Of each support strategy, how likely a trained listener would use it next.
        themes: Of what the newest message may tell ("ignored", "waits"), how likely it tells it;
            each stands for itself, so they do not add up to 1.
        feelings: Of each feeling that authored moves are written for, how likely a good listener
            would speak to it; empty where that cannot be told.
        acts: Of each dialogue act ("should", "put_right", "none"), how likely the newest message
            does it; they add up to 1.
    """

    probabilities: tuple[tuple[str, float], ...] = ()
    strategies: tuple[tuple["Strategy", float], ...] = ()
    themes: tuple[tuple[str, float], ...] = ()
    feelings: tuple[tuple[str, float], ...] = ()
    acts: tuple[tuple[str, float], ...] = ()

    @property
    def emotion(self) -> str | None:
        """The likeliest emotion, or None when emotion reading is switched off."""
        if not self.probabilities:
            return None
        return max(self.probabilities, key=lambda pair: pair[1])[0]

    @property
    def confidence(self) -> float:
        """The probability of the likeliest emotion, from 0 to 1."""
        return max((probability for _, probability in self.probabilities), default=0.0)

    @property
    def intensity(self) -> float:
        """How strong the feeling is, from 0 to 1: the labels' strengths by their probability."""
        return sum(INTENSITY[label] * probability for label, probability in self.probabilities)

    def mass(self, labels: frozenset[str]) -> float:
        """Return the summed probability of some labels, from 0 to 1."""
        return sum(probability for label, probability in self.probabilities if label in labels)


class Strategy(StrEnum):
    """The eight support strategies of ESConv (Liu et al. 2021, https://arxiv.org/abs/2106.01144)."""

    QUESTION = "Question"
    RESTATEMENT = "Restatement or Paraphrasing"
    REFLECTION = "Reflection of feelings"
    SELF_DISCLOSURE = "Self-disclosure"
    AFFIRMATION = "Affirmation and Reassurance"
    SUGGESTIONS = "Providing Suggestions"
    INFORMATION = "Information"
    OTHERS = "Others"


class Stage(StrEnum):
    """How far a conversation has come, after Hill's helping skills (Helping Skills, 5th ed. 2020)."""

    EXPLORATION = "exploration"
    UNDERSTANDING = "understanding"
    COPING = "coping"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the next reply should do.

    Attributes:
        strategy: The support strategy to follow.
        move: Which authored content fits, by template name ("sadness").
        route: Who answers: the language model, an authored template, or the crisis dialogue.
        avoid: Tones the reply must not take ("cheer" to someone sad).
        stage: How far the conversation has come.
        topic: What it is about ("work"), or nothing that is known.
        feeling: What the person seems to feel, in the words of the authored moves ("fear").
        words: The most words that the reply should have.
        asks: Whether the reply may end in a question.
        because: Why, in a few words for whoever asks.
        language: What the person is answered in: "en", "es", …
        themes: What the newest message tells, likeliest first ("ignored").
        meets: What the newest message asks or puts right, which the reply meets first ("should").
    """

    strategy: Strategy
    move: str
    route: Literal["model", "template", "crisis"] = "model"
    avoid: frozenset[str] = frozenset()
    stage: Stage = Stage.EXPLORATION
    topic: str = ""
    feeling: str = ""
    words: int = 45
    asks: bool = True
    because: str = ""
    language: str = "en"
    themes: tuple[str, ...] = ()
    meets: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a generator is given: the recent turns, oldest first, and the plan.

    Attributes:
        emotion: How the person feels, where the reading is sure enough to be told.
        turns: How many turns were spoken, those left out of `messages` included.
        memory: What the person let be kept from earlier conversations, in their order; only what
            this generator may see.
    """

    messages: tuple[Message, ...]
    plan: Plan
    emotion: str | None = None
    turns: int = 0
    memory: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reply that a generator proposes.

    Attributes:
        text: Whole sentences, ready to show.
        log_probability: Mean natural log-probability per token given the prompt.
        prior: The same without the prompt; the difference tells how specific the reply is.
        relevance: How near the reply is to the conversation, a cosine from -1 to 1.
        source: Where it comes from: "written" by a model or "retrieved" from a corpus.
    """

    text: str
    log_probability: float = 0.0
    prior: float = 0.0
    relevance: float = 0.0
    source: str = "written"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is shown to the person, and which part of the system wrote it."""

    text: str
    generator: str


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything about one exchange, built once, when it is complete.

    Attributes:
        seconds: Wall time of each stage, and of the whole under "total".
    """

    user: Message
    risk: Risk
    reading: Reading
    plan: Plan
    reply: Reply
    seconds: tuple[tuple[str, float], ...] = ()
