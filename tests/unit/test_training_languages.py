"""Words of other languages for the encoder, and a language model that teaches it."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
pytest.importorskip("peft")
pytest.importorskip("gguf")

import tiny  # noqa: E402
from listenwell.core.errors import ModelError  # noqa: E402
from listenwell.core.types import Message  # noqa: E402
from listenwell.training.embedded import reading  # noqa: E402
from listenwell.training.embedded.encoder import HEADS, Encoder, EncoderShape  # noqa: E402
from listenwell.training.embedded.encoder_tasks import Item, in_words  # noqa: E402
from listenwell.training.embedded.language_teacher import (  # noqa: E402
    LanguageTeacher,
    load_base,
    taught_in_words,
    teach_in_words,
    teacher_loss,
)
from listenwell.training.embedded.new_words import (  # noqa: E402
    PART_OF,
    begin,
    grown,
    learn_pieces,
    translator,
)
from listenwell.training.embedded.reading import train_reader, word_pieces  # noqa: E402
from listenwell.training.embedded.recipe import EncoderStage, LanguageStage  # noqa: E402
from listenwell.training.embedded.warm_starts import GGUF, PARTS, find_warm_start  # noqa: E402

LINES = {"es": ["quiero dormir", "no quiero dormir", "dormir", "¡No!"], "de": ["ich will schlafen"]}
KNOWN = ["[PAD]", "[UNK]", "no", "sleep", "want"]
BASE_LAYERS = 3


def told(head: str, label: int, text: str) -> Item:
    words = text.lower().split()
    ids = tuple(tiny.PIECES.index(word) for word in words)
    return Item((ids, (0,) * len(ids)), ((head, label),), plain=in_words([Message("user", text)]))


def test_new_pieces_are_those_that_are_used_most_and_not_known():
    found = learn_pieces([line for lines in LINES.values() for line in lines], KNOWN, 40)
    assert found[0] == "dormir"
    assert not set(found) & set(KNOWN)
    assert len(found) == len(set(found)) <= 40


def test_a_new_word_begins_as_what_it_means():
    english = {"no": torch.tensor([1.0, 0.0]), "sleep": torch.tensor([0.0, 1.0]),
               "want": torch.tensor([0.5, 0.5])}  # fmt: skip
    asked: list[tuple[str, str]] = []

    def translate(words):
        asked.extend(words)
        guesses = {"dormir": [("sleep", 0.6), (" Want", 0.2), ("!", 0.1)], "no": [("no", 0.9)]}
        return [guesses.get(word, [("hm", 0.9)]) for _, word in words]

    pieces = ["dormir", "quiero", "dor"]
    # "quiero" means nothing that is known, and "dor" is part of no word here.
    begun = begin({"es": LINES["es"]}, pieces, english, word_pieces([*KNOWN, *pieces]), translate)
    mean = torch.tensor([0.5, 0.5])
    assert torch.allclose(begun[0], torch.tensor([0.125, 0.875]))
    assert torch.allclose(begun[1], mean)
    assert torch.allclose(begun[2], mean)
    assert ("Spanish", "dormir") in asked


def test_a_part_of_words_begins_between_them_and_the_mean():
    english = {"no": torch.tensor([1.0, 0.0]), "sleep": torch.tensor([0.0, 1.0])}
    texts = {"es": ["dormir"] * 6}
    tokenizer = word_pieces([*KNOWN, "dor", "##mir"])
    begun = begin(texts, ["dor"], english, tokenizer, lambda words: [[("sleep", 1.0)]] * len(words))
    assert torch.allclose(begun[0], torch.tensor([0.5 * (1 - PART_OF), 0.5 + 0.5 * PART_OF]))


def test_an_encoder_that_grew_reads_what_it_knew_as_before():
    torch.manual_seed(0)
    model = Encoder(EncoderShape(6, 64, 2, 2, 96)).eval()
    larger = grown(model, [0, 1, 4, 5], torch.ones(3, 64)).eval()
    assert larger.shape.vocabulary == 7
    assert torch.equal(larger.words.weight[4:], torch.ones(3, 64))
    here = torch.ones(1, 2, dtype=torch.bool)
    sides = torch.zeros(1, 2, dtype=torch.long)
    before = model(torch.tensor([[4, 5]]), sides, here)
    assert torch.allclose(larger(torch.tensor([[2, 3]]), sides, here), before)


def test_a_language_model_tells_what_words_mean(tmp_path: Path):
    translate = translator(str(tiny.qwen_folder(tmp_path / "qwen")))
    one, two = translate([("Spanish", "dormir"), ("German", "ich")])
    assert len(one) == len(two) == 10
    assert all(0 < share < 1 for _, share in one)
    assert one == sorted(one, key=lambda guess: -guess[1])
    # Words are asked together, and each gets its own answer whatever stands beside it.
    assert [word for word, _ in translate([("German", "ich")])[0]] == [word for word, _ in two]


def test_a_language_model_learns_and_teaches(tmp_path: Path):
    base, encode = load_base(str(tiny.qwen_folder(tmp_path / "qwen")), 2)
    assert len(base.layers) == 2 < BASE_LAYERS
    model = LanguageTeacher(base, encode, rank=4)
    items = [told("emotion", 3, "the kettle broke"), told("emotion", 9, "beans with my son")] * 2
    frozen = {name: value.clone() for name, value in model.named_parameters()
              if not value.requires_grad}  # fmt: skip
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    losses = []
    for _ in range(120):
        loss = teacher_loss(model, items)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert losses[-1] < losses[0] / 2
    assert all(torch.equal(value, frozen[name]) for name, value in model.named_parameters()
               if name in frozen)  # fmt: skip
    assert set(model.state_dict()) == {n for n, p in model.named_parameters() if p.requires_grad}
    shares = teach_in_words(model, {"told": items})["told"].shares
    assert set(shares) == {"emotion"}
    assert shares["emotion"].shape == (4, HEADS["emotion"])
    assert torch.allclose(shares["emotion"].sum(-1), torch.ones(4), atol=1e-3)
    assert shares["emotion"].argmax(-1).tolist() == [3, 9, 3, 9]


def test_texts_of_other_lengths_beside_it_do_not_change_what_is_read(tmp_path: Path):
    base, encode = load_base(str(tiny.qwen_folder(tmp_path / "qwen")), 2)
    model = LanguageTeacher(base, encode, rank=4).eval()
    with torch.no_grad():
        alone = model(["Person: no"])
        beside = model(["Person: no", "Person: " + "the kettle broke " * 40])
    assert torch.allclose(alone[0], beside[0], atol=1e-4)


@pytest.mark.parametrize("damage", ["missing", "rubbish"])
def test_a_language_model_that_cannot_be_read_is_told_by_its_place(tmp_path: Path, damage: str):
    folder = tmp_path / "qwen"
    if damage == "rubbish":
        folder.mkdir()
        (folder / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="qwen"):
        translator(str(folder))
    with pytest.raises(ModelError, match="qwen"):
        load_base(str(folder), 2)


def test_a_round_gets_new_words_and_a_teacher(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    start, language = tiny.bert_folder(tmp_path / "mini"), tiny.qwen_folder(tmp_path / "qwen")
    monkeypatch.setattr(reading, "lines_by_language", lambda: {**LINES, "en": ["the beans"]})
    learn = {"warm_start": str(language), "tasks": {"situation": 1}, "layers": 2, "rank": 2,
             "batch_size": 2, "warmup_steps": 1}  # fmt: skip
    stage = EncoderStage.model_validate({
        "warm_start": str(start), "dialogues": ["empathetic_dialogues"], "tasks": {"situation": 1},
        "vocabulary": 210, "batch_size": 4, "warmup_steps": 1,
        "then": [{"tasks": {"situation": 1, "dialogue": 1}, "language_teacher": learn,
                  "new_words": {"kept": 190, "added": 60, "translator": str(language)}}],
    })  # fmt: skip
    talks = {"empathetic_dialogues": tiny.talks()}
    told_of: list[str] = []
    reader, figures = train_reader(stage, talks, tmp_path, tmp_path / "run", seed=1,
                                   show=lambda progress: told_of.append(progress.stage))  # fmt: skip
    assert reader.model.shape.vocabulary == reader.raw.get_vocab_size() <= 250
    assert reader.raw.encode("dormir").tokens == ["dormir"]
    assert {"encoder", "language teacher", "the language model tells"} <= set(told_of)
    assert 0 <= figures["situation_emotion"] <= 1
    assert (tmp_path / "run" / "then-1" / "teacher" / "log.jsonl").exists()


def test_a_teachers_finished_run_is_not_run_again(tmp_path: Path):
    stage = LanguageStage.model_validate({
        "warm_start": str(tiny.qwen_folder(tmp_path / "qwen")), "tasks": {"told": 2}, "layers": 2,
        "rank": 2, "batch_size": 2, "warmup_steps": 1, "average_decay": 0.0,
    })  # fmt: skip
    items = {"told": [told("emotion", n, "the kettle broke") for n in range(4)]}
    steps: list[int] = []

    def show(progress):
        steps.append(progress.step)

    first, again = (
        taught_in_words(stage, items, items, tmp_path / "run", seed=3, resume=resume, show=show)
        for resume in (False, True)
    )
    both = (found["told"].shares["emotion"] for found in (first, again))
    assert torch.allclose(*both, atol=1e-5)
    assert steps == [4, 4, 4]  # the last of four steps, and four items told twice


def test_a_language_model_in_parts_is_joined_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for number, part in ((1, b"GG"), (2, b"UF")):
        place = tmp_path / "site" / f"tiny_model_part{number}"
        (place / "data").mkdir(parents=True)
        (place / "__init__.py").touch()
        (place / "data" / f"part0{number}.bin").write_bytes(part)
    monkeypatch.syspath_prepend(tmp_path / "site")
    monkeypatch.setenv("LISTENWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(PARTS, "somebody/tiny", ("tiny-model-part1", "tiny-model-part2"))
    found = find_warm_start("somebody/tiny")
    assert (found / GGUF).read_bytes() == b"GGUF"
    assert find_warm_start("somebody/tiny") == found
