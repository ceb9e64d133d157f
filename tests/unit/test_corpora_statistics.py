from listenwell.corpora.conversation import Conversation, Loaded, Malformed, Utterance
from listenwell.corpora.statistics import summarise, words


def talk(user, reply, split="train", emotion=None, strategy=None, situation=None):
    turns = (Utterance("user", user, emotion), Utterance("assistant", reply, strategy=strategy))
    return Conversation(user, turns, split, emotion=emotion, situation=situation)


def test_a_contraction_is_one_word():
    assert list(words("I don’t know, I can't - 3 times!")) == [
        "I", "don’t", "know", "I", "can't", "3", "times",
    ]  # fmt: skip


def test_turns_words_and_labels_are_counted_over_all_files():
    found = summarise([
        Loaded((talk("I am sad", "Oh no", emotion="sad", strategy="Question"),), rows=4,
               malformed=(Malformed(2, "is empty"),), duplicates=2),
        Loaded((talk("sad again today, I fear", "Oh", "valid", emotion="sad"),), rows=1),
    ])  # fmt: skip

    assert (found.rows, found.malformed, found.duplicates) == (5, 1, 2)
    assert (found.conversations, found.turns, found.mean_turns) == (2, 4, 2.0)
    assert (found.words, found.vocabulary) == (11, 8)
    assert (found.user.turns, found.user.mean_words, found.user.longest) == (2, 4.0, 5)
    assert found.assistant.median_words == 1.5
    assert found.splits == {"train": 1, "valid": 1}
    assert (found.emotions, found.strategies) == ({"sad": 2}, {"Question": 1})


def test_labels_are_ranked_by_how_often_they_occur():
    emotions = ["sad", "proud", "proud", "angry"]
    found = summarise(
        [Loaded(tuple(talk(str(i), "x", emotion=e) for i, e in enumerate(emotions)), 4)]
    )

    assert list(found.emotions) == ["proud", "angry", "sad"]


def test_what_several_splits_share_is_found_whatever_its_spelling():
    same = [
        talk("Hello there!", "Hi", situation="at home"),
        talk("hello there", "HI.", "valid", situation="at sea"),
        talk("Hello, there", "Well", "test", situation="At home."),
        talk("alone", "yes"),
        talk("alone", "no"),
    ]
    across = summarise([Loaded(tuple(same), 5)]).across_splits

    assert (across.conversations, across.openings, across.situations) == (1, 1, 1)


def test_nothing_is_counted_as_nothing():
    found = summarise([])

    assert (found.conversations, found.mean_turns, found.user.mean_words) == (0, 0.0, 0.0)
