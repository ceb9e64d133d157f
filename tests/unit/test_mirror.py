"""Saying somebody's own words back: right where it is done, and not done where it might go wrong."""

import pytest

from listenwell.dialogue.mirror import mirror, told


@pytest.mark.parametrize(
    ("said", "back"),
    [
        ("idk. i sat by the phone like a kid", "you sat by the phone like a kid"),
        ("went quiet. didnt finish my tea", "you didn't finish your tea"),
        ("lost my keys again", "you lost your keys again"),
        ("the landlord says hes gonna fix it", "the landlord says he's going to fix it"),
        ("My brother keeps calling me at work", "your brother keeps calling you at work"),
        ("i was at my desk until nine", "you were at your desk until nine"),
        ("me and my uncle had season tickets", "you and your uncle had season tickets"),
        ("WE MISSED THE LAST TRAIN HOME", "you missed the last train home"),
        ("dad forgot my graduation again", "your dad forgot your graduation again"),
        ("my bloody neighbour never answers the door", "your neighbour never answers the door"),
        ("im tired of the stairs, honestly", "you're tired of the stairs"),
        ("i felt like the worst mum in town", "you felt like the worst mum in town"),
        ("Anna asked if i was okay with it", "Anna asked if you were okay with it"),
        ("so there were boxes all over the hall, the stairs and the yard and my brother slept on the "
         "floor", "your brother slept on the floor"),
        # What happened weighs more than who somebody is, and what comes last a little more.
        ("im a nurse. i called my sister and hung up on the first ring",
         "you called your sister and hung up on the first ring"),
        ("We had a row about the house. She sent my birthday card back unopened.",
         "she sent your birthday card back unopened"),
    ],
)  # fmt: skip
def test_the_most_telling_clause_is_turned_round(said: str, back: str):
    assert mirror(said) == back


@pytest.mark.parametrize(
    "said",
    [
        "should i call her?",
        "got my exam tomorrow",
        "he wants to do a restaurant i said garden",
        "there he was as though he had only gone out for milk and bread and the paper, then came back",
        "I live now in Dublin eleven months",
        "do you think he cares",
        "i'm such an idiot",
        "my girlfriend is french. was",
        "she's a selfish liar",
        "my aunt died in may",
        "im so nervouss abuot my intervew",
        "thanks for the talk",
        "ok",
        "please tell me a story about ships",
        "she's just a cat",
        "i want to kill my computer",
        "he said 'get lost' and hung up",
        "it was a good match wasn't it",
        "three years ago my dad passed",
        "my husband is excited about everything but i just cannot be",
        "he would have laughed at us",
        "Everyone want something from me.",
        "My son Kuba is 19 years and the house is very quiet now",
        "Then I cry quietly so she don't hear me in the kitchen",
        "the agency pays mileage but that's it",
        "gary is his name and not me",
        " ".join(["we went on and on about it"] * 20),
    ],
)
def test_nothing_is_said_back_where_it_would_hurt_or_come_out_wrong(said: str):
    assert mirror(said) == ""


def test_what_is_recalled_later_is_a_whole_sentence_that_still_holds():
    assert told("got soaked on the way") == ""
    assert told("i start the new job tomorrow") == ""
    assert told("My dad keeps asking me about it.") == "your dad keeps asking you about it"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("i studied for like two weeks", "you studied for two weeks"),
        ("im a single mum with two kids", "you're a single mum with two kids"),
        ("ill have to get up at 5", "you'll have to get up at 5"),
        ("my sister is getting married in june", "your sister is getting married in June"),
        ("no one there likes me", "no one there likes you"),
        ("no, he never called", "he never called"),
        ("they came from nothing and i cant even pass a test", "they came from nothing"),
        ("my son asked am i still from here", ""),
        ("she ask who is that man in the phone", ""),
    ],
)
def test_filler_kin_and_negations_come_out_right(text: str, said: str):
    assert mirror(text) == said
