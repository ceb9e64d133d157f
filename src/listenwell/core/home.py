"""Where state lives: fetched corpora, models, conversations that a person agreed to keep."""

import os
from pathlib import Path

from platformdirs import user_data_dir


def home() -> Path:
    """Return `LISTENWELL_HOME`, or the platform's folder for user data; it may not exist yet."""
    chosen = os.environ.get("LISTENWELL_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(user_data_dir("listenwell", appauthor=False))
