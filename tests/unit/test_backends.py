"""Choosing what writes by one word, and the index of a corpus that replies are taken from."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import conversation
from listenwell.backends import corpus_index
from listenwell.backends.building import build, credit
from listenwell.backends.corpus_index import index
from listenwell.backends.spec import FORMS, Spec
from listenwell.bot import Listenwell, build_engine
from listenwell.core.errors import (
    ConfigError,
    CorpusError,
    ListenwellError,
    UnknownNameError,
)
from listenwell.core.types import Reading
from listenwell.dialogue.prompts import NO_PLAN, render
from listenwell.embedded.bank import STEPS
from listenwell.embedded.models import EmbeddedModels
from listenwell.generation.corpus_replies import sayable
from listenwell.safety.settings import load_settings
from rude import rude_server

TALKS = (
    (
        "My best friend moved away and I feel lonely",
        "That sounds lonely, with your friend so far away.",
    ),
    ("My best friend moved away and I am sad", "I lost my friend too, years ago in Leeds."),
    ("Nobody came to my birthday", "Nobody came. What did you do on your birthday then?"),
    ("I passed my driving test!", "You passed! What is the first place you want to go?"),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "own.jsonl"
    rows = [
        {"messages": [{"role": "user", "content": said}, {"role": "assistant", "content": reply}]}
        for said, reply in TALKS
    ]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("embedded", "embedded", ""),
        ("authored", "authored", ""),
        ("templates", "authored", ""),
        ("transformers:HuggingFaceTB/SmolLM2-135M", "transformers", "HuggingFaceTB/SmolLM2-135M"),
        ("openai:llama3.2:1b@http://localhost:11434/v1", "openai", "llama3.2:1b"),
        (r"retrieval:C:\corpora\own.jsonl", "retrieval", r"C:\corpora\own.jsonl"),
    ],
)
def test_one_word_says_what_writes(text: str, kind: str, value: str):
    found = Spec.parse(text)
    assert (found.kind, found.value) == (kind, value)
    assert (found.destination is None) is (kind != "openai")


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        ("opena:x@http://localhost/v1", UnknownNameError, "Did you mean 'openai'"),
        ("retrieval", ConfigError, "write retrieval:CORPUS, for example"),
        ("embedded:big", ConfigError, "stands alone"),
        ("http://localhost:11434/v1", ConfigError, "a server is written as openai:MODEL@URL"),
        ("llama3@http://localhost:11434/v1", ConfigError, "openai:MODEL@URL"),
        ("openai:llama3", ConfigError, "does not name a model and a server"),
        ("openai:llama3@localhost:11434", ConfigError, "http://localhost:11434/v1"),
    ],
)
def test_what_is_written_wrongly_is_told_with_what_would_work(text: str, error: type, why: str):
    with pytest.raises(error, match=why):
        Spec.parse(text)


def test_every_kind_can_be_built(models: EmbeddedModels, corpus: Path, tmp_path: Path):
    with rude_server("tiny") as server:
        values = {"openai": f"tiny@{server.url}", "retrieval": str(corpus)}
        for kind in FORMS:
            if kind == "transformers":
                continue  # where torch is loaded anyway: test_lab_parts.py
            text = f"{kind}:{values[kind]}" if kind in values else kind
            found = build(Spec.parse(text), models)
            assert (found is None) is (kind == "authored")
        assert build_engine(f"openai:tiny@{server.url}").fallback.name == "embedded"


def test_option_variable_and_file_are_asked_in_this_order(
    private_home: Path, monkeypatch: pytest.MonkeyPatch
):
    assert load_settings().generator is None
    private_home.mkdir()
    (private_home / "config.yaml").write_text("generator: nowhere\n", encoding="utf-8")
    assert load_settings().generator == "nowhere"
    monkeypatch.setenv("LISTENWELL_GENERATOR", "authored")
    bot = Listenwell()
    assert bot.respond("My week was long").reply.generator == "templates"
    monkeypatch.setenv("LISTENWELL_GENERATOR", "nothing")
    with pytest.raises(UnknownNameError, match="no generator named 'nothing'"):
        Listenwell()
    Listenwell("authored")


def test_two_choices_at_once_are_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="choose one"):
        build_engine("retrieval:esconv", model=tmp_path)


def test_replies_come_from_people_who_answered_something_near(
    models: EmbeddedModels, corpus: Path, private_home: Path
):
    seen: list[tuple[int, int]] = []
    spec = Spec.parse(f"retrieval:{corpus}")
    found = build(spec, models, lambda done, of: seen.append((done, of)))
    assert found is not None
    assert seen == [(6, 6)]  # three replies; the one about Leeds is its writer's own story
    prompt = render(conversation("My best friend moved away, I'm lonely"), Reading(), NO_PLAN)
    assert [c.text for c in found.propose(prompt, 3, seed=0)] == [TALKS[0][1]]
    trace = build_engine(str(f"retrieval:{corpus}")).explain(
        conversation(), "My best friend moved away, I'm lonely"
    )
    assert trace.turn.reply.text == TALKS[0][1]
    assert trace.turn.reply.generator == f"retrieval:{corpus}"
    silent = render(
        conversation("Nobody came to my birthday"), Reading(), replace(NO_PLAN, asks=False)
    )
    assert found.propose(silent, 3, seed=0) == []
    asking = replace(silent, plan=NO_PLAN)
    assert [c.text for c in found.propose(asking, 3, seed=0)] == [TALKS[2][1]]
    far = render(conversation("The printer at work jams"), Reading(), NO_PLAN)
    assert found.propose(far, 3, seed=0) == []


def test_an_index_is_made_once_for_each_version_of_a_corpus(
    models: EmbeddedModels, corpus: Path, private_home: Path, monkeypatch: pytest.MonkeyPatch
):
    made = index(str(corpus), models)
    with monkeypatch.context() as patched:
        patched.setattr(corpus_index, "_made", None)  # reading it needs no making
        again = index(str(corpus), models)
    assert again.replies == made.replies
    assert abs(again.vectors - made.vectors).max() <= 0.5 / STEPS + 1e-6
    corpus.write_text(corpus.read_text("utf-8").split("\n")[0] + "\n", encoding="utf-8")
    assert len(index(str(corpus), models).replies) == 1
    assert len(list((private_home / "retrieval").iterdir())) == 1


def test_a_corpus_that_is_not_here_is_told_with_how_to_get_it(
    models: EmbeddedModels, tmp_path: Path
):
    for name, why in (
        ("esconv", "listenwell data fetch esconv"),
        ("esconf", "Did you mean 'esconv'"),
        (str(tmp_path / "no.jsonl"), "no.jsonl"),
    ):
        with pytest.raises(ListenwellError, match=why):
            index(name, models)
    only = tmp_path / "only.jsonl"
    rows = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "I lost my job too."},
    ]
    only.write_text(json.dumps({"messages": rows}) + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="no reply that could be said"):
        index(str(only), models)


def test_whose_replies_they_are_and_on_which_terms_is_told():
    assert "CC BY-NC 4.0 (non-commercial" in str(credit(Spec.parse("retrieval:esconv")))
    assert credit(Spec.parse("embedded")) is None


@pytest.mark.parametrize(
    ("reply", "whether"),
    [
        ("I'm so sorry to hear that.", False),
        ("Oh no, so sorry to hear that.", False),
        ("are you going to be okay", False),
        ("I'm so sorry. How long has this been going on?", True),
        ("I lost my job too, so I know.", False),
        ("You should see a doctor about that.", False),
        ("What happened? Who was there? And then?", False),
        ("Call me at 555 1234, or see www.example.org.", False),
    ],
)
def test_only_what_could_be_said_to_anybody_else_is_taken(reply: str, whether: bool):
    assert sayable(reply) is whether
