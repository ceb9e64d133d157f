"""What the networks learn from: pruned vocabularies, token sequences, batches, labelled texts."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch", reason="torch is not installed: pip install '.[train]'")
pytest.importorskip("gguf")

from tokenizers import pre_tokenizers  # noqa: E402

import tiny  # noqa: E402
from listenwell.core.types import Strategy  # noqa: E402
from listenwell.corpora.conversation import Conversation, Utterance  # noqa: E402
from listenwell.embedded.tokens import WRITER_MARKERS  # noqa: E402
from listenwell.training.embedded.dialogues import (  # noqa: E402
    LONGEST,
    MARKER_WEIGHT,
    Settings,
    Tokens,
    collate,
    mixture,
    reply_sequences,
    sequences,
    token_batches,
)
from listenwell.training.embedded.reading import word_pieces  # noqa: E402
from listenwell.training.embedded.vocabulary import (  # noqa: E402
    Bpe,
    build_tokenizer,
    byte_level,
    most_used,
    prune,
)

TOKENIZER = tiny.writer_tokenizer()
BYTES = frozenset(pre_tokenizers.ByteLevel.alphabet())
FULL = tiny.full_bpe()
SAID = [text for pair in tiny.TEXTS for text in pair]
SMALL = prune(FULL, SAID, 300)
RAW = build_tokenizer(SMALL)


def test_pruning_keeps_every_byte_and_whatever_a_kept_token_is_merged_from():
    assert len(SMALL.tokens) <= 300 < len(FULL.tokens)
    kept = set(SMALL.tokens)
    assert kept >= BYTES
    made = {left + right for left, right in SMALL.merges}
    assert kept - BYTES == made
    assert all(left in kept and right in kept for left, right in SMALL.merges)
    assert [merge for merge in FULL.merges if merge in set(SMALL.merges)] == list(SMALL.merges)


def test_pruning_keeps_what_is_said_most():
    often = prune(FULL, [" late"] * 50 + SAID, 262)
    assert "Ġlate" in often.tokens
    seldom = prune(FULL, [" long"] * 50 + SAID, 262)
    assert "Ġlong" in seldom.tokens
    assert "Ġlate" not in seldom.tokens


def test_a_pruned_vocabulary_writes_common_words_as_it_did_before():
    full, pruned = build_tokenizer(FULL), build_tokenizer(prune(FULL, SAID, len(FULL.tokens)))
    for text in SAID:
        assert pruned.encode(text).tokens == full.encode(text).tokens


@given(st.text())
def test_any_text_survives_a_pruned_vocabulary(text: str):
    ids = RAW.encode(text.replace("<|", "< |"), add_special_tokens=False).ids
    assert RAW.decode(ids, skip_special_tokens=False) == text.replace("<|", "< |")


def test_markers_come_first_and_digits_stand_alone():
    assert [RAW.id_to_token(index) for index in range(len(WRITER_MARKERS))] == list(WRITER_MARKERS)
    assert RAW.encode("2026", add_special_tokens=False).tokens == list("2026")


def test_a_bpe_is_read_from_its_file_whichever_way_merges_are_written():
    pairs = '{"model": {"vocab": {"b": 1, "a": 0, "ab": 2}, "merges": [["a", "b"]]}}'
    words = pairs.replace('["a", "b"]', '"a b"')
    assert byte_level(pairs) == byte_level(words) == Bpe(("a", "b", "ab"), (("a", "b"),))


def test_the_encoder_s_vocabulary_keeps_what_is_always_needed_then_the_most_used():
    full = word_pieces(["[PAD]", "[UNK]", "tea", "cup", "milk", "a", "##a"])
    kept = most_used(full, ["tea tea cup", "tea milk cup"], ["[PAD]", "[UNK]", "##a"], 5)
    assert kept == ["[PAD]", "[UNK]", "##a", "tea", "cup"]


def test_only_what_is_said_counts_and_markers_that_open_a_turn_do_not():
    (talk, *_) = tiny.talks()
    settings = Settings(voice=True, conditioned=1.0)
    (found,) = sequences(talk, TOKENIZER, settings, random.Random(0))
    names = {index: name for name, index in TOKENIZER.markers.items()}
    counted = [
        (names.get(token, "word"), weight)
        for token, weight in zip(found.tokens, found.weights, strict=True)
    ]
    marked = [pair for pair in counted if pair[0] not in ("word", "<|end|>")]
    assert marked == [
        ("<|user|>", 0.0), ("<|voice|>", 0.0), ("<|sad|>", MARKER_WEIGHT),
        ("<|question|>", MARKER_WEIGHT), ("<|user|>", 0.0), ("<|voice|>", 0.0),
        ("<|sad|>", MARKER_WEIGHT),
    ]  # fmt: skip
    ends = [weight for name, weight in counted if name == "<|end|>"]
    assert ends == [settings.user_weight, 1.0, settings.user_weight, 1.0]
    assert {weight for name, weight in counted if name == "word"} == {settings.user_weight, 1.0}


def test_some_replies_are_told_nothing_so_that_the_model_can_do_without():
    (talk, *_) = tiny.talks()
    picker = random.Random(0)
    told = Counter()
    for _ in range(400):
        (found,) = sequences(talk, TOKENIZER, Settings(conditioned=0.4), picker)
        told["sad"] += TOKENIZER.markers["<|sad|>"] in found.tokens
        told["question"] += TOKENIZER.markers["<|question|>"] in found.tokens
    assert told["sad"] / 400 == pytest.approx(1 - 0.6**2, abs=0.08)
    assert told["question"] / 400 == pytest.approx(0.4, abs=0.08)


def test_a_long_conversation_is_cut_between_turns_and_a_long_turn_inside_it():
    turn = Utterance("user", "was " * 90)
    talk = Conversation("c", (turn, Utterance("assistant", "was " * 90)) * 3, "train")
    found = list(sequences(talk, TOKENIZER, Settings(), random.Random(0)))
    assert len(found) > 1
    for part in found:
        assert len(part.tokens) == len(part.weights) <= LONGEST
        assert part.tokens[-1] == TOKENIZER.end
    endless = Conversation("c", (Utterance("user", "was " * 900), turn), "train")
    for part in sequences(endless, TOKENIZER, Settings(), random.Random(0)):
        assert len(part.tokens) <= LONGEST
        assert part.tokens[0] == TOKENIZER.user
        assert part.tokens[-1] == TOKENIZER.end


def mixed(seed: int = 1, **passes: float) -> list[Tokens]:
    train = tiny.talks()
    parts = {
        "plain": [c for c in train if c.split == "train"] * 20,
        "own": [c for c in train if c.split == "valid"] * 20,
    }
    passes = {"plain": 1.0, "own": 1.0} | passes
    return mixture(parts, passes, frozenset({"own"}), TOKENIZER, frozenset({"own"}), seed)


def is_own(item: Tokens) -> bool:
    return TOKENIZER.markers["<|voice|>"] in item.tokens


def test_a_run_is_the_same_for_a_seed_and_another_for_another():
    assert mixed() == mixed()
    assert mixed() != mixed(seed=2)


def test_a_late_corpus_comes_later_on_average():
    places = {True: [], False: []}
    for place, item in enumerate(mixed()):
        places[is_own(item)].append(place / 160)
    assert sum(places[True]) / 80 > sum(places[False]) / 80 + 0.1
    # It comes ever more often, not only at the end.
    assert min(places[True]) < 0.3
    assert max(places[False]) > 0.7


@pytest.mark.parametrize(("passes", "count"), [(0.5, 40), (1, 80), (2, 160), (2.5, 200), (0, 0)])
def test_a_corpus_is_seen_as_often_as_asked(passes: float, count: int):
    found = mixed(own=passes)
    assert sum(map(is_own, found)) == count
    assert sum(not is_own(item) for item in found) == 80


def test_batches_hold_about_as_many_tokens_as_asked_and_lose_nothing():
    ordered = mixed()
    cut = token_batches(ordered, 300, seed=1)
    assert sorted(i.tokens for part in cut for i in part) == sorted(i.tokens for i in ordered)
    for part in cut:
        assert sum(len(item.tokens) for item in part[:-1]) < 300
    full = [part for part in cut if sum(len(item.tokens) for item in part) >= 300]
    assert len(full) > 0.8 * len(cut)
    assert cut == token_batches(ordered, 300, seed=1) != token_batches(ordered, 300, seed=2)


def test_windows_of_batches_keep_the_order_of_the_run_and_sort_by_length_inside():
    ordered = [Tokens((n,) * (1 + n % 7), (1.0,)) for n in range(400)]
    cut = token_batches(ordered, 20, seed=0, window=4)
    first = [item.tokens[0] for part in cut[:4] for item in part]
    assert max(first) < 60
    spread = [max(len(i.tokens) for i in p) - min(len(i.tokens) for i in p) for p in cut]
    assert sum(spread) / len(spread) < 2.5


def test_sequences_are_padded_on_the_right_where_nothing_counts():
    ids, weights = collate([Tokens((5, 6, 7), (0.0, 1.0, 1.0)), Tokens((8,), (0.4,))], pad=0)
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0]]
    assert weights[1].tolist() == pytest.approx([0.4, 0.0, 0.0])
    assert ids.dtype == torch.int64


def test_a_validation_reply_is_told_nothing_and_only_its_words_count():
    context, reply = TOKENIZER.context([]), TOKENIZER.reply("Oh no")
    found = reply_sequences([*context, 9, 9], reply, TOKENIZER)
    listener = TOKENIZER.opening()
    assert found.tokens == (9, 9, *listener, *reply)
    assert found.weights == (0.0, 0.0, 0.0, *[1.0] * len(reply))


def test_strategies_of_corpora_open_replies_by_their_names():
    talk = tiny.talks(strategy=Strategy.AFFIRMATION.value)[0]
    (found,) = sequences(talk, TOKENIZER, Settings(conditioned=1.0), random.Random(0))
    assert TOKENIZER.markers["<|affirmation-and-reassurance|>"] in found.tokens
    assert TOKENIZER.markers["<|question|>"] not in found.tokens
