"""What the encoder is taught, task by task, and what its losses and figures say."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
pytest.importorskip("gguf")

import tiny  # noqa: E402
from listenwell.core.emotions import EMOTIONS  # noqa: E402
from listenwell.core.errors import CorpusError  # noqa: E402
from listenwell.core.types import RiskKind, RiskLevel, Strategy, Subject  # noqa: E402
from listenwell.corpora.labelled import DANGER, EMPATHY, read_posts  # noqa: E402
from listenwell.embedded.heads import APPROPRIATENESS, FITS, joined  # noqa: E402
from listenwell.embedded.tokens import ENCODER_CONTEXT  # noqa: E402
from listenwell.safety.learned import KINDS  # noqa: E402
from listenwell.training.embedded import encoder_tasks  # noqa: E402
from listenwell.training.embedded.encoder import HEADS  # noqa: E402
from listenwell.training.embedded.encoder_tasks import (  # noqa: E402
    TASKS,
    Item,
    make_items,
    task_batches,
)
from listenwell.training.embedded.losses import Losses, item_loss  # noqa: E402
from listenwell.training.embedded.measuring import embed, measure  # noqa: E402
from listenwell.training.embedded.recipe import EncoderStage  # noqa: E402
from listenwell.training.embedded.teaching import lesson_of, teach  # noqa: E402
from listenwell.training.screen.texts import Example  # noqa: E402

CPU = torch.device("cpu")
NAMES = [f"{a}{b}" for a in "abcdefgh" for b in "klmnopq"]
TOKENIZER = tiny.encoder_tokenizer()
TALKS = {name: tiny.talks() for name in ("empathetic_dialogues", "esconv", "listenwell")}


PLAIN = Losses()
RISKS = [
    Example("the kettle broke", RiskLevel.NONE, RiskLevel.LOW, 1, "authored"),
    Example("nobody came", RiskLevel.MODERATE, RiskLevel.IMMINENT, 1, "authored", RiskKind.ABUSE),
    Example("nobody came oh no", RiskLevel.HIGH, RiskLevel.IMMINENT, 1, "authored",
            RiskKind.SUICIDE, Subject.OTHER),
    Example("nobody came oh no", RiskLevel.HIGH, RiskLevel.IMMINENT, 1, "authored",
            RiskKind.SUICIDE, split="valid"),
    Example("我很累", RiskLevel.HIGH, RiskLevel.IMMINENT, 1, "authored", RiskKind.SUICIDE),
]  # fmt: skip


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(encoder_tasks, "collect", lambda data: RISKS)
    for name in ("epitome", "risk"):
        (tmp_path / name).mkdir()
    for mechanism in EMPATHY:
        rows = [f"the kettle broke {name},oh no {name},{n % 3}" for n, name in enumerate(NAMES)]
        text = "\n".join(["seeker_post,response_post,level", *rows])
        (tmp_path / "epitome" / f"{mechanism}.csv").write_text(text, encoding="utf-8")
    rows = [
        f"nobody came {name},{('suicide', 'depression')[n % 2]}" for n, name in enumerate(NAMES)
    ]
    text = "\n".join(["text,label", *rows])
    (tmp_path / "risk" / "sdcnl_train.csv").write_text(text, encoding="utf-8")
    return tmp_path


def items(data: Path, *tasks: str, split="train") -> dict[str, list[Item]]:
    stage = EncoderStage(dialogues=["empathetic_dialogues"], tasks=dict.fromkeys(tasks, 1.0))
    return make_items(stage, TALKS, data, TOKENIZER, split)


def test_every_context_teaches_its_feeling_and_the_reply_that_followed(data: Path):
    found = items(data, "dialogue")["dialogue"]
    assert len(found) == 2 * len(tiny.TEXTS)
    first, second = found[:2]
    assert first.labels == second.labels == (("emotion", EMOTIONS.index("sad")),)
    ids, segments = first.text
    assert len(ids) == len(segments)
    assert set(segments) == {0}
    assert set(second.text[1]) == {0, 1}
    assert second.text[0][: len(ids)] == ids
    assert first.reply is not None
    assert set(first.reply[1]) == {1}


def test_a_situation_teaches_a_feeling_and_no_reply(data: Path):
    found = items(data, "situation")["situation"]
    assert len(found) == len(tiny.TEXTS)
    assert {item.labels[0] for item in found} == {
        ("emotion", EMOTIONS.index(label)) for label in ("sad", "joyful")
    }
    assert all(item.reply is None for item in found)


def test_all_that_a_person_said_teaches_a_feeling_in_one_message(data: Path):
    (first, *_) = found = items(data, "told")["told"]
    assert len(found) == sum(
        c.split == "train" and sum(turn.role == "user" for turn in c.turns) > 1
        for c in TALKS["empathetic_dialogues"]
    )
    ids, segments = first.text
    assert set(segments) == {0}
    assert ids.count(TOKENIZER.end) == 1


def test_a_supporter_s_turn_teaches_its_strategy_and_how_early_it_came(data: Path):
    found = items(data, "strategy")["strategy"]
    assert len(found) == len(tiny.TEXTS)
    assert {item.labels for item in found} == {(("strategy", list(Strategy).index("Question")),)}
    assert {item.turns for item in found} == {0}


def test_a_rated_pair_teaches_its_three_levels_at_once(data: Path):
    found = items(data, "empathy")["empathy"] + items(data, "empathy", split="valid")["empathy"]
    assert len(found) == len(NAMES)
    assert all(dict(item.labels).keys() == set(EMPATHY) for item in found)
    assert sorted({dict(item.labels)[EMPATHY[0]] for item in found}) == [0, 1, 2]
    assert all(set(item.text[1]) == {0} and set(item.reply[1][1:]) == {1} for item in found)


def test_posts_and_everyday_messages_teach_danger(data: Path):
    found = items(data, "danger")["danger"]
    posts = sum(post.split == "train" for post in read_posts(data))
    assert len(found) == posts + len(tiny.TEXTS)
    shown = {dict(item.labels)["danger"] for item in found}
    assert shown == {DANGER["suicidal"], DANGER["distress"]}


def test_a_message_teaches_the_levels_that_are_known_of_it(data: Path):
    calm, hurt, other = (dict(item.labels) for item in items(data, "risk")["risk"])
    assert calm == {"risk_moderate": 0, "risk_high": 0, "risk_imminent": 0}
    assert hurt == {"risk_moderate": 1, "risk_kind": KINDS.index(RiskKind.ABUSE),
                    "risk_subject": 0}  # fmt: skip
    assert other["risk_high"] == other["risk_subject"] == 1
    assert other["risk_imminent"] == 0
    assert len(items(data, "risk", split="valid")["risk"]) == 1


def test_of_texts_abroad_only_a_teacher_tells(data: Path):
    before = items(data, "risk")["risk"]
    folder = data / "brighter" / "train"
    folder.mkdir(parents=True)
    (folder / "deu.csv").write_text("id,text\n1,the kettle broke\n", encoding="utf-8")
    found = items(data, "risk")["risk"]
    assert found[:-1] == before
    assert (found[-1].labels, found[-1].plain) == ((), "Person: the kettle broke")
    assert len(items(data, "risk", split="valid")["risk"]) == 1


@pytest.mark.parametrize("task", ["empathy", "danger"])
def test_no_text_of_the_validation_split_is_trained_on(data: Path, task: str):
    everyday = {item.text for item in items(data, "dialogue")["dialogue"]}
    train, valid = (
        {item.text for item in items(data, task, split=split)[task]} - everyday
        for split in ("train", "valid")
    )
    assert train
    assert valid
    assert not train & valid


@pytest.mark.parametrize(("task", "named"), [("empathy", "epitome"), ("danger", "risk")])
def test_a_task_whose_corpus_is_not_here_is_told(tmp_path: Path, task: str, named: str):
    with pytest.raises(CorpusError, match=named):
        items(tmp_path, task)


def test_a_run_s_batches_are_of_one_task_each_as_often_as_asked_and_mixed(data: Path):
    some = items(data, "dialogue", "empathy")
    passes = {"dialogue": 5.0, "empathy": 1.5}
    cut = task_batches(some, passes, size=4, seed=1)
    seen = {task: sum(len(b) for t, b in cut if t == task) for task in passes}
    rated = len(some["empathy"])
    assert seen == {"dialogue": 40, "empathy": rated + round(0.5 * rated)}
    assert all(0 < len(batch) <= 4 for _, batch in cut)
    assert cut == task_batches(some, passes, size=4, seed=1)
    assert cut != task_batches(some, passes, size=4, seed=2)
    half = [task for task, _ in cut[: len(cut) // 2]]
    assert half.count("dialogue") == pytest.approx(5, abs=2)


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_a_loss_that_teaches_the_encoder_and_its_own_heads(data: Path, task: str):
    model = tiny.encoder(len(tiny.PIECES))
    batch = items(data, task)[task][:8]
    loss = item_loss(model, batch, TOKENIZER, PLAIN)
    assert torch.isfinite(loss)
    assert loss > 0
    loss.backward()
    taught = {head for head in HEADS if model.heads[head].weight.grad is not None}
    assert taught == {head for item in batch for head, _ in item.labels}
    assert model.layers[0].query.weight.grad.abs().sum() > 0


def test_a_rated_response_is_read_beside_its_own_post(data: Path):
    model = tiny.encoder(len(tiny.PIECES)).eval()
    batch = items(data, "empathy")["empathy"][:4]
    one = [Item(batch[0].text, ()), *batch[1:]]
    with torch.no_grad():
        apart = torch.stack([item_loss(model, [item], TOKENIZER, PLAIN) for item in one[1:]])
        together = item_loss(model, one, TOKENIZER, PLAIN)
    assert float(together) == pytest.approx(float(apart.mean()), rel=1e-4)


def test_words_are_hidden_from_the_encoder_and_markers_are_not(data: Path):
    model, seen = tiny.encoder(len(tiny.PIECES)), []
    model.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    batch = items(data, "dialogue")["dialogue"]
    torch.manual_seed(1)
    item_loss(model, batch, TOKENIZER, Losses(hidden_words=0.5))
    ids = torch.cat([part.flatten() for part in seen])
    words = (ids > TOKENIZER.end).sum()
    hidden = (ids == TOKENIZER.unknown).sum()
    assert 0.3 < hidden / (words + hidden) < 0.7
    whole = [len(i.text[0]) for i in batch] + [len(i.reply[0]) for i in batch if i.reply]
    assert (ids == TOKENIZER.start).sum() == len(whole)


def test_a_batch_without_labels_or_rivals_costs_nothing(data: Path):
    model = tiny.encoder(len(tiny.PIECES))
    (first, *_) = items(data, "dialogue")["dialogue"]
    assert item_loss(model, [Item(first.text, ())], TOKENIZER, PLAIN) == 0
    assert item_loss(model, [Item(first.text, (), first.reply)], TOKENIZER, PLAIN) == 0


def test_replies_that_read_the_same_are_no_rivals_of_each_other(data: Path):
    model = tiny.encoder(len(tiny.PIECES))
    a, _, b, *_ = (Item(i.text, (), i.reply) for i in items(data, "dialogue")["dialogue"])
    twins = [a, Item(b.text, (), a.reply)]
    assert item_loss(model, twins, TOKENIZER, PLAIN) < 1e-5
    assert item_loss(model, [a, b], TOKENIZER, PLAIN) > 1e-3


def test_figures_are_shares_and_relevance_waits_for_a_hundred_replies(data: Path):
    model = tiny.encoder(len(tiny.PIECES))
    some = items(data, "dialogue", "strategy", "empathy")
    some["dialogue"] *= 13
    found = measure(model, some | {"situation": []}, TOKENIZER.pad)
    assert found.keys() == {
        "dialogue_emotion", "dialogue_p_at_1_of_100", "dialogue_p_at_1_of_100_fits", "strategy_strategy",
        *(f"empathy_{name}" for name in EMPATHY),
    }  # fmt: skip
    assert all(0 <= share <= 1 for share in found.values())


def test_texts_are_embedded_in_their_own_order(data: Path):
    model = tiny.encoder(len(tiny.PIECES))
    texts = [item.text for item in items(data, "dialogue")["dialogue"]]
    found = embed(model, texts, TOKENIZER.pad)
    for text, vector in zip(texts, found, strict=True):
        assert torch.allclose(embed(model, [text], TOKENIZER.pad)[0], vector, atol=1e-4)


def test_a_teacher_tells_of_every_item_what_it_was_taught_and_the_rest_of_ordinary_ones(data: Path):
    teacher = tiny.encoder(len(tiny.PIECES))
    some = items(data, "dialogue", "empathy", "risk")
    lessons = teach(teacher, some, TOKENIZER.pad)
    levels = {"risk_moderate", "risk_high", "risk_imminent"}
    assert lessons["dialogue"].shares.keys() == {"emotion", *levels}
    assert lessons["empathy"].shares.keys() == set(EMPATHY)
    part = lesson_of(lessons["risk"], [2, 0])
    assert part.shares["emotion"].shape == (2, len(EMOTIONS))
    assert torch.allclose(part.shares["risk_high"].sum(-1), torch.ones(2))
    assert torch.equal(part.contexts[1], lessons["risk"].contexts[0])


def test_what_a_pupil_already_tells_as_its_teacher_does_teaches_it_nothing(data: Path):
    model = tiny.encoder(len(tiny.PIECES)).eval()
    some = items(data, "situation")
    lesson = teach(model, some, TOKENIZER.pad)["situation"]
    loss = item_loss(model, some["situation"], TOKENIZER, Losses(share=1.0), lesson)
    loss.backward()
    nothing = float(model.heads["emotion"].weight.grad.abs().max())
    labelled = item_loss(model, some["situation"], TOKENIZER, Losses(share=0.0), lesson)
    labelled.backward()
    # Not nothing at all: a teacher reads in 16 bits where the machine is fast at it.
    assert nothing < 0.1 * float(model.heads["emotion"].weight.grad.abs().max())


def test_replies_are_also_told_apart_when_read_with_their_context(data: Path):
    model = tiny.encoder(len(tiny.PIECES))
    batch = items(data, "dialogue")["dialogue"]
    item_loss(model, batch, TOKENIZER, PLAIN).backward()
    assert model.heads[FITS].weight.grad is None
    item_loss(model, batch, TOKENIZER, Losses(fitting=2)).backward()
    assert float(model.heads[FITS].weight.grad.abs().max()) > 0
    ids, sides = joined(((2, 10, 11), (0, 0, 0)), ((2, 12, 3), (1, 1, 1)))
    assert (ids, sides) == ([2, 10, 11, 12, 3], [0, 0, 0, 1, 1])
    long, _ = joined((range(200), [0] * 200), ((2, 12, 3), (1, 1, 1)))
    assert (len(long), long[1], long[-3:]) == (128, 75, [199, 12, 3])


def test_a_sentence_that_was_judged_is_read_together_with_what_it_answers(data: Path):
    found = items(data, "appropriateness")["appropriateness"]
    labels = [dict(item.labels)[APPROPRIATENESS] for item in found]
    assert set(labels) == {0, 1, 2}
    assert all(len(item.text[0]) <= ENCODER_CONTEXT for item in found)
    assert len(items(data, "appropriateness", split="valid")["appropriateness"]) > 100
