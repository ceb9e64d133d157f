"""Replies per second and peak memory: Listenwell beside transformers with a DistilGPT2-sized model.

Both run here, in turn, in processes of their own, with two threads and eight sampled candidates for
each message; ours adds replies of the corpus. The other side has random weights (its speed does not depend on
them), draws 20 pieces for each candidate, and neither screens, ranks nor guards.

    make bench
"""

import json
import resource
import subprocess
import sys
import time
from statistics import median

MESSAGES = (
    "I failed my driving test again and I don't want to tell my dad.",
    "My daughter took her first steps today!",
    "I can't stop thinking about what I said to her.",
    "It has been quiet in the house since he left for university.",
    "They gave the promotion to somebody else.",
)
ROUNDS = 4


def listenwell() -> list[float]:
    from listenwell.bot import build_engine
    from listenwell.core.types import History

    engine = build_engine()
    return [timed(lambda text=text: engine.respond(History(), text)) for text in MESSAGES * ROUNDS]


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

    return [timed(lambda text=text: reply(text)) for text in MESSAGES * ROUNDS]


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
    ours, theirs = measure("listenwell"), measure("transformers")
    for name, row in (("listenwell", ours), ("transformers + torch", theirs)):
        print(
            f"{name:22} median {row['median_s']:.2f} s · p95 {row['p95_s']:.2f} s · "
            f"{row['per_second']:.2f} replies/s · peak {row['peak_mib']:.0f} MiB"
        )
    print(
        f"ratio: {ours['per_second'] / theirs['per_second']:.1f} times the replies per second, "
        f"{ours['peak_mib'] / theirs['peak_mib']:.2f} of the memory"
    )


if __name__ == "__main__":
    main()
