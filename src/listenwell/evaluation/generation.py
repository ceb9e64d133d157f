"""What the engine writes for held-out conversations, beside what people wrote."""

from collections import Counter
from collections.abc import Callable, Sequence

from listenwell.bot import build_engine
from listenwell.core.errors import CorpusError, ListenwellError
from listenwell.core.types import History
from listenwell.corpora.conversation import Conversation
from listenwell.embedded.files import ModelFiles
from listenwell.evaluation.scoring import WORD

FREQUENT = 20

Show = Callable[[int, int], None]


def generation(
    files: ModelFiles, conversations: Sequence[Conversation], seed: int, show: Show
) -> dict[str, float]:
    r"""Answer every listener's turn after the true history, and measure the answers.

    Words are matches of `\w+|[^\w\s]`, lower-cased. `dist_n` is the share of different n-grams
    among all (Li et al. 2016); it falls as more replies are measured, so compare equal numbers.
    `generic_share` is the share of the twenty most frequent replies. BLEU is sacrebleu's, ROUGE-L
    rouge-score's. `authored_share` tells how many came from a person's hand: templates, safety.
    Figures of the human replies stand beside each as `reference_…`.
    """
    engine = build_engine(model=files.folder, seed=seed)
    pairs = [pair for c in conversations for pair in _turns(c)]
    if not pairs:
        raise CorpusError("no conversation holds a listener's reply: nothing to measure.")
    overlap(["x"], ["x"])  # libraries that are missing are told now, not after all is written
    written: list[str] = []
    authored = 0
    for index, (history, said, _) in enumerate(pairs):
        reply = engine.respond(history, said).reply
        authored += reply.generator != "embedded"
        written.append(reply.text)
        show(index + 1, len(pairs))
    references = [reference for _, _, reference in pairs]
    figures = describe(written) | {f"reference_{k}": v for k, v in describe(references).items()}
    return (
        figures
        | overlap(written, references)
        | {
            "authored_share": authored / len(pairs),
            "replies": len(pairs),
        }
    )


def _turns(conversation: Conversation) -> list[tuple[History, str, str]]:
    found: list[tuple[History, str, str]] = []
    history = History()
    for turn in conversation.turns:
        said = history.messages[-1] if history.messages else None
        if turn.role == "assistant" and said and said.role == "user":
            found.append((History(history.messages[:-1]), said.content, turn.content))
        history = history.add(turn.message)
    return found


def describe(texts: Sequence[str]) -> dict[str, float]:
    """Return diversity, genericness and length of replies."""
    split = [WORD.findall(text.lower()) for text in texts]
    frequent = Counter(" ".join(words) for words in split).most_common(FREQUENT)
    return {
        "dist_1": distinct(split, 1),
        "dist_2": distinct(split, 2),
        "generic_share": sum(count for _, count in frequent) / len(texts),
        "mean_words": sum(map(len, split)) / len(texts),
    }


def distinct(split: Sequence[Sequence[str]], n: int) -> float:
    """Return the share of different n-grams among all n-grams."""
    grams = [tuple(words[i : i + n]) for words in split for i in range(len(words) - n + 1)]
    return len(set(grams)) / max(1, len(grams))


def overlap(written: Sequence[str], references: Sequence[str]) -> dict[str, float]:
    """Return BLEU (0 to 100) and the mean ROUGE-L F1 (0 to 1) against the human replies.

    The human row is what it is by definition: a reference agrees with itself.

    Raises:
        ListenwellError: The libraries are not installed.
    """
    try:
        from rouge_score.rouge_scorer import RougeScorer  # noqa: PLC0415
        from sacrebleu import corpus_bleu  # noqa: PLC0415
    except ImportError as error:
        raise ListenwellError(
            f"{error.name} is needed to compare replies: pip install 'listenwell[evaluate]'."
        ) from error
    scorer = RougeScorer(["rougeL"], use_stemmer=False)
    rouge = [
        scorer.score(reference, text)["rougeL"].fmeasure
        for text, reference in zip(written, references, strict=True)
    ]
    return {
        "bleu": float(corpus_bleu(list(written), [list(references)]).score),
        "rouge_l": sum(rouge) / len(rouge),
        "reference_bleu": 100.0,
        "reference_rouge_l": 1.0,
    }
