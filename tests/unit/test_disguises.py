"""Words that are torn apart, misspelt, or written in other letters, and what only looks so."""

import time

import pytest

from listenwell.safety import slips
from listenwell.safety.normalise import plain


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("w.a.n.t t.o d.i.e", "want to die"),
        ("iwanttodie", "i want to die"),
        ("ich w i l l s t e r b e n", "ich will sterben"),
        ("хо чу у ме реть", "хочу умереть"),
        ("मैं म र ना चा ह ता हूं", "मैं मरना चाहता हूं"),
        ("ا ن ت ح ر", "انتحر"),
        ("我 想 死", "我想死"),
        ("wo bu xiang huo le", "不想活 le"),
        ("wo3 xiang3 si3", "我想死"),
        ("3ayez amoot", "عايز اموت"),
        ("bfakker antaher", "bfakker انتحر"),
        ("ya hochu umeret", "ya хочу умереть"),
        ("I hve decded to tke my lif", "i have decided to take my life"),
        ("gona hangg mysellf", "gonna hang myself"),
        ("im suisidal", "im suicidal"),
        ("no kiero bibir", "no kiero vivir"),
        ("я не хачу жыть", "я не хочу жить"),
        ("i wont to dye", "i want to die"),
        ("ah want tae end masel", "ah want tae end myself"),
    ],
)
def test_what_is_disguised_is_read_as_it_is_meant(written: str, meant: str):
    found = plain(written)
    assert found.text == meant
    assert found.span(0, len(found.text)) == (0, len(written))


@pytest.mark.parametrize(
    "text",
    [
        "i want to. die hard is on",
        "hang my self portrait",
        "wo xiang si ni le",
        "wo xiang huo zai haibian",
        "ya hochu umeret ot smeha",
        "ne hochu zhit v moskve",
        "the kiln, a killer hinge and the bill",
        "felling trees at the bridge",
        "i want to dye my hair",
        "she put a full stop after ok",
    ],
)
def test_what_only_looks_so_is_left_as_it_is(text: str):
    assert plain(text).text == text.replace(",", "")


def test_a_word_that_is_known_is_none_misspelt():
    assert slips.mend("sucidal") == "suicidal"
    assert not [word for word in slips.known() if slips.mend(word) != word]


@pytest.mark.parametrize("unit", ["w a n t t o d i e ", "iwanttodie", "sucide ", "wo xiang si "])
def test_time_grows_with_length_only(unit: str):
    text = (unit * 100_000)[:100_000]
    started = time.perf_counter()
    plain(text)
    # A sanity bound for any machine.
    assert time.perf_counter() - started < 5
