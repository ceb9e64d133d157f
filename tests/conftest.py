"""What every test gets: a home of its own, and the packaged models loaded once."""

from pathlib import Path

import pytest

from listenwell.bot import build_engine
from listenwell.dialogue.engine import Engine
from listenwell.embedded.files import find_files
from listenwell.embedded.models import EmbeddedModels, load_models


@pytest.fixture(autouse=True)
def private_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    monkeypatch.setenv("LISTENWELL_HOME", str(home))
    monkeypatch.delenv("LISTENWELL_DATA", raising=False)
    monkeypatch.delenv("LISTENWELL_COUNTRY", raising=False)
    monkeypatch.delenv("LISTENWELL_GENERATOR", raising=False)
    return home


@pytest.fixture(scope="session")
def models() -> EmbeddedModels:
    return load_models(find_files())


@pytest.fixture(scope="session")
def real_engine() -> Engine:
    return build_engine()
