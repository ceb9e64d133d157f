"""What training and evaluation count on, for every corpus in the catalogue."""

import gzip
import json
from itertools import pairwise

import pytest

from listenwell.core.emotions import EMOTIONS
from listenwell.core.types import Strategy
from listenwell.corpora.catalogue import load_corpus, resolve
from listenwell.corpora.conversation import SPLITS
from listenwell.corpora.corpus import CORPORA

ED_HEADER = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags\n"


def empathetic_dialogues(name):
    said = ("It rained_comma_ again.", "  ", "And then?", "So you got wet?", "Very.")
    sides = (1, 1, 1, 2, 1)
    rows = (f"{name},{n},sad,Rain,{side},{text},,\n" for n, (side, text) in
            enumerate(zip(sides, said, strict=True), 1))  # fmt: skip
    return ED_HEADER + "".join(rows)


def counselling():
    pairs = (f'"Why me, {n}?","Tell me\n\nmore, {n}."\n' for n in range(30))
    return "Context,Response\n" + "".join(pairs) + '"Blank?"," "\n'


def support():
    def turn(speaker, content, strategy=None):
        annotation = {"strategy": strategy} if strategy else {}
        return {"speaker": speaker, "annotation": annotation, "content": content}

    talks = [
        [turn("supporter", "Hello", "Others"), turn("supporter", "How are you?", "Question"),
         turn("seeker", f"Low {n}"), turn("seeker", "Tired"), turn("supporter", "Oh", "Odd")]
        for n in range(30)
    ]  # fmt: skip
    blank = [turn("seeker", " "), turn("supporter", "Yes?", "Question")]
    kinds = ("sadness", "nervousness", "")
    return json.dumps([
        {"emotion_type": kinds[n % 3], "problem_type": "", "situation": "", "dialog": dialog}
        for n, dialog in enumerate([*talks, blank])
    ])  # fmt: skip


def chitchat(name):
    talks = [[f"Lovely day {n} for {name}.", "Is it?", "Very."] for n in range(30)]
    return "".join(json.dumps({"turns": turns}) + "\n" for turns in [*talks, ["Hm", " "]])


def questions():
    order = "If you are a psychologist, please answer this person."
    rows = [{"instruction": order, "input": f"I keep waking at {n}.", "output": f"Since when, {n}?"}
            for n in range(30)]  # fmt: skip
    return json.dumps([*rows, {"instruction": order, "input": "Hm", "output": " "}])


SAMPLES = {
    "psychology_10k": {"Psychology-10K.json": questions()},
    "failed_esconv": {"failed_esconv.json": support()},
    "empathetic_dialogues": {
        f"{split}.csv": empathetic_dialogues(split) for split in ("train", "valid", "test")
    },
    "mental_health_counseling_conversations": {"train.csv": counselling()},
    "esconv": {"ESConv.json": support()},
    "daily_dialog": {f"dailydialog_{split}.jsonl": chitchat(split) for split in ("train", "valid")},
    "self_dialogue": {"self_dialogue.jsonl.gz": chitchat("films")},
    "taskmaster4": {"taskmaster4.jsonl.gz": chitchat("coffee")},
    "sgd": {"sgd.jsonl.gz": chitchat("booking")},
}
"""A few lines in each corpus's layout, written for this test; a shipped corpus is read itself."""


@pytest.fixture(params=sorted(CORPORA))
def conversations(request, tmp_path, monkeypatch):
    monkeypatch.setenv("LISTENWELL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("LISTENWELL_DATA", raising=False)
    folder = tmp_path / CORPORA[request.param].folders[0]
    folder.mkdir()
    for name, text in SAMPLES.get(request.param, {}).items():
        packed = gzip.compress(text.encode()) if name.endswith(".gz") else text.encode()
        (folder / name).write_bytes(packed)
    loaded = load_corpus(request.param, tmp_path)
    return [each for file in loaded for each in file.conversations]


def test_there_is_something_to_learn_from(conversations):
    assert conversations
    assert any(each.split == "train" for each in conversations)


def test_the_two_sides_take_turns(conversations):
    for each in conversations:
        roles = [turn.role for turn in each.turns]
        assert set(roles) <= {"user", "assistant"}
        assert all(one != other for one, other in pairwise(roles))


def test_no_turn_is_blank_or_spans_lines(conversations):
    for turn in (turn for each in conversations for turn in each.turns):
        assert turn.content.strip()
        assert turn.content == " ".join(turn.content.split())


def test_every_emotion_is_one_of_the_32(conversations):
    labels = {each.emotion for each in conversations}
    labels |= {turn.emotion for each in conversations for turn in each.turns}

    assert labels - {None} <= set(EMOTIONS)


def test_every_strategy_is_one_of_the_eight_and_stands_on_a_reply(conversations):
    for turn in (turn for each in conversations for turn in each.turns if turn.strategy):
        assert turn.role == "assistant"
        assert turn.strategy in {strategy.value for strategy in Strategy}


def test_every_conversation_has_a_split_and_a_name_of_its_own(conversations):
    assert {each.split for each in conversations} <= set(SPLITS)
    assert len({each.id for each in conversations}) == len(conversations)


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=lambda corpus: corpus.name)
def test_every_loader_in_the_catalogue_exists(corpus):
    assert callable(resolve(corpus.loader))


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=lambda corpus: corpus.name)
def test_every_corpus_states_licence_terms_and_credit(corpus):
    assert all((corpus.title, corpus.licence, corpus.terms, corpus.language, corpus.citation))
    for source in corpus.sources:
        assert source.url.startswith("https://")
        assert source.sha256 is None or len(bytes.fromhex(source.sha256)) == 32


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=lambda corpus: corpus.name)
def test_what_is_fetched_is_what_is_looked_for(corpus):
    names = {name for file in corpus.files for name in file.names}
    for source in corpus.sources:
        kept = {target for _, target in source.members} or {source.filename}
        assert kept <= names
