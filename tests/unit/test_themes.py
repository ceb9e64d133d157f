"""What a message tells: the labelled messages, the head, and what the plan makes of it."""

from pathlib import Path

import numpy as np
import pytest

from listenwell.core.errors import CorpusError, ModelError
from listenwell.core.types import History, Message, Reading, Risk
from listenwell.corpora import own
from listenwell.corpora.told import Told, read_told
from listenwell.dialogue.authored import packaged
from listenwell.dialogue.planning import BRIGHT, GLADNESS, PLAIN, THEME_BAR, make_plan
from listenwell.embedded.files import find_files
from listenwell.embedded.models import EmbeddedModels
from listenwell.perception.reader import EmbeddedReader
from listenwell.perception.themes import (
    HEAD,
    ThemeHead,
    features,
    head_for,
    read_theme_head,
    scaled,
)


def plan_of(text: str, *before: str, **read: object):
    told = [Message("user" if n % 2 == 0 else "assistant", t) for n, t in enumerate(before)]
    history = History((*told, Message("user", text)))
    return make_plan(history, Reading(**read), Risk())  # type: ignore[arg-type]


def test_every_labelled_message_is_a_person_s_and_none_is_of_the_corpus_s_test_part():
    found = list(read_told())
    assert len(found) > 10_000
    assert all(one.messages[-1].role == "user" for one in found)
    first = {row.turns[0].content for row in own.read_rows() if row.split == "test"}
    assert first.isdisjoint(one.messages[0].content for one in found)
    assert {one.split for one in found} == {"train", "valid"}


@pytest.mark.parametrize(
    "line",
    ["{}", '{"said": [["user", "a"]], "feeling": 1, "themes": []}',
     '{"said": [["user", "a"]], "feeling": "fear", "themes": [3]}',
     '{"said": [["user", "a"]], "feeling": "fear"}'],
)  # fmt: skip
def test_a_damaged_line_is_named(tmp_path: Path, line: str):
    path = tmp_path / "told.jsonl"
    path.write_text(f"{line}\n", "utf-8")
    with pytest.raises(CorpusError, match="line 1"):
        list(read_told(path))


def test_the_shipped_head_is_of_the_shipped_encoder_and_knows_the_themes_of_the_moves():
    head = head_for(find_files())
    assert head is not None
    spoken_to = {theme for group in packaged("themes") for theme in group["theme"]}
    assert spoken_to <= set(head.themes)
    assert {"plain", "gladness", "sadness"} <= set(head.feelings)


def test_a_damaged_head_is_named(tmp_path: Path):
    path = tmp_path / "themes.npz"
    path.write_bytes(HEAD.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"themes\.npz"):
        read_theme_head(path)


def test_messages_tell_what_happened_in_words_nobody_listed(models: EmbeddedModels):
    reader = EmbeddedReader(models.encoder, head_for(models.files))
    from listenwell.dialogue.prompts import NO_PLAN, render

    for text, theme in (
        ("she packed her childhood blanket. i saw it in the case", "keepsake"),
        ("i've been there nineteen years", "since"),
        ("i rang him three times and he just let it ring out", "ignored"),
    ):
        history = History((Message("user", text),))
        read = reader.read(render(history, Reading(), NO_PLAN))
        assert theme in [name for name, _ in sorted(read.themes, key=lambda item: -item[1])[:3]]
        assert sum(p for _, p in read.feelings) == pytest.approx(1, abs=1e-4)


def test_without_a_head_no_theme_is_told(models: EmbeddedModels):
    from listenwell.dialogue.prompts import NO_PLAN, render

    history = History((Message("user", "hello"),))
    read = EmbeddedReader(models.encoder).read(render(history, Reading(), NO_PLAN))
    assert read.themes == () and read.feelings == ()


def test_features_have_one_length(models: EmbeddedModels):
    known = features(models.encoder, [Message("user", "the bus was late")])
    assert known.shape == (2 * 384,)
    assert np.linalg.norm(known) == pytest.approx(np.linalg.norm(scaled(known)))


def test_themes_and_feelings_are_told_apart():
    weight = np.array([[1, 0], [0, 1], [2, 0], [0, 2]], np.float32)
    head = ThemeHead(("a", "b"), ("x", "y"), weight, np.zeros(4, np.float32), "")
    themes, feelings = head.tell(np.array([3.0, -3.0], np.float32))
    assert themes[0] > 0.9 > 0.1 > themes[1]
    assert feelings[0] > 0.9 and feelings.sum() == pytest.approx(1)


def test_a_theme_counts_from_a_bar_on_and_a_second_one_from_a_higher():
    themes = (("waits", 0.5), ("ignored", THEME_BAR), ("body", 0.1))
    assert plan_of("no answer yet", themes=themes).themes == ("waits",)
    assert plan_of("no answer yet", themes=themes[1:]).themes == ("ignored",)
    assert plan_of("no answer yet", themes=themes[2:]).themes == ()


def test_of_a_death_only_words_tell():
    themes = (("died", 0.9),)
    assert plan_of("my neighbour has cancer", themes=themes).themes == ()
    assert plan_of("my neighbour died", themes=themes).themes == ("died",)


@pytest.mark.parametrize(
    ("text", "feelings", "expected"),
    [
        ("it was a thing", (("sadness", 0.5), ("fear", 0.2), ("bright", 0.2)), "sadness"),
        ("it was a thing", (("bright", 0.4), ("gladness", 0.3)), BRIGHT),
        ("it was a thing", (("gladness", 0.5), ("bright", 0.2)), GLADNESS),
        ("it was a thing", (("hurt", 0.3), ("sadness", 0.2), ("fear", 0.2)), ""),
        ("it was a thing", (("envy", 0.7),), ""),
        ("it was a thing", (("envy", 0.6),), PLAIN),
        ("he was violent once", (("bright", 0.9),), ""),
        ("i am not lonely exactly", (("loneliness", 0.9),), PLAIN),
    ],
)
def test_the_feeling_that_a_listener_would_speak_to(text: str, feelings: object, expected: str):
    assert plan_of(text, feelings=feelings).feeling == expected


def test_the_head_is_fitted_and_written_small(tmp_path: Path):
    pytest.importorskip("sklearn")
    from listenwell.training.themes import fit, report, rounded

    rng = np.random.default_rng(0)
    known = rng.normal(size=(120, 6)).astype(np.float32)
    told = [
        Told((Message("user", "a"),), "fear" if row[0] > 0 else "plain",
             ("waits",) if row[1] > 0 else (), "train")
        for row in known
    ]  # fmt: skip
    found = fit(scaled(known), told)
    assert list(found["names"]) == ["waits", "fear", "plain"]
    np.savez(tmp_path / "t.npz", **rounded(found), encoder="x")
    head = read_theme_head(tmp_path / "t.npz")
    themes, feelings = head.tell(scaled(np.array([5, 5, 0, 0, 0, 0], np.float32)))
    assert themes[0] > 0.5 and feelings[0] > 0.5
    assert "1 themes" in report(found, scaled(known), told)[0]
