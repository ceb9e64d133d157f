"""The model card: what it is, what it learned from, and how it does beside the untouched base."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import yaml

from listenwell.core.types import Message
from listenwell.corpora.catalogue import describe, short_name
from listenwell.evaluation.openings import openings
from listenwell.generation.hub_models import Loaded
from listenwell.training.lab.comparing import BEFORE_AFTER, FORGETTING, read_json
from listenwell.training.lab.examples import Pair
from listenwell.training.lab.measures import replies
from listenwell.training.lab.recipe import Recipe

SHOWN = 9
"""How many of our own openings the card shows answers to."""
_BETTER = {
    "perplexity_per_token": "lower", "perplexity_per_word": "lower", "bits_per_byte": "lower",
    "bleu": "higher", "rouge_l": "higher", "generic_share": "lower", "guard_refused": "lower",
    "safety_refused": "lower",
    "relevance": "higher",
}  # fmt: skip


def write_card(folder: Path, recipe: Recipe, finished: Loaded) -> None:
    """Write `README.md` into the model's folder, and the adapter's where there is one."""
    figures = read_json(folder / BEFORE_AFTER)
    template = files("listenwell.training.lab").joinpath("card.md").read_text("utf-8")
    told = {
        "front": _front(recipe),
        "name": recipe.name,
        "model": Path(recipe.model).name if Path(recipe.model).is_dir() else recipe.model,
        "method": _method(recipe),
        "corpora": "\n".join(f"- {describe(name)}" for name in _corpora(recipe)),
        "terms": _terms(recipe),
        "data": _data(read_json(folder / "data.json")),
        "table": _table(figures),
        "forgetting": _forgetting(read_json(folder / FORGETTING)),
        "memorisation": _memorisation(figures.get("memorisation", {})),
        "openings": _answers(recipe, finished),
    }
    card = Template(template).substitute(told)
    for name in ("model", "adapter"):
        if (folder / name).is_dir():
            (folder / name / "README.md").write_text(card, encoding="utf-8")


def _corpora(recipe: Recipe) -> list[str]:
    stages = recipe.all_stages()
    return list(dict.fromkeys(name for stage in stages for name in stage.corpora))


def _front(recipe: Recipe) -> str:
    front = {
        "license": "cc-by-nc-4.0" if _bound(recipe) else "other",
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        "tags": ["listenwell", "empathetic-dialogue", recipe.method],
    }
    if not Path(recipe.model).is_dir():
        front["base_model"] = recipe.model
    return str(yaml.safe_dump(front, sort_keys=False)).strip()


def _bound(recipe: Recipe) -> bool:
    return any("non-commercial" in describe(name) for name in _corpora(recipe))


def _terms(recipe: Recipe) -> str:
    if _bound(recipe):
        return (
            "**Trained on a corpus with a non-commercial term: this model may not be offered "
            "commercially.** The terms of the base model apply as well."
        )
    return "The terms of the base model and of each corpus apply."


def _method(recipe: Recipe) -> str:
    said = {
        "full": "every weight",
        "last_layers": f"the last {recipe.last_layers} layers",
        "lora": f"a LoRA adapter of rank {recipe.adapter.rank}",
        "qlora": f"a LoRA adapter of rank {recipe.adapter.rank} on 4-bit weights",
        "dpo": "preferences (DPO) "
        + ("with a LoRA adapter" if recipe.uses_adapter else "on every weight"),
    }
    return said[recipe.method]


def _data(counted: Mapping[str, Any]) -> str:
    words = {
        "examples": "sequences",
        "truncated_turns": "oldest turns left out for length",
        "shortened": "messages that lost their beginning",
        "dropped": "replies left out because they alone were too long",
    }  # fmt: skip
    said = [f"{counted[key]:,} {text}" for key, text in words.items() if key in counted]
    return ", ".join(said) + "." if said else ""


def _table(figures: Mapping[str, Mapping[str, float]]) -> str:
    before, after = figures.get("before", {}), figures.get("after", {})
    rows = ["| measure | better is | untouched base | this model | human replies |",
            "|---|---|---|---|---|"]  # fmt: skip
    for name, value in after.items():
        if name.startswith("reference_") or name == "replies":
            continue
        human = after.get(f"reference_{name}")
        rows.append(
            f"| {name.replace('_', ' ')} | {_BETTER.get(name, '')} | {before.get(name, 0):.4g} | "
            f"{value:.4g} | {'' if human is None else format(human, '.4g')} |"
        )
    return "\n".join(rows)


def _forgetting(found: Mapping[str, Any]) -> str:
    if not found:
        return ""
    rows = found["rows"]
    names = list(rows[0]["perplexity"])
    titles = " | ".join(short_name(name) for name in names)
    lines = ["## What is forgotten", "",
             "Held-out perplexity per token of each corpus, after each stage:", "",
             f"| after | {titles} |", "|---" * (len(names) + 1) + "|"]  # fmt: skip
    for row in rows:
        cells = " | ".join(f"{row['perplexity'][name]:.2f}" for name in names)
        lines.append(f"| {row['after']} | {cells} |")
    return "\n".join(lines)


def _memorisation(found: Mapping[str, Any]) -> str:
    if not found:
        return "Not checked."
    return (
        f"Perplexity {found['train_perplexity']:.2f} on training rows and "
        f"{found['held_out_perplexity']:.2f} on held-out ones; ROUGE-L {found['train_rouge_l']:.3f} "
        f"and {found['held_out_rouge_l']:.3f}: {found['verdict']}. Figures of training rows are "
        "never results."
    )


def _answers(recipe: Recipe, finished: Loaded) -> str:
    every = openings()
    some = every[:: max(1, len(every) // SHOWN)][:SHOWN]
    pairs = [Pair((Message("user", text),), "") for _, text in some]
    written = replies(finished, pairs, recipe.evaluation.max_new_tokens, recipe.seed)
    rows = ["| they write | it answers, unguarded |", "|---|---|"]
    for item in written:
        reply = item.reply.replace("|", "\\|")
        rows.append(f"| {item.pair.messages[0].content} | {reply} |")
    return "\n".join(rows)
