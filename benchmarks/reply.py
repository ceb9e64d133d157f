"""Replies per second and peak memory: Listenwell beside transformers with a DistilGPT2-sized model.

All run here, in turn, in processes of their own, with two threads, on the messages of five short
conversations, none of them twice. Listenwell is measured as people meet it, its writer asked where no
authored question fits, and once more with eight candidates written and weighed for every message. The
other side samples eight candidates of 20 pieces for each message with random weights (its speed does
not depend on them), and neither screens, ranks nor guards.

    make bench
"""

import json
import resource
import subprocess
import sys
import time
from statistics import median

TALKS = (
    (
        "I failed my driving test again and I don't want to tell my dad.",
        "He paid for every single lesson, forty of them.",
        "The examiner hardly looked at me when she said it.",
        "I parked outside our house for an hour before I went in.",
    ),
    (
        "My daughter took her first steps today!",
        "She let go of the sofa and just walked to the dog.",
        "My husband was at work and missed it, so I filmed the second go.",
        "He watched it eleven times on the bus.",
    ),
    (
        "I can't stop thinking about what I said to her.",
        "I called her lazy in front of the whole team, and her mother is ill.",
        "She went quiet and picked up her bag.",
        "What do I even say to her on Monday?",
    ),
    (
        "It has been quiet in the house since he left for university.",
        "I still buy the cereal that only he eats.",
        "We text on Sundays, three lines and a picture of his lunch.",
        "I painted his room last week and cried into the roller.",
    ),
    (
        "They gave the promotion to somebody else.",
        "Nine years, and I trained him myself.",
        "My manager said my time will come, and looked at his phone.",
        "I have started to read adverts on the train home.",
    ),
)


def listenwell() -> list[float]:
    return _spoken(lambda engine, history, text: engine.respond(history, text))


def writing() -> list[float]:
    # Asked for its reasons, it lets the writer write and weighs every candidate.
    return _spoken(lambda engine, history, text: engine.explain(history, text).turn)


def _spoken(answer) -> list[float]:
    from listenwell.bot import build_engine
    from listenwell.core.types import History, Message

    engine, seconds = build_engine(), []
    engine.explain(History(), "It rained all day.")  # loads everything, also the writer
    for talk in TALKS:
        history = History()
        for text in talk:
            turns = []
            seconds.append(timed(lambda: turns.append(answer(engine, history, text))))  # noqa: B023
            history = history.add(turns[0].user, Message("assistant", turns[0].reply.text))
    return seconds


def transformers() -> list[float]:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.set_num_threads(2)
    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config(n_layer=6)).eval()

    def reply(text: str) -> None:
        ids = torch.randint(0, 50_000, (1, len(text.split()) + 4))
        with torch.no_grad():
            model.generate(
                ids, attention_mask=torch.ones_like(ids), do_sample=True, top_p=0.9,
                num_return_sequences=8, max_new_tokens=20, min_new_tokens=20, pad_token_id=50256,
            )  # fmt: skip

    return [timed(lambda text=text: reply(text)) for talk in TALKS for text in talk]


def timed(call) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def measure(name: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, name], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    if len(sys.argv) > 1:
        seconds = globals()[sys.argv[1]]()[1:]  # the first reply warms up
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({
            "median_s": median(seconds),
            "p95_s": sorted(seconds)[int(0.95 * len(seconds))],
            "per_second": len(seconds) / sum(seconds),
            "peak_mib": peak,
        }))  # fmt: skip
        return
    rows = {name: measure(name) for name in ("listenwell", "writing", "transformers")}
    called = {
        "listenwell": "listenwell",
        "writing": "listenwell, eight written each time",
        "transformers": "transformers + torch",
    }
    for name, row in rows.items():
        print(
            f"{called[name]:36} median {row['median_s']:.2f} s · p95 {row['p95_s']:.2f} s · "
            f"{row['per_second']:.2f} replies/s · peak {row['peak_mib']:.0f} MiB"
        )
    theirs = rows.pop("transformers")
    for name, row in rows.items():
        print(
            f"{called[name]}: {row['per_second'] / theirs['per_second']:.1f} times the replies per "
            f"second, {row['peak_mib'] / theirs['peak_mib']:.2f} of the memory"
        )


if __name__ == "__main__":
    main()
