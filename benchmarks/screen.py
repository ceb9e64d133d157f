"""How long the screen takes: an ordinary message, hostile lengths, and the first message of a run.

python benchmarks/screen.py
"""

import subprocess
import sys
import time
from statistics import median

from listenwell.core.types import History, Message
from listenwell.safety.learned import LearnedJudge
from listenwell.safety.screen import RuleScreen

MESSAGES = (
    "I failed my driving test again and I don't want to tell my dad.",
    "everyone would be better off without me",
    "My daughter took her first steps today!",
    "i cut again last night and i hate it",
    "no puedo dormir, sigo pensando en la entrevista de mañana",
)
HOSTILE = {
    "grave words": "kill myself i want to die ",
    "leet": "k1ll mys3lf ",
    "single letters": "a ",
    "emoji": "💊",
    "one letter": "a",
    "no letters": "@!$|",
    "accents": "é",
}
FIRST = """
import time, listenwell.safety.screen as s
from listenwell.core.types import History, Message
t = time.perf_counter()
s.RuleScreen().assess(History((Message("user", "my boss yelled at me and I cried at work"),)))
print((time.perf_counter() - t) * 1000)
"""


def milliseconds(call, times: int) -> float:
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return median(seconds) * 1000


def ordinary(screen: RuleScreen, text: str) -> float:
    screen.assess_text(text)
    # A new ending each time, so that nothing is remembered from the time before.
    texts = [f"{text} {number}" for number in range(9)]
    return median(milliseconds(lambda one=one: screen.assess_text(one), 1) for one in texts)


def main() -> None:
    rules, whole = RuleScreen(), RuleScreen(LearnedJudge())
    for name, screen in (("rules", rules), ("rules and learned part", whole)):
        times = [ordinary(screen, text) for text in MESSAGES]
        print(f"{name:24} ordinary message {median(times):6.2f} ms, slowest {max(times):6.2f} ms")
    for name, unit in HOSTILE.items():
        text = (unit * 100_000)[:100_000]
        spent = milliseconds(lambda text=text: whole.assess_text(text), 3)
        print(f"100 kB of {name:15} {spent:6.1f} ms")
    talk = tuple(Message(role, text) for text in MESSAGES * 4 for role in ("user", "assistant"))
    print(
        f"talk of {len(talk)} turns, again {milliseconds(lambda: whole.assess(History(talk)), 5):6.2f} ms"
    )
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    print(f"first message of a run, rules only {float(done.stdout):6.1f} ms")


if __name__ == "__main__":
    main()
