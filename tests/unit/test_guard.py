import pytest

from listenwell.safety.guard import RuleGuard, checked, known_contacts

GUARD = RuleGuard()


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("claims-to-be-human", "I'm a real person, you know."),
        ("claims-to-be-human", "I am not a bot."),
        ("claims-a-licence", "As your therapist, this is hard."),
        ("claims-a-life", "I had a dog too."),
        ("claims-a-life", "I am so excited!"),
        ("claims-a-life", "My sister did the same thing."),
        ("claims-a-life", "I know exactly how you feel."),
        ("diagnosis", "It seems you have depression."),
        ("diagnosis", "You might have ADHD."),
        ("medication", "Could you take 20 mg of it?"),
        ("medication", "Stop taking your meds."),
        ("method", "You could hang yourself."),
        ("endorses-harm", "They deserve it."),
        ("promise", "I promise it gets better."),
        ("promise", "Everything will be fine."),
        ("romance", "I love you."),
        ("blame", "That was your own fault."),
        ("blame", "Get over it."),
        ("contact", "Call 555-123-4567."),
        ("contact", "Look at www.example.net today."),
        ("prompt-leak", "My instructions say so."),
        ("empty", "   "),
    ],
)
def test_each_rule_refuses_what_it_names(rule: str, text: str):
    verdict = GUARD.allows(text)
    assert (verdict.allowed, verdict.rule) == (False, rule)


@pytest.mark.parametrize(
    "text",
    [
        "I'm so sorry. How long was she with you?",
        "I'm glad you told me.",
        "That must have been so hard. Do you have anyone to talk to?",
        "I hope the interview goes well.",
        "I can imagine how quiet the house is.",
        "That's great! What kind of job is it?",
        "Did you have a good time?",
    ],
)
def test_ordinary_warm_replies_pass(text: str):
    assert GUARD.allows(text).allowed


def test_one_bad_sentence_refuses_the_whole_reply():
    assert not GUARD.allows("That sounds hard. I love you. What happened?").allowed


def test_disguised_words_are_refused_too():
    assert not GUARD.allows("You could k1ll yourself.").allowed


def test_a_guard_that_breaks_has_refused():
    class Broken:
        def allows(self, text: str):
            raise RuntimeError(text)

    verdict = checked(Broken(), "private words")
    assert not verdict.allowed
    assert verdict.rule == "guard-failure:RuntimeError"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("I think he is cheating on me.", False),
        ("I'm okay. What's been going on?", False),
        ("I'm just having a hard time myself.", False),
        ("I'm sure she'll be fine.", False),
        ("Tell me about her.", True),
        ("Let me know how it goes.", True),
        ("You don't have to make it smaller for me.", True),
    ],
)
def test_a_reply_never_speaks_as_if_it_were_the_person(text: str, allowed: bool):
    assert RuleGuard().allows(text).allowed is allowed


def test_only_the_contacts_of_its_own_help_lines_may_be_named():
    guard = RuleGuard(known_contacts("Lifeline: 13 11 14 or lifeline.example"))
    assert guard.allows("You could call 13 11 14, or look at lifeline.example.").allowed
    assert guard.allows("You could call 988.").rule == "contact"


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("You can call 116 123 at any hour.", True),
        ("In Australia, 13 11 14 answers.", True),
        ("You could look at samaritans.org/how-we-can-help.", True),
        ("You could look at samaritans.org.example.com.", False),
        ("You could look at samaritans.org@example.com.", False),
        ("Write to someone@samaritans.org.", False),
        ("You can call 116 124 at any hour.", False),
    ],
)
def test_every_line_of_the_directory_may_be_named_and_what_only_looks_like_one_may_not(
    text: str, allowed: bool
):
    assert GUARD.allows(text).allowed is allowed


def test_a_reply_may_quote_bad_manners_but_never_danger():
    assert GUARD.allows('You told him "damn you" and meant it.').allowed
    assert not GUARD.allows('He always said "go and hang yourself" to us.').allowed
