"""The one path from a message to a reply."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from fakes import FixedReader, Scripted, Unreachable, conversation, engine
from listenwell.core.types import Candidate, History, Message, Prompt, RiskLevel
from listenwell.dialogue.engine import pieces
from listenwell.safety.guard import Verdict


def test_a_proposed_reply_is_shown_with_its_maker():
    turn = engine("What happened then?").respond(History(), "I had a strange day")
    assert (turn.reply.text, turn.reply.generator) == ("What happened then?", "scripted")
    assert dict(turn.seconds).keys() == {"screen", "read", "reply", "total"}


@pytest.mark.parametrize("text", ["I want to die", "I just took all my pills"])
def test_high_risk_never_reaches_the_generator(text: str):
    bot = engine("What happened then?")
    turn = bot.respond(History(), text)
    assert turn.reply.generator == "crisis"
    assert isinstance(bot.generator, Scripted)
    assert bot.generator.prompts == []


def test_in_danger_too_it_says_that_it_is_an_ai_when_asked():
    bot = engine("Of course I'm human!")
    first = bot.respond(History(), "I'm going to kill myself tonight")
    history = History((first.user, Message("assistant", first.reply.text)))
    second = bot.respond(history, "are you a real person?")
    assert second.reply.text.startswith("I'm an AI, not a person")
    assert second.risk.level is RiskLevel.IMMINENT
    third = bot.respond(history.add(second.user, Message("assistant", second.reply.text)), "ok")
    assert third.reply.text not in (first.reply.text, second.reply.text)
    assert third.reply.text not in second.reply.text


def test_moderate_risk_is_asked_about_once_and_then_answered_carefully():
    bot = engine("What happened then?")
    first = bot.respond(History(), "I don't see the point anymore")
    assert first.reply.generator == "crisis"
    history = History((first.user, Message("assistant", first.reply.text)))
    second = bot.respond(history, "no, nothing like that, I'm just so tired of it all")
    assert second.reply.generator == "scripted"


def test_nothing_refused_is_ever_shown():
    bot = engine("Do you know that I love you?", "I had a dog too.", "What was he like?")
    trace = bot.explain(History(), "My dog died")
    assert trace.turn.reply.text == "What was he like?"
    assert dict(trace.refused)["Do you know that I love you?"] == "romance"


def test_when_everything_is_refused_an_authored_reply_stands_in():
    turn = engine("I promise.", "I love you.").respond(History(), "I feel so lonely tonight")
    assert turn.reply.generator == "templates"
    assert turn.plan.move == "loneliness"


def test_a_broken_screen_is_met_as_danger_with_help_lines():
    class Broken:
        def assess(self, history: History):
            raise KeyError(history.last_user)

    turn = engine("Hello!", screen=Broken()).respond(History(), "a secret")
    assert turn.risk.level is RiskLevel.HIGH
    assert turn.reply.generator == "crisis"
    assert "988" in turn.reply.text


def test_a_broken_guard_lets_nothing_of_the_model_through():
    class Broken:
        def allows(self, text: str) -> Verdict:
            raise RuntimeError

    turn = engine("Hello there.", guard=Broken()).respond(History(), "hi")
    assert turn.reply.generator == "templates"


def test_an_unreachable_generator_still_leaves_the_person_with_an_answer():
    bot = engine()
    bot.generator = Unreachable()
    assert bot.respond(History(), "I'm stressed about work").reply.generator == "templates"


def test_gladness_over_pain_is_refused():
    bot = engine("That's great!", "What was she like?", reader=FixedReader(sad=0.9, joyful=0.1))
    trace = bot.explain(History(), "My grandmother died")
    assert trace.turn.reply.text == "What was she like?"


def test_condolence_over_joy_is_refused():
    bot = engine("I'm sorry to hear that.", "What's the job?", reader=FixedReader(joyful=0.95))
    assert bot.respond(History(), "I got the job!").reply.text == "What's the job?"


def test_a_reply_is_not_said_twice():
    bot = engine("What happened then?", "And after that?")
    history = conversation("a", "What happened then?")
    assert bot.respond(history, "it rained").reply.text == "And after that?"


def test_asked_whether_it_is_a_machine_it_says_so_and_varies_its_words():
    bot = engine("Of course I'm human!")
    history, said = History(), []
    for _ in range(3):
        turn = bot.respond(history, "are you a real person?")
        said.append(turn.reply.text)
        history = history.add(turn.user, Message("assistant", turn.reply.text))
    assert all(("AI" in text or "program" in text or "software" in text) for text in said)
    assert len(set(said)) == 3


@pytest.mark.parametrize(
    ("text", "move"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("  \n\t ", "empty", id="blank"),
        pytest.param("😭😭", "emoji", id="emoji"),
        pytest.param(":(", "emoji", id="emoticon"),
        pytest.param("\x00\x01\x02", "empty", id="control characters"),
        pytest.param("\ufffd" * 50, "unreadable", id="binary"),
        pytest.param("\ud800\udfff\ud800", "unreadable", id="unpaired surrogates"),
        pytest.param("Hi!", "greeting", id="greeting"),
        pytest.param("ok thanks for listening", "thanks", id="thanks"),
        pytest.param("good night", "goodbye", id="goodbye"),
        pytest.param("idk...", "unsure", id="unsure"),
        pytest.param("ok", "little", id="little"),
        pytest.param("...", "silence", id="silence"),
    ],
)
def test_a_message_with_few_or_no_words_gets_a_kind_authored_reply(text: str, move: str):
    turn = engine("What?").respond(History(), text)
    assert (turn.plan.move, turn.reply.generator) == (move, "templates")
    turn.reply.text.encode("utf-8")
    turn.user.content.encode("utf-8")


def test_a_hundred_thousand_characters_are_answered_and_screened_at_both_ends():
    bot = engine("That is a lot.")
    assert bot.respond(History(), "blah " * 20_000).reply.text == "That is a lot."
    for text in ("x " * 50_000 + "I want to die", "I want to die. " + "x " * 50_000):
        assert bot.respond(History(), text).reply.generator == "crisis"


def test_pieces_joined_are_the_reply():
    text = "One two.\n\n• three  four"
    assert "".join(pieces(text)) == text


class Unsure:
    """A generator whose only line hardly fits what was said."""

    name = "unsure"

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        return [Candidate("The lamp is made of it.", -4.0, -4.0, relevance=0.05)]


def test_a_reply_that_hardly_fits_gives_way_to_an_authored_one():
    bot = replace(engine(), generator=Unsure())
    trace = bot.explain(History(), "My brother left without a word")
    assert trace.turn.reply.generator == "templates"
    assert ("The lamp is made of it.", "not-good-enough") in trace.refused


class Sifted(Scripted):
    """The same, asked for what is wanted only; it remembers what was not."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.unwanted: list[str] = []

    def propose(self, prompt: Prompt, count: int, seed: int) -> Sequence[Candidate]:
        found = super().propose(prompt, count, seed)
        return [replace(c, log_probability=-0.5, relevance=0.6) for c in found]

    def propose_of(
        self, prompt: Prompt, count: int, seed: int, wanted: Callable[[Candidate], bool]
    ) -> Sequence[Candidate]:
        found = self.propose(prompt, count, seed)
        self.unwanted += [c.text for c in found if not wanted(c)]
        return [c for c in found if c.text not in self.unwanted]


def test_a_generator_that_sifts_is_not_asked_where_nothing_may_be_asked():
    bot = replace(engine(), generator=Sifted("What did she want?"))
    bot.respond(conversation("my sister rang", "What did she want?"), "she wants the piano")
    assert bot.generator.prompts == []


def test_a_generator_that_sifts_is_not_asked_where_an_authored_question_fits():
    fitting = replace(engine(), generator=Sifted("What did she want?"))
    told = "work has been overwhelming me"
    turn = fitting.respond(History(), told)
    assert "?" in turn.reply.text
    assert fitting.generator.prompts == []
    # Asked for its reasons it weighs everything, and says the same.
    trace = fitting.explain(History(), told)
    assert trace.ranked
    assert trace.turn.reply == turn.reply


def test_a_generator_that_sifts_weighs_what_can_be_shown_and_everything_when_asked_why():
    lines = "What did she say?", "I have a sister too.", "Have you tried yoga?"
    bot = replace(engine(), generator=Sifted(*lines))
    turn = bot.respond(History(), "my sister rang about the piano")
    assert bot.generator.unwanted == list(lines[1:])
    trace = replace(bot, generator=Sifted(*lines)).explain(
        History(), "my sister rang about the piano"
    )
    assert {item.candidate.text for item in trace.ranked} == set(lines)
    assert turn.reply == trace.turn.reply


class Near:
    """Finds one sentence near and every other far."""

    def __init__(self, text: str) -> None:
        self.text = text

    def of(self, messages: Sequence[Message], texts: Sequence[str]) -> Sequence[float]:
        return [1.0 if text == self.text else -0.5 for text in texts]

    def appropriate(self, messages: Sequence[Message], texts: Sequence[str]) -> Sequence[float]:
        return [1.0 for _ in texts]


@pytest.mark.parametrize(
    "text",
    ["There's a lot of hurt in that.", "Some things just ache, and this seems to be one of them."],
)
def test_of_the_authored_sentences_that_fit_the_nearest_is_said(text: str):
    bot = engine(reader=FixedReader(sad=0.9))
    bot.generator, bot.nearness = None, Near(text)
    assert text in bot.respond(History(), "it just went").reply.text
