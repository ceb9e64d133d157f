"""A model folder is used whole and unchanged, or not at all; what is wrong is named."""

import json
import shutil
from pathlib import Path

import pytest

from listenwell.core.errors import ListenwellError, ModelError
from listenwell.embedded.bank import read_bank
from listenwell.embedded.encoder import EncoderModel
from listenwell.embedded.files import (
    BANK,
    ENCODER,
    ENCODER_TOKENIZER,
    FILES,
    HEADS,
    MANIFEST,
    PACKAGED,
    WRITER,
    WRITER_TOKENIZER,
    find_files,
    write_manifest,
)
from listenwell.embedded.models import EmbeddedModels, load_models
from listenwell.embedded.writer import WriterModel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the packaged model; hard links where they can be had, so that it costs nothing."""
    found = tmp_path / "model"
    found.mkdir()
    for name in (MANIFEST, *FILES):
        try:
            (found / name).hardlink_to(PACKAGED / name)
        except OSError:
            shutil.copy(PACKAGED / name, found)
    return found


def spoil(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_a_whole_folder_is_accepted_and_told_apart_by_its_digest(folder: Path):
    files = find_files(folder)
    assert files.name == find_files().name
    assert files.digest == find_files().digest
    assert files.path(WRITER) == folder / WRITER


def test_another_encoder_makes_another_digest(folder: Path):
    before = find_files(folder).digest
    spoil(folder / ENCODER, b"another encoder")
    (folder / MANIFEST).unlink()  # it may be a link to the shipped one
    write_manifest(folder, "another")
    assert find_files(folder).digest != before


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", ["missing", "truncated", "empty", "one-bit"])
def test_a_damaged_file_is_told_by_name_with_the_way_to_mend_it(
    folder: Path, file: str, damage: str
):
    content = (folder / file).read_bytes()
    (folder / file).unlink()
    match damage:
        case "truncated":
            (folder / file).write_bytes(content[: len(content) // 2])
        case "empty":
            (folder / file).touch()
        case "one-bit":
            (folder / file).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(ModelError, match=rf"{file}.*Reinstall") as caught:
        find_files(folder)
    assert str(folder) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"{", MANIFEST),
        (b"\xff", MANIFEST),
        (b"[]", MANIFEST),
        (b'{"name": "x"}', "sha256"),
        (b'{"name": "x", "sha256": {}}', WRITER),
    ],
)
def test_a_damaged_manifest_is_told(folder: Path, content: bytes, named: str):
    spoil(folder / MANIFEST, content)
    with pytest.raises(ModelError, match=named):
        find_files(folder)


def test_a_folder_without_a_model_or_that_is_not_there_is_told(tmp_path: Path):
    for where in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ModelError, match="no embedded model here"):
            find_files(where)


@pytest.mark.parametrize(
    ("file", "load"),
    [
        (WRITER, WriterModel),
        (WRITER_TOKENIZER, WriterModel),
        (ENCODER, EncoderModel),
        (ENCODER_TOKENIZER, EncoderModel),
        (HEADS, EncoderModel),
        (BANK, read_bank),
    ],
)
def test_a_file_that_was_shipped_damaged_is_told_when_it_is_loaded(folder: Path, file: str, load):
    """Checksums that agree prove only that nothing changed since they were written."""
    spoil(folder / file, (folder / file).read_bytes()[:5000])
    (folder / MANIFEST).unlink()
    write_manifest(folder, "shipped-damaged")
    with pytest.raises(ModelError, match=file):
        load(find_files(folder))


def test_the_manifest_keeps_name_checksums_and_whatever_else_belongs_to_a_model(folder: Path):
    (folder / MANIFEST).unlink()
    write_manifest(folder, "mine", shapes={"writer": {"layers": 2}})
    written = json.loads((folder / MANIFEST).read_text("utf-8"))
    assert written["name"] == find_files(folder).name == "mine"
    assert written["shapes"] == {"writer": {"layers": 2}}
    assert written["sha256"].keys() == set(FILES)


def test_models_are_loaded_once_and_only_when_they_are_needed(folder: Path):
    spoil(folder / BANK, b"rubbish")
    (folder / MANIFEST).unlink()
    write_manifest(folder, "no bank")
    models = EmbeddedModels(find_files(folder))
    assert models.encoder is models.encoder
    with pytest.raises(ListenwellError, match=BANK):
        _ = models.bank
    assert load_models(find_files()) is load_models(find_files())


def test_models_that_are_loaded_ahead_are_the_ones_that_are_used():
    models = EmbeddedModels(find_files())
    models.load_ahead()
    assert models.writer is models.writer
    assert models.encoder is models.encoder


def test_a_model_that_breaks_while_it_is_loaded_ahead_is_told_of_when_it_is_needed(folder: Path):
    spoil(folder / WRITER, b"rubbish")
    (folder / MANIFEST).unlink()
    write_manifest(folder, "no writer")
    models = EmbeddedModels(find_files(folder))
    models.load_ahead()
    with pytest.raises(ListenwellError, match=WRITER):
        _ = models.writer
