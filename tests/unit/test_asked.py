"""What a message asks or puts right: the labelled acts, the head, and the reply that meets it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes import Scripted, conversation

from listenwell.core.errors import CorpusError, ModelError
from listenwell.core.types import History, Message, Plan, Reading, Strategy
from listenwell.core.yaml_text import parse
from listenwell.corpora.acts import read_acts
from listenwell.dialogue.asked import Asked, act_of, asked
from listenwell.dialogue.authored import packaged
from listenwell.dialogue.composing import SPECIFIC, Part
from listenwell.dialogue.corrected import Corrected, corrected
from listenwell.dialogue.engine import Engine
from listenwell.dialogue.hearing import hear
from listenwell.dialogue.meeting import GO_ON, NOTED, meet
from listenwell.dialogue.planning import CHEER
from listenwell.dialogue.prompts import NO_PLAN, render
from listenwell.dialogue.repertoire import Repertoire
from listenwell.dialogue.templates import Templates
from listenwell.dialogue.words import UNHEARD
from listenwell.embedded.files import find_files
from listenwell.embedded.models import EmbeddedModels
from listenwell.perception.acts import HEAD, NONE, act_head_for, read_act_head, spelled
from listenwell.perception.reader import ActReader
from listenwell.safety.guard import RuleGuard
from listenwell.safety.screen import RuleScreen
from listenwell.safety.streaming import judged

ANSWERS = packaged("answers")
LISTENING = Plan(Strategy.REFLECTION, "general")


def telling(*acts: str):
    """Tell one act after another of the person's messages; "" for none."""

    def tell(history: History) -> Mapping[str, float]:
        act = acts[len(history.said_by("user")) - 1]
        return {NONE: 0.05, "why": 0.05, act or NONE: 0.9}

    return tell


def test_every_labelled_act_has_lines_and_every_split_has_messages_of_conversations():
    acts = list(read_acts())
    assert len(acts) > 5_000
    assert {act.name for act in acts} - {NONE} <= set(ANSWERS)
    assert {act.split for act in acts} == {"train", "valid"}
    assert all(act.heard for act in acts if act.split == "valid")
    assert all(act.messages[-1].role == "user" for act in acts)


@pytest.mark.parametrize(
    "line", ["{}", '{"said": [["user", "a"]], "act": 3}', '{"said": [["user", "a"]]}']
)
def test_a_damaged_line_is_named(tmp_path: Path, line: str):
    path = tmp_path / "acts.jsonl"
    path.write_text(f"{line}\n", "utf-8")
    with pytest.raises(CorpusError, match="line 1"):
        list(read_acts(path))


def test_a_damaged_head_is_named(tmp_path: Path):
    path = tmp_path / "acts.npz"
    path.write_bytes(HEAD.read_bytes()[:1000])
    with pytest.raises(ModelError, match=r"acts\.npz"):
        read_act_head(path)


@pytest.mark.parametrize(
    ("before", "text", "act"),
    [
        ("That's a long wait.", "should i ring the surgery again", "should"),
        ("That's a long wait.", "what do i even say to my sister when she asks", "how_say"),
        ("It must be lonely.", "not lonely, i like it. i meant the noise", "put_right"),
        ("You lost the sparrow.", "what sparrow? what do you mean", "unclear"),
        ("That sounds hard.", "i asked you a question and you didnt answer it", "open_question"),
        ("That sounds hard.", "am i being selfish", "is_it_bad"),
        ("That sounds hard.", "ok got to go now, thanks for listening", "leaving"),
        ("That sounds hard.", "we had soup and then the power went", ""),
        ("How is the new flat?", "the kitchen is small and there's a tree outside", ""),
    ],
)
def test_the_shipped_head_tells_what_messages_ask(
    models: EmbeddedModels, before: str, text: str, act: str
):
    reader = ActReader(models.encoder, act_head_for(models.files))
    history = conversation("it has been three weeks", before, text)
    assert act_of(dict(reader.read(render(history, Reading(), NO_PLAN)).acts)) == act


def test_the_head_is_of_the_shipped_encoder_and_without_it_nothing_is_asked(models: EmbeddedModels):
    assert act_head_for(find_files()) is not None
    assert ActReader(models.encoder, None).read(render(conversation("hm"), Reading(), NO_PLAN)) == (
        Reading()
    )
    assert asked(conversation("it rained"), lambda history: {}) == Asked()
    plainly = asked(conversation("she rang. should i go"), lambda history: {})
    assert plainly.kind == "should"


def test_words_tell_how_a_message_meets_our_reply():
    known = spelled("You sat by the window.", "Sat? I was ironing.")
    assert {"sat ?", "i was ironing", "= asks back True False", "$ was ironing"} <= known
    assert "= asks back True True" in spelled("The window was open.", "window?")


@pytest.mark.parametrize(
    ("act", "text", "kind", "slots"),
    [
        ("should", "should i tell my mum", "should", {"deed": "tell your mum"}),
        ("should", "do i stay here or move home", "choose", {"a": "stay here", "b": "move home"}),
        ("choose", "should i tell her before christmas or after?", "choose",
         {"a": "tell her before Christmas", "b": "after"}),
        ("choose", "which one", "choose", {}),
        ("should", "should i hit him", "should", {}),
        ("is_it_bad", "is that stupid", "is_it_bad", {}),
        ("is_it_bad", "Is that normal?", "is_normal", {}),
        ("think_less", "do you think it's redundancy", "guess", {}),
        ("think_less", "do you think i'm awful", "think_less", {}),
    ],
)  # fmt: skip
def test_a_question_is_named_and_its_words_are_turned_round(
    act: str, text: str, kind: str, slots: Mapping[str, str]
):
    found = asked(conversation(text), telling(act))
    assert (found.kind, dict(found.slots), found.rest) == (kind, slots, "")


@pytest.mark.parametrize(
    ("act", "text", "rest"),
    [
        ("put_right", "No, not me. Mum. She was ashamed.", "Mum. She was ashamed."),
        ("put_right", "no its not that, he never rang", "he never rang"),
        ("put_right", "nope", ""),
        ("told_already", "like i said, he moved to Leeds", "he moved to Leeds"),
        ("unclear", "What loss? I dropped a cup.", "I dropped a cup."),
        ("should", "My boss shouted. Should I leave?", "My boss shouted."),
    ],
)
def test_what_else_a_message_tells_is_kept(act: str, text: str, rest: str):
    found = asked(conversation("hello", "It's the money.", text), telling("", act))
    assert (found.kind, found.rest) == (act, rest)


def test_what_needs_a_reply_of_ours_is_not_heard_in_a_first_message():
    assert asked(conversation("no its not that"), telling("put_right")) == Asked()


def test_a_question_that_was_passed_by_is_met_with_its_words():
    history = conversation("should i tell my mum", "Go on.", "you didnt answer")
    found = asked(history, telling("should", "open_question"))
    assert (found.kind, found.first, found.slots) == (
        "should", "open_question", {"deed": "tell your mum"},
    )  # fmt: skip
    nothing = conversation("it rained", "Go on.", "you didnt answer")
    assert asked(nothing, telling("", "open_question")).kind == "open_question"


def test_a_correction_that_asks_too_is_owned_and_answered():
    history = conversation("hi", "It's the money.", "no, it's not the money. is that silly?")

    def tell(then: History) -> Mapping[str, float]:
        return {NONE: 0.1, "put_right" if then == history else "is_it_bad": 0.9}

    found = asked(history, tell)
    assert (found.kind, found.first) == ("is_it_bad", "put_right")


def test_words_that_misled_us_are_not_heard_again():
    moves = Repertoire()
    moves.add(Path("m.yaml"), parse("- {strategy: reflection, when: [funer*], lines: They died.}"))
    history = conversation("the house is like a funeral", "They died.", "nobody did. it's quiet")
    told = corrected(history, moves, telling("", "put_right")).history
    assert told.messages[0].content == f"the house is like a {UNHEARD}"
    assert told.last_user == "it's quiet"
    assert corrected(history, moves, telling("", "")) == Corrected(history)


def test_a_feeling_a_topic_and_a_word_of_ours_that_are_refused_are_not_heard():
    moves = Repertoire()
    told = conversation("he left me a voicemail, we split the bill", "That sounds lonely.",
                        "lonely? nah. and it's not a breakup")  # fmt: skip
    stands = corrected(told, moves, telling("", "not_so_bad"))
    assert stands.denied == {"loneliness"}
    assert "lonely" not in stands.history.last_user
    assert "left me" not in stands.history.messages[0].content
    assert "loneliness" in hear(stands.history, stands.denied).denied


@pytest.mark.parametrize("text", ["nobody is dead", "i haven't lost anybody", "she is not dying"])
def test_who_says_that_nobody_died_is_not_mourned_with(text: str):
    before = conversation("the house is like a funeral", "I'm so sorry.", "what", "Go on.", text)
    assert hear(before).topic == ""


@pytest.mark.parametrize("text", ["not lonely", "I don't feel lonely", "nobody's lonely here"])
def test_a_feeling_that_is_denied_is_not_named(text: str):
    assert "loneliness" in hear(conversation(text)).denied


@pytest.mark.parametrize(
    ("act", "text", "kind"),
    [
        ("what_think", "What would you put on the first slice?", "taste"),
        ("choose", "what would you name him?", "taste"),
        ("what_of_you", "do you know any trick to dry socks faster", "tip"),
        ("what_think", "Which cake is good for a thank you?", "tip"),
        ("fact", "is it too late to start on it now", "too"),
        ("", "is tuesday too soon do you reckon?", "too"),
        ("why_they", "I said no thank you. Why did I say no?", "why"),
        ("why_they", "why did he say no", "why_they"),
        ("", "pay the car, then ask for days. good plan?", "what_think"),
        ("", "hmm but which would you do", "what_think"),
        ("", "im gonna tell him tuesday, when he drops them off", "plan"),
        ("", "I think I'll write to him. His daughter can read it out.", "plan"),
        ("", "its tonight. is it weird to go alone", "is_it_bad"),
        ("may_i", "Would it be unfair to say it now?", "is_it_bad"),
        ("", "Please give it back. Is it too rude?", "too"),
        ("should", "should i be scared about the pension", "may_i"),
        ("", "i'm going to lose him", ""),
        ("", "i'll never see her again", ""),
        ("", "i'm going to leave him and ask for the house", ""),
    ],
)  # fmt: skip
def test_small_questions_and_plans_are_named_for_what_they_are(act: str, text: str, kind: str):
    assert asked(conversation("hello", "Go on.", text), telling("", act)).kind == kind


def test_a_plan_is_met_as_one_only_in_talk():
    assert asked(conversation("im gonna tell him tuesday"), telling("")) == Asked()


def test_who_asks_for_a_yes_or_a_no_is_answered_what_was_asked_before():
    history = conversation("should i ask him", "Go on.", "so yes or no? tash thinks not")
    found = asked(history, telling("should", ""))
    assert (found.kind, found.first) == ("should", "open_question")


def test_the_question_that_was_asked_last_in_plain_words_is_the_one_that_was_passed_by():
    history = conversation(
        "should i text it or say it", "Go on.", "is it too late to get a tutor", "Go on.", "so yes or no??"
    )  # fmt: skip
    found = asked(history, telling("choose", "fact", ""))
    assert (found.kind, found.first) == ("too", "open_question")


def test_after_what_made_no_sense_what_was_told_is_kept_and_not_what_was_said_of_us():
    history = conversation(
        "hi", "Cloth keeps.", "I don't understand this sentence. It has foxes on it."
    )
    assert asked(history, telling("", "unclear")).rest == "It has foxes on it."


def lines(kind: str) -> Sequence[str]:
    return {"should": ["Slowly, {deed}.", "What speaks for it?", "Not mine to say."],
            "put_right": ["That was wrong."], "open_question": ["You did ask."],
            "leaving": ["Go well."], GO_ON: ["Go on as it is."], NOTED: ["I go by that."]}.get(kind, [])  # fmt: skip


def composing(*parts: Part):
    return lambda history, plan: parts


def test_a_line_with_their_words_is_said_before_what_speaks_to_the_matter():
    matter = Part("Rent is dear.", fit=SPECIFIC, group=("reflection", "rent"))
    met = Asked("should", "the rent went up again", {"deed": "ring them"})
    parts = meet(met, conversation("x"), LISTENING, lines, composing(matter))
    assert [part.text for part in parts] == ["Slowly, ring them.", "Rent is dear."]
    doubtful = Part("Rent is dear.", fit=SPECIFIC - 1, group=("reflection", "rent"))
    (line,) = meet(met, conversation("x"), LISTENING, lines, composing(doubtful))
    assert line.text == "Slowly, ring them."


def test_what_hands_the_matter_back_is_said_alone_and_nothing_is_said_twice():
    said = conversation("a", "Slowly, go home.", "b")
    matter = Part("Rent is dear.", fit=SPECIFIC, group=("reflection", "rent"))
    met = Asked("should", "the rent went up again", {"deed": "ring them"})
    parts = meet(met, said, LISTENING, lines, composing(matter))
    assert [part.text for part in parts] == ["Not mine to say.", "Rent is dear."]
    said = said.add(Message("assistant", "Not mine to say."), Message("user", "c"))
    assert meet(met, said, LISTENING, lines, composing(matter)) == ()
    (line,) = meet(met, said, LISTENING, lines, composing())
    assert line.text == "What speaks for it?"
    assert meet(met, said, replace(LISTENING, asks=False), lines, composing()) == ()


def test_a_correction_is_owned_and_what_is_so_is_taken_up():
    met = Asked("put_right", "He never rang us at all. I see.")
    parts = meet(met, conversation("x"), LISTENING, lines, composing())
    assert [part.text for part in parts] == ["That was wrong.", "He never rang you at all."]
    unsayable = Asked("put_right", "you know it was the other one, you see")
    parts = meet(unsayable, conversation("x"), LISTENING, lines, composing())
    assert [part.text for part in parts] == ["That was wrong.", "I go by that."]
    parts = meet(Asked("put_right"), conversation("x"), LISTENING, lines, composing())
    assert [part.text for part in parts] == ["That was wrong.", "Go on as it is."]
    parts = meet(Asked("should", first="open_question"), conversation("x"), LISTENING, lines,
                 composing())  # fmt: skip
    assert parts[0].text == "You did ask."


def test_something_small_on_a_good_day_is_not_weighed_gravely():
    def told(kind: str) -> Sequence[str]:
        return {"choose_light": ["{A}, then."], "choose": ["Let's weigh {a} and {b}."]}.get(
            kind, []
        )

    met = Asked("choose", "", {"a": "eat them now", "b": "wait"})
    small, grave = conversation("eat them now or wait?"), conversation("leave him or wait?")
    assert meet(met, small, LISTENING, told, composing())[0].text == "Eat them now, then."
    weighed = "Let's weigh eat them now and wait."
    assert meet(met, grave, LISTENING, told, composing())[0].text == weighed
    tender = replace(LISTENING, avoid=frozenset({CHEER}))
    assert meet(met, small, tender, told, composing())[0].text == weighed


def test_play_is_met_lightly_on_a_good_day_only():
    def told(kind: str) -> Sequence[str]:
        return {"fact_light": ["No idea."], "fact": ["Ask somebody who knows."]}.get(kind, [])

    met, history = Asked("fact"), conversation("can kettles be too many")
    bright = replace(LISTENING, feeling="bright")
    assert meet(met, history, bright, told, composing())[0].text == "No idea."
    for plan in (LISTENING, replace(bright, avoid=frozenset({CHEER}))):
        assert meet(met, history, plan, told, composing())[0].text == "Ask somebody who knows."


def test_what_was_lighter_than_we_took_it_for_is_followed_by_their_words_and_no_sorrow():
    sorrow = Part("That aches.", fit=SPECIFIC, group=("reflection", "leg"))
    met = Asked("not_so_bad", "He is only a bird on one leg.")
    parts = meet(
        met, conversation("x"), LISTENING, lambda kind: ["Lighter, then."], composing(sorrow)
    )
    assert [part.text for part in parts] == ["Lighter, then.", "He is only a bird on one leg."]


@pytest.mark.parametrize(
    ("ours", "text", "kind"),
    [
        ("Having to count pennies is miserable.", "its not about pennies. she thinks im greedy",
         "put_right"),
        ("Waiting for the vet to ring.", "The vet came. Nobody's ringing, it's over.", "put_right"),
        ("That's a lonely place to stand.", "I would not say lonely.", "put_right"),
        ("You hear it all day.", "You have misunderstood. It was one evening.", "put_right"),
        ("Not knowing is hard.", "no i mean i dont know why she hates me", "put_right"),
        ("When was it?", "As I said, 1998. Then I had a fall.", "told_already"),
        ("So that's how it is.", "Never mind. The kettle has boiled. Goodbye.", "leaving"),
        # Answers, agreement and stories put nothing right.
        ("What have you said to them?", "At the birthday I said nothing.", ""),
        ("It doesn't make the money any more.", "No it doesn't. He thinks we're fine.", ""),
        ("What would you hope for?", "What I hope? Peace, only.", ""),
        ("That leaves a mark.", "havent told my wife. she just quit", ""),
        ("It's only hair.", "like i said to her, it's only hair", ""),
    ],
)  # fmt: skip
def test_what_is_said_of_our_reply_in_plain_words_is_heard_without_the_head(
    ours: str, text: str, kind: str
):
    history = History((Message("user", "hello"), Message("assistant", ours), Message("user", text)))
    assert asked(history, telling("", "")).kind == kind


@pytest.mark.parametrize(
    ("act", "ours", "text", "kind"),
    [
        ("put_right", "You watch every little thing they do.", "My dog is dead, dear.", "put_right"),
        ("put_right", "What have you said?", "At the birthday I said nothing at all.", ""),
        ("told_already", "Has it been long?", "Since he moved. I said to him, go.", ""),
        ("unclear", "What would you hope for?", "What I hope? Peace, only.", ""),
        ("unclear", "That loss is hard.", "What loss?", "unclear"),
        ("open_question", "That's hard.", "you did not say what you think", "open_question"),
        ("think_less", "That's hard.", "it's 30 years, you'd think i'd be used to it", ""),
        ("put_right", "I took that wrongly, sorry.", "No, you didn't take it wrong.", ""),
        ("put_right", "I got that wrong.", "no need to apologise, it was only a cup", ""),
        ("leaving", "Go on.", "gonna make noodles and call it a win", "plan"),
        ("leaving", "Go on.", "ok i have to go now", "leaving"),
        ("not_so_bad", "It's heavy.", "After that the boss praised my foxes to everyone.", ""),
        ("not_so_bad", "That aches.", "Nothing aches. He is a bird.", "not_so_bad"),
        ("unclear", "A small plain one will do.", "A small plain one. I will practise it tonight.",
         "plan"),
        ("unclear", "Sparrows again.", "I don't understand this sentence. It was a scarf.", "unclear"),
        ("", "You can be proud.", "Proud of what? I was alone.", "put_right"),
        ("", "A smile in that.", "I don't see what there is to smile about.", "put_right"),
    ],
)  # fmt: skip
def test_what_the_head_tells_of_our_reply_must_be_borne_out(
    act: str, ours: str, text: str, kind: str
):
    history = History((Message("user", "hello"), Message("assistant", ours), Message("user", text)))
    assert asked(history, telling("", act)).kind == kind


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_line_passes_the_guard_and_no_two_begin_alike(kind: str):
    guard, slots = RuleGuard(), {"a": "stay", "A": "Stay", "b": "go", "deed": "ring him"}
    texts = [line.format_map(slots) for line in ANSWERS[kind]]
    assert all(judged(text, guard).allowed for text in texts)
    assert all(len(text.split()) <= 24 for text in texts)
    starts = [" ".join(text.split()[:3]).lower() for text in texts]
    assert len(set(starts)) == len(starts) >= 8


class Telling:
    """Reads one act into every message."""

    def __init__(self, act: str) -> None:
        self.act = act

    def read(self, prompt: object) -> Reading:
        return Reading(acts=((self.act, 0.9), (NONE, 0.05)))


def test_the_engine_meets_a_question_where_no_generator_writes_whole_replies():
    bot = Engine(RuleScreen(), Telling("think_less"), None, RuleGuard(), Templates.default())
    turn = bot.respond(conversation("i was rude to her", "Go on."), "do you think i'm awful")
    assert turn.plan.meets == "think_less"
    assert turn.reply.text in ANSWERS["think_less"]
    # What writes whole replies by itself is taken at its word.
    bot.generator = Scripted("What was he like?")
    told = bot.respond(conversation("i was rude to her", "Go on."), "do you think i'm awful")
    assert told.reply.text == "What was he like?"
