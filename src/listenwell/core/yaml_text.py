"""YAML as everything here reads it: safely, and by the fast parser where there is one."""

from typing import Any

import yaml

# libyaml's loader is ten times as fast; it is missing where PyYAML was built without it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str) -> Any:
    """Return what a YAML text holds.

    Raises:
        yaml.YAMLError: It is not YAML.
    """
    return yaml.load(text, Loader=_LOADER)  # noqa: S506  # a safe loader, whichever it is
