"""The local store: sealed, shared by processes, hard to break, and empty when it is emptied."""

import os
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from listenwell.core.errors import StorageError
from listenwell.storage import keys
from listenwell.storage.entries import Entry, Kind
from listenwell.storage.store import (
    FILE,
    KEY_FILE,
    MEMORY_ON,
    Store,
    delete_everything,
    exists,
    is_on,
    needs_passphrase,
)

SECRET = "the blue door on Harbour Street"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept here"


@pytest.fixture(autouse=True)
def quick_scrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "SCRYPT", {"n": 2**10, "r": 8, "p": 1})


def keep(folder: Path, *texts: str, passphrase: str | None = None) -> list[Entry]:
    entries = [Entry.now(Kind.JOURNAL, text) for text in texts]
    with Store.open(folder, passphrase) as store:
        for entry in entries:
            store.add(entry)
    return entries


def texts(folder: Path, passphrase: str | None = None) -> list[str]:
    with Store.open(folder, passphrase) as store:
        return [entry.text for entry in store.entries(Kind.JOURNAL)]


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


def test_entries_come_back_by_kind_and_age(folder: Path):
    keep(folder, "first", "second ✓ ñ")
    with Store.open(folder) as store:
        store.add(Entry.now(Kind.MOOD, "", 7))
        assert [entry.score for entry in store.entries(Kind.MOOD)] == [7]
        assert [entry.text for entry in store.entries(Kind.JOURNAL)] == ["first", "second ✓ ñ"]


@pytest.mark.parametrize("passphrase", [None, "three quiet rivers"])
def test_no_word_and_no_kind_is_readable_in_any_file(folder: Path, passphrase: str | None):
    keep(folder, SECRET, passphrase=passphrase)
    raw = bytes_of(folder)
    for word in (SECRET, "Harbour", "journal", "three quiet"):
        assert word.encode() not in raw
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_same_words_look_different_each_time(folder: Path):
    keep(folder, SECRET, SECRET)
    with sqlite3.connect(folder / FILE) as raw:
        (one,), (two,) = raw.execute("SELECT sealed FROM entries").fetchall()
    raw.close()
    assert one != two


def sealed_in(folder: Path) -> dict[str, bytes]:
    raw = sqlite3.connect(folder / FILE)
    found = dict(raw.execute("SELECT name, sealed FROM entries").fetchall())
    raw.close()
    return found


@pytest.mark.parametrize("length", [20, 20_000])
def test_deleted_is_gone_from_every_byte_of_every_file(folder: Path, length: int):
    gone, stays = keep(folder, "x" * length, "y" * 300)
    sealed = sealed_in(folder)
    piece = sealed[gone.name][:60]
    assert piece in bytes_of(folder)
    with Store.open(folder) as store:
        store.delete(gone)
        # Looked at while the store is still open, too: nothing is left for later.
        assert piece not in bytes_of(folder)
    raw = bytes_of(folder)
    assert gone.name.encode() not in raw
    assert sealed[stays.name][:60] in raw
    assert texts(folder) == ["y" * 300]


def test_what_was_edited_away_is_gone_too(folder: Path):
    (entry,) = keep(folder, "z" * 500)
    piece = sealed_in(folder)[entry.name][:60]
    with Store.open(folder) as store:
        store.rewrite(entry, "short")
    assert piece not in bytes_of(folder)
    assert texts(folder) == ["short"]


def test_deleting_works_while_another_process_reads(folder: Path):
    (entry,) = keep(folder, "w" * 5000)
    piece = sealed_in(folder)[entry.name][:60]
    with Store.open(folder) as store, Store.open(folder) as other:
        store._connection.execute("PRAGMA busy_timeout = 50")
        store.delete(entry)
        assert piece not in bytes_of(folder)
        assert other.entries(Kind.JOURNAL) == ()


def test_everything_goes_with_its_key(folder: Path):
    keep(folder, SECRET)
    assert delete_everything(folder)
    assert list(folder.iterdir()) == []
    assert not exists(folder)
    assert not delete_everything(folder)


def test_a_passphrase_is_asked_for_and_a_wrong_one_opens_nothing(folder: Path):
    keep(folder, SECRET, passphrase="three quiet rivers")
    assert needs_passphrase(folder)
    assert not (folder / KEY_FILE).exists()
    assert texts(folder, "three quiet rivers") == [SECRET]
    with pytest.raises(StorageError, match="locked with your passphrase"):
        Store.open(folder)
    with pytest.raises(StorageError, match="does not open what you kept"):
        Store.open(folder, "three quiet river")


def test_the_lock_can_be_changed_and_the_old_one_is_gone(folder: Path):
    keep(folder, SECRET)
    key = (folder / KEY_FILE).read_bytes()
    with Store.open(folder) as store:
        store.relock("three quiet rivers")
    assert not (folder / KEY_FILE).exists()
    (folder / KEY_FILE).write_bytes(key)  # an old copy of the key opens the new lock no more
    with pytest.raises(StorageError, match="passphrase"):
        Store.open(folder)
    with Store.open(folder, "three quiet rivers") as store:
        store.relock(None)
    assert texts(folder) == [SECRET]


def test_a_lost_or_wrong_key_file_is_said_plainly_and_nothing_is_changed(folder: Path):
    keep(folder, SECRET)
    before = (folder / FILE).read_bytes()
    key = (folder / KEY_FILE).read_bytes()
    (folder / KEY_FILE).unlink()
    with pytest.raises(StorageError, match="is missing"):
        Store.open(folder)
    (folder / KEY_FILE).write_text("ab" * 32)
    with pytest.raises(StorageError, match="is not the key"):
        Store.open(folder)
    (folder / KEY_FILE).write_text("not hex")
    with pytest.raises(StorageError, match="cannot be read as a key"):
        Store.open(folder)
    (folder / KEY_FILE).write_bytes(key)
    assert (folder / FILE).read_bytes() == before
    assert texts(folder) == [SECRET]


@pytest.mark.parametrize("left", [0, 10, 4096, 9000])
def test_a_cut_file_is_an_error_and_is_left_as_it_is(folder: Path, left: int):
    keep(folder, *["some words " * 200] * 8)
    whole = (folder / FILE).read_bytes()
    assert len(whole) > 9000
    (folder / FILE).write_bytes(whole[:left])
    with pytest.raises(StorageError, match=r"left as it is|is damaged"):
        Store.open(folder)
    assert (folder / FILE).read_bytes() == whole[:left]


@pytest.mark.parametrize("content", [b"hello, I am a text\n" * 400, None])
def test_a_foreign_file_is_never_touched(folder: Path, content: bytes | None):
    folder.mkdir()
    if content is None:
        other = sqlite3.connect(folder / FILE)
        other.execute("CREATE TABLE somebody_elses (x)")
        other.close()
    else:
        (folder / FILE).write_bytes(content)
    before = (folder / FILE).read_bytes()
    with pytest.raises(StorageError, match=r"not a file of Listenwell's|damaged"):
        Store.open(folder)
    with pytest.raises(StorageError):
        is_on(folder, MEMORY_ON)
    assert (folder / FILE).read_bytes() == before


def test_a_newer_format_is_refused(folder: Path):
    keep(folder, SECRET)
    raw = sqlite3.connect(folder / FILE)
    raw.execute("PRAGMA user_version = 99")
    raw.close()
    with pytest.raises(StorageError, match="newer Listenwell"):
        Store.open(folder)


def test_changed_or_swapped_entries_are_noticed(folder: Path):
    one, two = keep(folder, "one", "two")
    sealed = sealed_in(folder)
    raw = sqlite3.connect(folder / FILE, isolation_level=None)
    for name, other in ((one.name, two.name), (two.name, one.name)):
        raw.execute("UPDATE entries SET sealed = ? WHERE name = ?", (sealed[other], name))
    raw.close()
    with pytest.raises(StorageError, match="changed from outside"):
        texts(folder)


def test_a_full_disk_keeps_what_was_there_and_deleting_still_works(folder: Path):
    (first,) = keep(folder, "first")
    with Store.open(folder) as store:
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()
        with pytest.raises(StorageError, match="disk is full"):
            store.add(Entry.now(Kind.JOURNAL, "much " * 20_000))
        assert [entry.text for entry in store.entries(Kind.JOURNAL)] == ["first"]
        store.delete(first)
    assert texts(folder) == []


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(StorageError, match="cannot be written"):
        Store.open(blocked / "home")


WRITER = """
import sys
from pathlib import Path
from listenwell.storage.store import Store
from listenwell.storage.entries import Entry, Kind
for number in range(15):
    with Store.open(Path(sys.argv[1])) as store:
        store.add(Entry.now(Kind.JOURNAL, f"{sys.argv[2]}{number}"))
"""


def test_two_processes_make_and_fill_one_store(folder: Path):
    # Both begin with nothing there, so that they race for the making of it as well.
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder), name], env=os.environ)
        for name in "ab"
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert sorted(texts(folder)) == sorted(f"{name}{n}" for name in "ab" for n in range(15))
    assert sorted(file.name for file in folder.iterdir()) == sorted([FILE, KEY_FILE])


def test_a_writer_that_never_ends_is_said_and_not_waited_for_forever(folder: Path):
    keep(folder, "first")
    with Store.open(folder) as one, Store.open(folder) as two:
        two._connection.execute("PRAGMA busy_timeout = 50")
        one._connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="another Listenwell"):
            two.add(Entry.now(Kind.JOURNAL, "second"))
        one._connection.execute("ROLLBACK")
    assert texts(folder) == ["first"]


def test_settings_are_off_until_switched_on_and_readable_without_the_key(folder: Path):
    assert not is_on(folder, MEMORY_ON)
    assert not exists(folder)  # asking makes nothing
    with Store.open(folder, "three quiet rivers") as store:
        assert not store.setting(MEMORY_ON)
        store.switch(MEMORY_ON, on=True)
    assert is_on(folder, MEMORY_ON)


def test_an_entry_is_the_same_after_packing():
    entry = Entry.now(Kind.MOOD, "a note", 3)
    assert Entry.unpacked(entry.name, entry.packed()) == entry
    assert Entry.unpacked("n", replace(entry, score=None).packed()).score is None
