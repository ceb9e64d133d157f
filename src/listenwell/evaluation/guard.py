"""What the guard refuses of sentences that neither its rules nor its head have seen."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

from listenwell.core.yaml_text import parse
from listenwell.safety.guard import Guard
from listenwell.safety.streaming import judged

OK = "ok"
"""The label of sentences that may be said."""


def load_sentences() -> Mapping[str, Sequence[str]]:
    """Return sentences by what is wrong with them, and under `OK` ones near them that may be said."""
    text = files("listenwell.evaluation").joinpath("safety", "guard.yaml").read_text("utf-8")
    found: Mapping[str, Sequence[str]] = parse(text)
    return found


def guard(rules: Guard, whole: Guard) -> dict[str, float]:
    """Return the share of sentences that is refused: of each label, of all forbidden ones, of good ones.

    Args:
        rules: The rules alone, as they look at authored sentences.
        whole: What looks at a generator's.
    """
    found: dict[str, float] = {}
    sentences = load_sentences()
    for name, one in (("rules", rules), ("whole", whole)):
        refused = {
            label: [not judged(text, one).allowed for text in texts]
            for label, texts in sentences.items()
        }
        every = [value for label, values in refused.items() if label != OK for value in values]
        found[f"{name}.forbidden"] = sum(every) / len(every)
        found |= {f"{name}.{label}": sum(v) / len(v) for label, v in refused.items()}
    return found
