import hashlib
import io
import json
import tarfile
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from listenwell.core.errors import CorpusError
from listenwell.corpora.catalogue import load_corpus
from listenwell.corpora.corpus import CORPORA, Source
from listenwell.corpora.download import LOCK, fetch, read_lock

HEADER = "conv_id,utterance_idx,context,prompt,speaker_idx,utterance,selfeval,tags\n"
TALK = HEADER + "c,1,proud,s,1,I won_comma_ yes,,\nc,2,proud,s,2,Great,,\n"
ESCONV = json.dumps([{
    "dialog": [
        {"speaker": "seeker", "annotation": {}, "content": "I am low"},
        {"speaker": "supporter", "annotation": {"strategy": "Question"}, "content": "Why?"},
    ],
}]).encode()  # fmt: skip


def packed(members, mode="w:gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            if content is None:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


RELEASE = packed(
    {f"empatheticdialogues/{n}.csv": TALK.encode() for n in ("train", "valid", "test")}
)


class Site:
    """A public home on this machine: what it serves, and what it was asked for."""

    def __init__(self):
        self.pages = {}
        self.stated_length = {}
        self.asked = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append(self.path)
                body = site.pages.get(self.path)
                self.send_response(200 if body is not None else 404)
                body = body or b""
                length = site.stated_length.get(self.path, len(body))
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def url(self, path):
        return f"http://127.0.0.1:{self.server.server_port}{path}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("LISTENWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("LISTENWELL_DATA", raising=False)
    return tmp_path / "home"


@pytest.fixture
def esconv(site):
    site.pages["/ESConv.json"] = ESCONV
    return replace(CORPORA["esconv"], sources=(Source(site.url("/ESConv.json"), "ESConv.json"),))


@pytest.fixture
def archive(site):
    site.pages["/ed.tar.gz"] = RELEASE
    known = CORPORA["empathetic_dialogues"]
    digest = hashlib.sha256(RELEASE).hexdigest()
    source = replace(known.sources[0], url=site.url("/ed.tar.gz"), sha256=digest)
    return replace(known, sources=(source,))


def kept(home):
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


def test_a_fetched_archive_is_unpacked_and_can_be_loaded(archive, home):
    fetched = fetch(archive)

    assert [path.name for path in fetched.files] == ["test.csv", "train.csv", "valid.csv"]
    splits = [loaded.conversations[0].split for loaded in load_corpus("EmpatheticDialogues")]
    assert splits == ["train", "valid", "test"]
    assert not list(home.rglob("*.tar.gz"))


def test_a_fetched_file_can_be_loaded(esconv):
    fetch(esconv)

    assert load_corpus("esconv")[0].conversations[0].turns[1].strategy == "Question"


def test_a_second_fetch_downloads_nothing(esconv, site):
    first, second = fetch(esconv), fetch(esconv)

    assert (first.already_here, second.already_here) == (False, True)
    assert site.asked == ["/ESConv.json"]


def test_a_damaged_copy_is_fetched_again(esconv):
    path = fetch(esconv).files[0]
    path.write_text("[")

    assert not fetch(esconv).already_here
    assert path.read_bytes() == ESCONV


def test_the_first_digest_is_kept_beside_the_data(esconv):
    folder = fetch(esconv).folder

    assert read_lock(folder).sources == {esconv.sources[0].url: hashlib.sha256(ESCONV).hexdigest()}


def test_a_file_that_changed_at_its_home_is_refused_until_it_is_accepted(esconv, site):
    path = fetch(esconv).files[0]
    path.unlink()
    site.pages["/ESConv.json"] = ESCONV + b"\n"

    with pytest.raises(CorpusError, match=r"was \w{64} when it was fetched before.*--force"):
        fetch(esconv)
    assert not path.exists()
    fetch(esconv, force=True)
    assert path.read_bytes() == ESCONV + b"\n"


@pytest.mark.parametrize("force", [False, True])
def test_a_file_without_the_published_digest_is_never_kept(archive, site, home, force):
    site.pages["/ed.tar.gz"] = RELEASE + b"x"

    with pytest.raises(CorpusError, match="as published"):
        fetch(archive, force=force)
    assert kept(home) == []


def test_a_download_that_breaks_off_leaves_the_old_copy_as_it_was(esconv, site, home):
    fetch(esconv)
    before = kept(home)
    site.stated_length["/ESConv.json"] = len(ESCONV) + 10

    with pytest.raises(CorpusError, match=r"broke off after [\d,]+ of"):
        fetch(esconv, force=True)
    assert kept(home) == before
    assert (home / "data" / "esconv" / "ESConv.json").read_bytes() == ESCONV


def test_ctrl_c_leaves_nothing_half_written(archive, home):
    def interrupt(_name, received, _total):
        if received:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(archive, interrupt)
    assert list((home / "data").iterdir()) == []


def test_a_failed_replacement_puts_the_old_copy_back(esconv, home, monkeypatch):
    fetch(esconv)
    from listenwell.corpora import download

    replacing = download.os.replace

    def fail_for_new(source, target):
        if str(source).endswith("new"):
            raise OSError(28, "No space left on device")
        replacing(source, target)

    monkeypatch.setattr(download.os, "replace", fail_for_new)
    with pytest.raises(CorpusError, match="No space left"):
        fetch(esconv, force=True)
    assert kept(home) == ["data/esconv/ESConv.json", f"data/esconv/{LOCK}"]


def test_progress_is_reported_up_to_the_stated_length(esconv):
    seen = []
    fetch(esconv, lambda *step: seen.append(step))

    assert seen[0] == ("ESConv.json", 0, len(ESCONV))
    assert seen[-1] == ("ESConv.json", len(ESCONV), len(ESCONV))


def test_with_no_network_the_error_names_the_way_round(esconv, home):
    unheard = Source("http://127.0.0.1:9/nobody-listens", "x")

    with pytest.raises(CorpusError, match=r"cannot fetch http://.*--data-dir or LISTENWELL_DATA"):
        fetch(replace(esconv, sources=(unheard,)))
    assert kept(home) == []


def test_a_page_that_is_gone_is_told_by_its_status(esconv, site):
    site.pages.clear()

    with pytest.raises(CorpusError, match="HTTP 404"):
        fetch(esconv)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_only_web_addresses_are_fetched(esconv, url):
    with pytest.raises(CorpusError, match="not an http or https address"):
        fetch(replace(esconv, sources=(Source(url, "x"),)))


def test_an_endless_download_is_given_up(esconv, monkeypatch):
    monkeypatch.setattr("listenwell.corpora.download.MAX_BYTES", 10)

    with pytest.raises(CorpusError, match="given up"):
        fetch(esconv)


def test_a_home_that_cannot_be_written_is_told_with_the_setting_that_helps(esconv, home):
    home.write_text("a file, not a folder")

    with pytest.raises(CorpusError, match="LISTENWELL_HOME"):
        fetch(esconv)


def test_a_damaged_lock_file_is_told_and_forgotten_by_force(esconv):
    folder = fetch(esconv).folder
    (folder / LOCK).write_text("[]")

    with pytest.raises(CorpusError, match="Delete it"):
        fetch(esconv)
    assert not fetch(esconv, force=True).already_here


def test_a_corpus_without_a_public_home_says_where_to_put_it(esconv):
    with pytest.raises(CorpusError, match="not fetched from anywhere"):
        fetch(replace(esconv, sources=()))


TRAIN = {"empatheticdialogues/train.csv": b"x"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(packed(TRAIN | {"../../evil": b"x"}), "leads out", id="parent"),
        pytest.param(packed(TRAIN | {"/etc/evil": b"x"}), "leads out", id="absolute"),
        pytest.param(packed(TRAIN | {"a\\..\\..\\evil": b"x"}), "leads out", id="backslash"),
        pytest.param(packed(TRAIN | {"C:/evil": b"x"}), "leads out", id="drive"),
        pytest.param(packed({"empatheticdialogues/train.csv": None}), "not a file", id="link"),
        pytest.param(packed(TRAIN), "valid.csv is not a file", id="missing member"),
        pytest.param(RELEASE[: len(RELEASE) // 2], "damaged or cut off", id="cut off"),
        pytest.param(b"<html>moved</html>", "damaged or cut off", id="no archive"),
    ],
)
def test_an_archive_that_cannot_be_trusted_is_refused_whole(archive, site, home, content, message):
    site.pages["/ed.tar.gz"] = content
    source = replace(archive.sources[0], sha256=None)

    with pytest.raises(CorpusError, match=message):
        fetch(replace(archive, sources=(source,)))
    assert kept(home) == []
    assert list((home / "data").iterdir()) == []
