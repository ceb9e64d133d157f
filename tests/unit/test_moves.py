"""The authored moves: safe, short, well formed, and enough of them."""

from pathlib import Path

import pytest

from listenwell.core.emotions import EMOTIONS
from listenwell.core.errors import ConfigError
from listenwell.core.types import History, Message, Plan, Stage, Strategy
from listenwell.dialogue.authored import lexicon, packaged, parse
from listenwell.dialogue.composing import HURT, compose
from listenwell.dialogue.hearing import hear
from listenwell.dialogue.planning import BRIGHT, FEELINGS, GLADNESS, MIXED, PLAIN
from listenwell.dialogue.repertoire import FILES, SLOTS, Repertoire
from listenwell.dialogue.words import Phrases, padded
from listenwell.safety.guard import RuleGuard

MOVES = list(Repertoire.default())
FILLED = {
    "person": "your sister",
    "Person": "Your sister",
    "earlier_person": "your boss",
    "name": "Maya",
    "Mirror": "Your dad keeps asking about it",
    "mirror": "your dad keeps asking about it",
    "earlier": "you don't want to lose her",
    "Feelings": "Sad and angry",
    "feelings": "sad and angry",
    "Span": "Eight years",
}


def test_there_are_hundreds_and_no_two_are_the_same():
    assert len(MOVES) >= 400
    assert len({move.text for move in MOVES}) == len(MOVES)


def test_every_move_passes_the_guard_and_the_length_limits():
    guard = RuleGuard()
    assert FILLED.keys() == SLOTS
    for move in MOVES:
        text = move.text.format_map(FILLED)
        assert guard.allows(text).allowed, (guard.allows(text).rule, text)
        assert len(text.split()) <= 32, text
        assert text.count("?") <= 1, text
        assert "!" not in text or GLADNESS in move.feelings, text


@pytest.mark.parametrize(
    "jargon",
    ["process", "validate", "boundar", "trigger", "journey", "self-care", "i hear you", "at least",
     "everything happens", "stay strong", "you should", "you need to", "silver lining", "cope"],
)  # fmt: skip
def test_no_move_lectures_or_talks_like_a_leaflet(jargon: str):
    assert [move.text for move in MOVES if jargon in move.text.lower()] == []


def test_moves_name_topics_and_feelings_that_exist():
    feelings = {*lexicon("feelings"), *FEELINGS, HURT, MIXED, BRIGHT, PLAIN}
    for move in MOVES:
        assert move.topics <= lexicon("topics").keys(), move
        assert move.feelings <= feelings, move
    assert set().union(*FEELINGS.values()) <= set(EMOTIONS)


def test_advice_is_only_in_the_suggestions_and_they_are_offers():
    offered = {line for group in packaged("suggestions") for line in group["lines"]}
    for move in MOVES:
        assert (move.strategy is Strategy.SUGGESTIONS) == (move.text in offered), move.text


@pytest.mark.parametrize("feeling", sorted({*FEELINGS, "strain", "numbness", MIXED, BRIGHT}))
def test_every_feeling_has_something_to_tell_and_to_ask_whatever_it_is_about(feeling: str):
    fits = [m for m in MOVES if feeling in m.feelings and not (m.topics or m.when or m.slots)]
    assert sum(move.asks for move in fits) >= 4
    assert sum(not move.asks for move in fits) >= 4


@pytest.mark.parametrize("topic", sorted(set(lexicon("topics")) - {"fun"}))
def test_every_topic_has_moves(topic: str):
    assert sum(topic in move.topics for move in MOVES) >= 5


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- lines: [Hello.]", "`strategy`"),
        ("- {strategy: queston, lines: [Hello.]}", "queston"),
        ("- {strategy: question}", "`lines` is empty"),
        ("- {strategy: question, lines: ['Who is {nobody}?']}", "nobody"),
        ("- {strategy: question, stage: late, lines: [Who?]}", "late"),
        ("- {strategy: question, topics: work, lines: [Who?]}", "topics"),
        ("- {strategy: question, when: [1], lines: [Who?]}", "`when`"),
        ("- {strategy: question, light: maybe, lines: [Who?]}", "`light`"),
    ],
)
def test_a_bad_file_of_moves_says_what_is_wrong(content: str, says: str):
    with pytest.raises(ConfigError, match=r"mine\.yaml") as caught:
        Repertoire().add(Path("mine.yaml"), parse(content))
    assert says in str(caught.value)


def test_a_move_without_stage_fits_every_stage():
    repertoire = Repertoire()
    repertoire.add(Path("m.yaml"), parse("- {strategy: question, lines: Who?}"))
    (move,) = repertoire
    assert move.stages == frozenset(Stage)
    assert "work" in FILES


@pytest.mark.parametrize(
    ("phrases", "text", "found"),
    [
        (["my dog"], "My DOG ran off", True),
        (["my dog"], "my dogs ran off", False),
        (["fail*"], "i keep failing", True),
        (["fail*"], "a derail", False),
        (["keep fail*"], "i keep failing", True),
        (["do not sleep"], "I dont sleep", True),
        (["in-laws"], "the in-laws came", True),
        (["one two three four five six seven eight nine ten eleven twelve thirteen"], "One two three four five six seven eight nine ten eleven twelve thirteen!", True),
        (["my mum"], "my mum's friend", True),
        (["she left"], "she's left", False),
        ([], "anything", False),
        (["anything"], "", False),
    ],
)  # fmt: skip
def test_phrases_are_found_however_they_are_typed(phrases: list[str], text: str, found: bool):
    assert Phrases(phrases).found_in(padded(text)) is found


def said(*texts: str) -> History:
    told = [(Message("user", text), Message("assistant", "Go on.")) for text in texts]
    return History(tuple(message for pair in told for message in pair)[:-1])


def reply_to(history: History, moves: Repertoire, **more: object) -> list[str]:
    plan = Plan(Strategy.REFLECTION, "general", asks=False, **more)  # type: ignore[arg-type]
    parts = compose(history, hear(history), plan, moves)
    return [part.text for part in parts if not part.bare]


def test_a_cue_of_somebody_else_or_of_what_something_is_like_brings_in_nothing():
    moves = Repertoire()
    moves.add(Path("m.yaml"), parse(
        "- {strategy: reflection, when: [tired], lines: No wonder you're tired.}\n"
        "- {strategy: reflection, when: [kettle], lines: A warm cup.}"
    ))  # fmt: skip
    assert reply_to(said("i'm tired"), moves) == ["No wonder you're tired."]
    assert reply_to(said("i told her she looked tired"), moves) == []
    assert reply_to(said("the kettle is on"), moves) == ["A warm cup."]
    assert reply_to(said("my violin screams like a kettle today"), moves) == []


def test_a_feeling_that_was_denied_is_not_said_in_other_words():
    moves = Repertoire()
    moves.add(Path("m.yaml"), parse("- {strategy: reflection, when: [net], lines: Nobody there.}"))
    assert reply_to(said("i fixed the net"), moves) == ["Nobody there."]
    assert reply_to(said("not lonely. i fixed the net"), moves) == []


def test_one_person_is_spoken_of_as_he_or_she_and_no_sentence_comes_twice():
    moves = Repertoire()
    moves.add(Path("m.yaml"), parse("- {strategy: reflection, when: [cup], lines: You miss them.}"))
    assert reply_to(said("my dad left his cup"), moves) == ["You miss him."]
    assert reply_to(said("my parents left a cup"), moves) == ["You miss them."]
    told = said("my dad left his cup").add(
        Message("assistant", "You miss him."), Message("user", "they left the cup")
    )
    assert reply_to(told, moves) == []


def test_a_move_may_need_what_the_story_is_about():
    moves = Repertoire()
    content = "- {strategy: reflection, story: [driving test], when: [again], lines: Another go.}"
    moves.add(Path("m.yaml"), parse(content))
    assert reply_to(said("failed my driving test", "next month again"), moves) == ["Another go."]
    assert reply_to(said("failed my exam", "next month again"), moves) == []
    assert reply_to(said("my driving test is next month again"), moves) == ["Another go."]


def test_a_move_may_need_a_theme_of_the_newest_message():
    moves = Repertoire()
    content = "- {strategy: reflection, theme: [waits, ignored], lines: Waiting is long.}"
    moves.add(Path("m.yaml"), parse(content))
    history = said("they said they would ring")
    assert reply_to(history, moves, themes=("waits",)) == ["Waiting is long."]
    assert reply_to(history, moves, themes=("funny",)) == []
    assert reply_to(history, moves) == []


def test_cues_that_have_a_name_are_looked_for():
    named = packaged("cues")
    moves = Repertoire()
    name, phrases = next(iter(named.items()))
    moves.add(Path("m.yaml"), parse(f"- {{strategy: reflection, when: ={name}, lines: Just so.}}"))
    (move,) = moves
    assert list(move.when) == phrases
    assert all(not phrase.startswith("=") for m in MOVES for cues in (m.when, m.unless, m.story)
               for phrase in cues)  # fmt: skip
    used = {tuple(cues) for m in MOVES for cues in (m.when, m.unless, m.story)}
    assert [name for name, phrases in named.items() if tuple(phrases) not in used] == []


def test_a_name_of_no_cues_is_told():
    with pytest.raises(ConfigError, match="no cues named 'nonesuch'"):
        Repertoire().add(
            Path("m.yaml"), parse("- {strategy: reflection, when: =nonesuch, lines: Just so.}")
        )
