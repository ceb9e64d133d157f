"""Hindi by itself: signs to an exercise in both scripts, and the exercises gone through."""

import pytest

from fakes import answers, engine
from listenwell.core.spelling import spaced
from listenwell.dialogue.tongues.hearing import moment_of
from listenwell.dialogue.tongues.tongue import tongue_of

HINDI = tongue_of("hi")
BOT = engine()
WISHES = {
    "box-breathing": ("साँस का अभ्यास करना है", "saans ki exercise karna hai"),
    "grounding": ("5-4-3-2-1 का अभ्यास करते हैं", "5-4-3-2-1 exercise batao"),
    "self-compassion-break": ("अपने लिए नरमी वाला अभ्यास करें", "naram pal wali exercise karni hai"),
    "4-7-8-breathing": ("4-7-8 का अभ्यास करना है", "4-7-8 exercise karte hain"),
    "gratitude": ("अच्छी बातों का अभ्यास", "acchi baaton ki exercise batao"),
    "muscle-relaxation": ("मांसपेशियों वाला अभ्यास करें", "badan dheela karne ki exercise"),
    "sleep-wind-down": ("सोने से पहले का कोई अभ्यास?", "sone mein madad karo"),
    "small-activity": ("एक छोटा काम ढूँढने का अभ्यास", "chhota kaam wala koi exercise"),
    "small-next-step": ("अगला क़दम ढूँढने का अभ्यास", "agla kadam wali exercise batao"),
    "thought-record": ("एक ख़याल को देखने का अभ्यास", "khayal ko dekhne ki exercise"),
    "worry-time": ("चिंता का समय, यह अभ्यास करना है", "chinta ka samay wali exercise"),
}


@pytest.mark.parametrize("name", WISHES)
@pytest.mark.parametrize(
    ("code", "first"), [("hi", "नमस्ते"), ("hi-Latn", "mera mann bhari hai yaar")]
)
def test_each_exercise_is_begun_by_its_name_and_gone_through(name: str, code: str, first: str):
    wish = WISHES[name][code == "hi-Latn"]
    chosen = next(e for e in tongue_of(code).exercises if e.name == name)
    ready = ("theek" if code == "hi-Latn" else "ठीक",) * (len(chosen.steps) - 1)
    assert answers(BOT, first, wish, *ready)[1:] == list(chosen.steps)


def test_answers_go_on_and_a_stop_is_a_stop_until_it_is_taken_up_again():
    steps = next(e.steps for e in HINDI.exercises if e.name == "small-activity")
    said = answers(BOT,
        "नमस्ते", WISHES["small-activity"][0], "बस एक गाना सुना, मन हल्का हुआ", "फिर से गिटार बजाना",
        "समझ नहीं आया", "बंद खिड़की खोलना", "बस", "मेरी बहन का फ़ोन आया था", "अभ्यास पर लौटते हैं",
    )  # fmt: skip
    assert said[1:4] == list(steps[:3])
    assert said[4].endswith(steps[2])
    assert said[5] == steps[3]
    assert said[6] in HINDI.around["stopped"]
    assert said[8].endswith(steps[3])


@pytest.mark.parametrize("dizzy", ["चक्कर आ रहा है", "सिर घूम रहा है", "मुझे चक्कर सा आ रहा है"])
def test_a_round_of_breathing_goes_on_and_a_turning_head_stops_it(dizzy: str):
    steps = HINDI.exercises[0].steps
    said = answers(BOT, "नमस्ते", WISHES["box-breathing"][0], "ठीक", "एक चक्कर हो गया", dizzy)
    assert said[3] == steps[2]
    assert said[4] in HINDI.around["stopped"]


@pytest.mark.parametrize(
    ("sign", "meant", "not_meant"),
    [
        ("yes", ("हाँ, नींद नहीं आती", "क्यों नहीं", "करके देखते हैं", "ho gaya", "haan chalo"),
         ("जी नहीं", "ठीक नहीं लग रहा", "सिर में दर्द हो गया", "nahi", "हाँ पर अभी मन नहीं")),
        ("no", ("मन नहीं है", "रहने दीजिए", "अभी नहीं", "nahi yaar", "baad mein"),
         ("हाँ, नींद नहीं हो रही", "क्यों नहीं", "करते हैं ना", "haan neend nahi aati")),
        ("stop", ("रुकिए", "अब बस", "मुझसे नहीं हो पा रहा", "साँस नहीं आ रही", "band karo", "अब और नहीं"),
         ("बस एक गाना", "नौकरी छोड़ दी", "काफ़ी लोग थे", "तीन चक्कर हो गए", "मैं किसी काम का नहीं")),
        ("again", ("दोबारा बताओ", "समझ नहीं आया", "phir se"), ("फिर से वही झगड़ा", "समझ नहीं आता घर वालों का")),
        ("resume", ("चलो आगे बढ़ें", "हम कहाँ थे", "jaari rakhte hain"), ("आगे बढ़ना मुश्किल है",)),
        ("wish", ("नींद नहीं आती, कोई अभ्यास है?", "मुझे शांत होना है", "koi exercise hai?"),
         ("कोई अभ्यास नहीं चाहिए", "मैं रोज़ अभ्यास करता हूँ", "saans nahi aa rahi", "साँस लेने में तकलीफ़ है")),
    ],
)  # fmt: skip
def test_a_sign_is_told_from_an_answer(
    sign: str, meant: tuple[str, ...], not_meant: tuple[str, ...]
):
    pattern = HINDI.signs[sign]
    assert [text for text in meant if not pattern.search(spaced(text))] == []
    assert [text for text in not_meant if pattern.search(spaced(text))] == []


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("आप किसी काम के नहीं", "bot_anger"), ("मैं किसी काम का नहीं", ""),
        ("आपसे बात करने का कोई फ़ायदा नहीं", "bot_anger"), ("पढ़ाई का कोई फ़ायदा नहीं", ""),
        ("बस मन हल्का करना है", "just_listen"), ("टहलने से मन हल्का हुआ", ""),
    ],
)  # fmt: skip
def test_what_is_said_of_oneself_is_not_said_of_the_program(text: str, moment: str):
    assert moment_of(text, HINDI) == moment
