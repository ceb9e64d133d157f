"""Tests of the page are left out, and said to be, where there is no browser to run them in."""

import pytest

from browser_hint import hint

LEFT_OUT = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hint() is None:
        return
    driven = [item for item in items if item.get_closest_marker("browser")]
    config.stash[LEFT_OUT] = len(driven)
    config.hook.pytest_deselected(items=driven)
    items[:] = [item for item in items if item not in driven]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    count = config.stash.get(LEFT_OUT, 0)
    if count:
        terminalreporter.write_line(f"{hint()} Left out: {count}.")
