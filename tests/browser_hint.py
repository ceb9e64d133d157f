"""Says on stderr, before the tests run, what the tests of the page are missing. Run by `make test`."""

import importlib.util
import shutil
import sys

NEEDED = ("playwright", "axe_playwright_python")


def hint() -> str | None:
    """Return what to install for the tests of the page, or None when all of it is there."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        how = "pip install -e '.[dev]'"
        return f"The tests of the web page are left out: {missing[0]} is missing ({how})."
    if shutil.which("chromium") is None:
        how = "apt-get install chromium"
        return f"The tests of the web page are left out: chromium is missing ({how})."
    return None


if __name__ == "__main__":
    told = hint()
    if told:
        sys.stderr.write(f"{told}\n")
