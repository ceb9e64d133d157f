"""Words and shapes that must not change by accident: read a change, then `make snapshots`."""

from inline_snapshot import snapshot
from typer.main import get_command

from fakes import conversation, engine
from listenwell.cli.main import app
from listenwell.core.types import (
    History,
    Plan,
    Reading,
    Risk,
    RiskKind,
    RiskLevel,
    Signal,
    Strategy,
)
from listenwell.dialogue.prompts import render
from listenwell.embedded.models import EmbeddedModels
from listenwell.safety.crisis import crisis_reply
from listenwell.safety.disclosure import PRIVATE, at_the_start


def test_prompt(models: EmbeddedModels):
    talk = conversation(
        "one", "two", "three  \n lines", "four", "five", "six", " ", "eight", "Nine!"
    )
    prompt = render(talk, Reading(), Plan(Strategy.QUESTION, "general"))
    assert [(m.role, m.content) for m in prompt.messages] == snapshot(
        [
            ("user", "three lines"),
            ("assistant", "four"),
            ("user", "five"),
            ("assistant", "six"),
            ("assistant", "eight"),
            ("user", "Nine!"),
        ]
    )
    short = render(conversation("Hi", "Hello.", "I'm sad"), Reading(), prompt.plan)
    writer, encoder = models.writer.tokenizer, models.encoder.tokenizer
    tokens = writer.context(short.messages) + writer.opening(
        voice=True, emotion="sad", strategy=Strategy.REFLECTION
    )
    assert [writer._tokenizer.id_to_token(i) for i in tokens] == snapshot(
        [
            "<|user|>",
            "Hi",
            "<|end|>",
            "<|listener|>",
            "Hello",
            ".",
            "<|end|>",
            "<|user|>",
            "I",
            "'m",
            "Ġsad",
            "<|end|>",
            "<|voice|>",
            "<|sad|>",
            "<|reflection-of-feelings|>",
        ]
    )
    pieces, segments = encoder.context(short.messages)
    read = [encoder._tokenizer.id_to_token(i) for i in pieces]
    assert list(zip(read, segments, strict=True)) == snapshot(
        [
            ("[CLS]", 0),
            ("hi", 0),
            ("[SEP]", 0),
            ("hello", 1),
            (".", 1),
            ("[SEP]", 1),
            ("i", 0),
            ("'", 0),
            ("m", 0),
            ("sad", 0),
            ("[SEP]", 0),
        ]
    )


def test_first_words_in_danger():
    signal = Signal("intent", RiskKind.SUICIDE, RiskLevel.HIGH, "want to die")
    assert crisis_reply(conversation("I want to die"), Risk(RiskLevel.HIGH, (signal,))) == snapshot(
        "I'm really glad you told me. I want to ask you plainly, so I understand you right: are you thinking about killing yourself? In the US and Canada you can call or text 988 at any hour; anywhere else, findahelpline.com shows a line near you."
    )


def test_first_words_in_an_emergency():
    signal = Signal("act", RiskKind.OVERDOSE, RiskLevel.IMMINENT, "took all my pills")
    risk = Risk(RiskLevel.IMMINENT, (signal,))
    assert crisis_reply(conversation("I took all my pills"), risk) == snapshot(
        "This needs medical help right now, even if you feel fine. Please call the emergency number (911 in North America, 112 in Europe, 999 in the UK) and say what you took. Is there someone who can call with you?"
    )


def test_disclosure():
    assert f"{at_the_start(reads_emotions=True)} {PRIVATE}" == snapshot(
        "You're talking with Listenwell, an AI. It listens and supports; it is not a person, it can't take the place of one, and it can be wrong. It may not suit everyone under 18. It reads how you seem to feel, to answer better; you can switch that off. Everything stays on this machine."
    )


def test_one_whole_turn():
    turn = engine("What was he like?").respond(History(), "My dog died")
    found = {
        "user": turn.user,
        "risk": turn.risk,
        "reading": turn.reading,
        "plan": turn.plan,
        "reply": turn.reply,
        "stages": [stage for stage, _ in turn.seconds],
    }
    assert {name: repr(value) for name, value in found.items()} == snapshot(
        {
            "user": "Message(role='user', content='My dog died')",
            "risk": "Risk(level=<RiskLevel.NONE: 0>, signals=(), subject=<Subject.SELF: 'self'>, language='en')",
            "reading": "Reading(probabilities=(), strategies=(), themes=(), feelings=(), acts=())",
            "plan": "Plan(strategy=<Strategy.QUESTION: 'Question'>, move='general', route='model', avoid=frozenset({'cheer'}), stage=<Stage.EXPLORATION: 'exploration'>, topic='pet', feeling='sadness', words=20, asks=True, because='has said 1 things so far; may ask', language='en', themes=(), meets='')",
            "reply": "Reply(text='What was he like?', generator='scripted')",
            "stages": "['screen', 'read', 'reply', 'total']",
        }
    )


def test_commands_and_what_they_say_of_themselves():
    group = get_command(app)
    commands = {name: group.get_command(None, name) for name in group.list_commands(None)}
    assert {name: (command.help or "").splitlines()[0] for name, command in commands.items()} == (
        snapshot(
            {
                "chat": "Talk in the terminal. Nothing is kept unless you choose to.",
                "ask": "Answer one message and exit.",
                "serve": "Serve the web page and the HTTP interfaces until Ctrl-C.",
                "screen": "Assess the danger in conversations read from stdin.",
                "reply": "Answer conversations read from stdin.",
                "read": "Read the feeling in conversations from stdin.",
                "train": "Train what a recipe describes; Ctrl-C saves, --resume goes on.",
                "watch": "Follow a training run until it is finished; Ctrl-C leaves it running.",
                "evaluate": "Measure the models on a file, or on the validation splits of public corpora.",
                "export": "Write a model for other programs; the embedded one becomes OUT/writer and OUT/encoder.",
                "data": "List, fetch, count, read and prepare the corpora.",
                "helplines": "Show the help lines of a country; `check` lists entries due for a check and exits with 1.",
                "referrals": "Count how often people were led to a line, by month and kind; nothing else is kept.",
                "protocol": "Print the safety protocol of this installation, to read or to publish.",
                "mood": "Keep how you are, or look back over the weeks.",
                "journal": "Keep a private line, or read what you kept.",
                "memory": "What is remembered between conversations. Off until you switch it on.",
            }
        )
    )
