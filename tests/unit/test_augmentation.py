"""Rows that programs write: what may change, what a model may bring in, and a server that fails."""

import json
import random
import threading
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from typer.testing import CliRunner

pytest.importorskip("httpx", reason="not installed: pip install '.[data]'")
pytest.importorskip("phonenumbers", reason="not installed: pip install '.[data]'")

from listenwell.cli.data import app
from listenwell.core.errors import ConfigError, ModelError
from listenwell.core.types import RiskLevel
from listenwell.corpora.conversation import Conversation, Synthetic, Utterance
from listenwell.corpora.layouts import load_path
from listenwell.generation.openai_compatible import KEY_VARIABLE
from listenwell.safety.screen import RuleScreen
from listenwell.training.augmentation import words
from listenwell.training.augmentation.filters import Filter
from listenwell.training.augmentation.server import ChatServer
from listenwell.training.augmentation.synthesis import Lab, paraphrase, synthesize

TODAY = date(2026, 11, 27)


def talk(*texts, name="c", split="train", synthetic=None):
    roles = ("user", "assistant")
    turns = tuple(Utterance(roles[i % 2], text) for i, text in enumerate(texts))
    return Conversation(name, turns, split, synthetic=synthetic)


class Model:
    """A language model's server on this machine: what it answers, and what it was asked."""

    def __init__(self):
        self.answers = []
        self.asked = []
        self.keys = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers["Content-Length"])
                model.asked.append(json.loads(self.rfile.read(length)))
                model.keys.append(self.headers.get("Authorization"))
                answer = model.answers.pop(0) if len(model.answers) > 1 else model.answers[0]
                if answer is None:  # silent until the client has given up
                    model.silent.wait(5)
                    return
                status, body = answer if isinstance(answer, tuple) else (200, answer)
                raw = (body if isinstance(body, str) else json.dumps(body)).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_):
                pass

        self.silent = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.silent.set()
        self.server.shutdown()
        self.server.server_close()


@contextmanager
def running():
    model = Model()
    try:
        yield model
    finally:
        model.close()


@pytest.fixture
def model():
    with running() as there:
        yield there


def says(content):
    text = content if isinstance(content, str) else json.dumps(content)
    return {"choices": [{"message": {"role": "assistant", "content": text}}]}


def writes(*texts):
    roles = ("user", "assistant")
    return says({"turns": [{"role": roles[i % 2], "content": t} for i, t in enumerate(texts)]})


def lab(model, **settings):
    return Lab(ChatServer(model.url, "tiny-3b", **({"pause": 0.0} | settings)), Filter(), TODAY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("I am so tired and sad.", {"I am so sad and tired."}),
        ("My mum left. It rained yesterday.", {"My mom left. It rained yesterday.",
                                               "My mum left. Yesterday it rained.",
                                               "My mom left. Yesterday it rained."}),
        ("He was just leaving.", {"He was leaving."}),
        ("I don't really want to go.", set()),
        ("I never just leave.", set()),
        ("A job is a job.", set()),
    ],
)  # fmt: skip
def test_small_changes_say_the_same(before, after):
    draw = random.Random(0)
    assert {words.change(before, draw) for _ in range(60)} - {before} == after


def test_no_word_that_a_change_may_bring_in_names_a_danger():
    screen = RuleScreen()
    assert all(screen.assess_text(w).level is RiskLevel.NONE for w in words.lexicon_words())


def test_variants_are_labelled_training_rows_with_the_replies_kept():
    written = Synthetic("synthesize", "m", "2026-01-01")
    made = words.augment(
        [talk("My mum is here", "Is she?", name="a"), talk("My dad left", "Oh", split="test"),
         talk("My mum left", "When?", synthetic=written)], 3, 0, TODAY
    )  # fmt: skip

    (variant,) = made.conversations
    assert (variant.id, variant.split) == ("a~w1", "train")
    assert [turn.content for turn in variant.turns] == ["My mom is here", "Is she?"]
    assert (variant.synthetic.method, variant.synthetic.date) == ("words", "2026-11-27")


def test_what_sounds_grave_sounds_as_grave_afterwards():
    screen = RuleScreen()
    said = "I really just want to die tonight. My mum and dad don't know."
    made = words.augment([talk(said, "I'm here.")], 5, 1, TODAY)

    assert made.conversations
    for each in made.conversations:
        assert screen.assess_text(each.turns[0].content).level == screen.assess_text(said).level


GOOD = ("The kettle broke and I cried.", "Was it the tea, or the whole morning?")


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        (GOOD[::-1][:1], "turns do not alternate"),
        (("I want to kill myself.", "I'm glad you told me."), "danger: high"),
        ((GOOD[0], "Take 20 mg of your pills."), "guard: medication"),
        ((GOOD[0], "I'm sorry to hear that."), "phrase of habit"),
        ((GOOD[0], "Why? And then? What next?"), "several questions"),
        ((GOOD[0], "so " * 60), "reply too long"),
        (("so " * 130, GOOD[1]), "message too long"),
        (("Write to a.b@example.org", GOOD[1]), "holds a contact"),
        (GOOD, "repeats another"),
    ],
)
def test_a_row_that_may_not_be_learned_from_is_refused_with_its_reason(turns, reason):
    seen = Filter()
    seen.learn([talk(*GOOD)])

    assert not seen.allows(talk(*turns).turns)
    assert dict(seen.refused) == {reason: 1}


def test_messages_are_reworded_and_replies_kept(model):
    model.answers = [says('Sure:\n```json\n{"messages": ["The kettle gave up and I wept."]}\n```')]
    given = lab(model)

    (row,) = paraphrase(given, [talk(*GOOD, name="k")])
    assert [turn.content for turn in row.turns] == ["The kettle gave up and I wept.", GOOD[1]]
    assert (row.id, row.synthetic) == ("k~p1", Synthetic("paraphrase", "tiny-3b", "2026-11-27"))
    assert model.asked[0]["model"] == "tiny-3b"


def test_a_rewording_that_adds_danger_is_refused_and_danger_is_never_sent(model):
    model.answers = [says({"messages": ["The kettle broke and I want to kill myself."]})]
    given = lab(model)

    assert not list(paraphrase(given, [talk(*GOOD), talk("I want to die.", "I'm here.")]))
    assert len(model.asked) == 1
    assert given.filter.refused == {"danger: high": 1, "not sent: danger or a contact": 1}


def test_written_conversations_are_kept_until_there_are_enough(model):
    other = ("My son moved out on Sunday.", "The house must sound different now.")
    model.answers = [writes(*GOOD), "<html>", says("I cannot."), writes(*GOOD), says([1]),
                     writes(*other)]  # fmt: skip
    given = lab(model)

    rows = list(synthesize(given, 2, [talk(*GOOD, *other)]))
    assert [row.turns[0].content for row in rows] == [GOOD[0], other[0]]
    assert all(row.split == "train" and row.synthetic.model == "tiny-3b" for row in rows)
    assert given.filter.refused == {
        "answer: not in the OpenAI shape": 1, "answer: no JSON": 2, "repeats another": 1,
    }  # fmt: skip
    assert "user: The kettle broke" in model.asked[0]["messages"][1]["content"]


def test_a_model_that_only_talks_rubbish_is_given_up(model):
    model.answers = [says("…")]
    assert not list(synthesize(lab(model), 2))
    assert len(model.asked) == 6


def test_the_key_is_sent_and_a_refused_one_is_told(model, monkeypatch):
    model.answers = [(401, "")]
    with pytest.raises(
        ConfigError, match=f"wants a key .* put it in {KEY_VARIABLE}; it is not set"
    ):
        list(synthesize(lab(model), 1))
    monkeypatch.setenv(KEY_VARIABLE, "abc")
    with pytest.raises(ConfigError, match="refused"):
        list(synthesize(lab(model), 1))
    assert model.keys == [None, "Bearer abc"]


@pytest.mark.parametrize(
    ("answer", "asked", "message"),
    [
        ((404, "no such model"), 1, "knows no model 'tiny-3b'.*no such model"),
        ((400, "bad"), 1, "refused: HTTP 400 bad"),
        ((503, "loading"), 3, "given up after 3 attempts: HTTP 503 loading"),
        (None, 3, "no answer within 0.2 seconds"),
    ],
)
def test_a_server_that_fails_is_told_by_what_it_said(model, answer, asked, message):
    model.answers = [answer]
    with pytest.raises(ModelError, match=message):
        list(synthesize(lab(model, timeout=0.2), 1))
    assert len(model.asked) == asked


def test_a_busy_server_is_asked_again(model):
    model.answers = [(429, "slow down"), writes(*GOOD)]
    assert len(list(synthesize(lab(model), 1))) == 1


def test_the_command_keeps_what_came_before_the_server_went_away(tmp_path):
    out, shown = tmp_path / "new.jsonl", tmp_path / "shown.csv"
    shown.write_text("Context,Response\nWhy me?,Since when?\n")
    with running() as model:
        model.answers = [writes(*GOOD), (400, "gone")]
        arguments = ["synthesize", "--out", str(out), "--server", model.url, "--model", "tiny-3b",
                     "--examples", str(shown), "-n", "3", "--json"]  # fmt: skip
        result = CliRunner().invoke(app, arguments)
        url = model.url
    assert isinstance(result.exception, ModelError)
    assert json.loads(result.stdout) == {"file": str(out), "written": 1, "refused": {}}
    (row,) = load_path(out).conversations
    assert row.synthetic.method == "synthesize"

    arguments[4] = url
    assert "cannot be reached" in str(CliRunner().invoke(app, arguments).exception)
