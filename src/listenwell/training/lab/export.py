"""The finished model's folders: whole, and as an adapter; and the way to the hub."""

import os
import shutil
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi
from safetensors import SafetensorError

from listenwell.core.errors import ModelError
from listenwell.generation.chat_text import Tokenizer
from listenwell.generation.hub_models import ADAPTER, load, load_tokenizer
from listenwell.training.lab.gguf_format import write_gguf
from listenwell.training.lab.onnx_format import write_onnx
from listenwell.training.lab.recipe import Recipe

PARTIAL, CARD = ".partial", "README.md"
SAMPLING = {"do_sample": True, "temperature": 0.7, "top_p": 0.9}
_NOT_PUBLISHED = ["training_args.bin", "*.partial"]


def save_whole(source: Path, target: Path, tokenizer: Tokenizer) -> None:
    """Write a folder that `pipeline("text-generation", model=…)` loads, from a saved model."""
    partial = _fresh(target)
    for path in source.iterdir():
        if path.is_file() and path.name != "training_args.bin":
            _link(path, partial / path.name)
    tokenizer.save_pretrained(partial)
    _replace(partial, target)


def save_adapter(source: Path, target: Path, tokenizer: Tokenizer) -> None:
    """Write an adapter's folder; `adapter_config.json` names the model it belongs to."""
    save_whole(source, target, tokenizer)


def save_merged(adapter: Path, target: Path, tokenizer: Tokenizer) -> None:
    """Add an adapter to its base and write both as one model.

    Raises:
        ModelError: The base cannot be had, or the folder cannot be written.
    """
    # The base's own precision: billions of weights stay in 16 bits.
    loaded = load(str(adapter), dtype="auto")
    merged = loaded.model.merge_and_unload()
    set_sampling(merged, tokenizer)
    partial = _fresh(target)
    try:
        merged.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{partial} cannot be written ({error}).") from error
    card = adapter / CARD
    if card.is_file():
        _link(card, partial / CARD)
    _replace(partial, target)


def set_sampling(model: Any, tokenizer: Tokenizer) -> None:
    """Let a model by itself write as freely as it does here, and end and pad as it learned."""
    settings = model.generation_config
    for name, value in SAMPLING.items():
        setattr(settings, name, value)
    settings.pad_token_id = model.config.pad_token_id = tokenizer.pad_token_id
    settings.eos_token_id = settings.eos_token_id or tokenizer.eos_token_id


def write_formats(folder: Path, recipe: Recipe) -> dict[str, str]:
    """Write what else a recipe asks for beside the model's folder; return what became of each."""
    told: dict[str, str] = {}
    for name in recipe.export:
        try:
            told[name] = export_as(name, folder / "model", folder / name)
        except ModelError as error:  # the run itself is finished and whole
            told[name] = f"not written: {error}"
    return told


def export_as(form: str, source: Path, target: Path) -> str:
    """Write a finished model in another form, and say how it compares.

    Args:
        form: "folder" (adapters are merged into their base), "adapter", "onnx" or "gguf".
        source: A finished model's or an adapter's folder.
        target: Where to.

    Raises:
        ModelError: It cannot be written, or not in this form.
    """
    try:
        if form in ("onnx", "gguf"):
            found = {"onnx": write_onnx, "gguf": write_gguf}[form](source, target)
            return f"{found['bytes'] / 1e6:,.1f} MB, cosine {found['cosine']:.4f} to the model"
        is_adapter = (source / ADAPTER).is_file()
        if form == "adapter" and not is_adapter:
            raise ModelError(f"{source}: no adapter; it is a whole model. Use --as folder.")
        _claim(target)
        if form == "folder" and is_adapter:
            save_merged(source, target, load_tokenizer(str(source)))
        else:
            save_whole(source, target, load_tokenizer(str(source)))
    except OSError as error:
        raise ModelError(f"{target}: cannot be written ({error.strerror or error}).") from error
    return "as transformers loads it"


def push(folder: Path, repository: str) -> str:
    """Publish a model's folder with its card, and return its address.

    Raises:
        ModelError: The hub cannot be reached or does not let us.
    """
    try:
        api = HfApi()
        api.create_repo(repository, exist_ok=True)
        done = api.upload_folder(
            repo_id=repository, folder_path=str(folder), ignore_patterns=_NOT_PUBLISHED,
            commit_message="Upload a model with its card",
        )  # fmt: skip
    except Exception as error:  # the hub's client raises many kinds
        raise ModelError(
            f"{repository}: cannot be published ({error}). Log in with `hf auth login`; the folder "
            f"{folder} is whole and can be pushed later with `listenwell export --model {folder} --push {repository}`."
        ) from error
    return str(done)


def _claim(target: Path) -> None:
    if target.is_dir() and any(target.iterdir()):
        raise ModelError(f"{target}: holds files, and stays as it is. Give --out a new folder.")


def _fresh(target: Path) -> Path:
    partial = target.with_name(target.name + PARTIAL)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    return partial


def _replace(partial: Path, target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)


def _link(source: Path, target: Path) -> None:
    """Give a file a second name where the disk can, which costs no space."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
