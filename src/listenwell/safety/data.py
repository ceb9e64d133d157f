"""Reads the YAML files that stand beside this package's code."""

from importlib.resources import files
from typing import Any

import yaml

# libyaml's loader is ten times as fast; it is missing where PyYAML was built without it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(name: str) -> Any:
    """Return the content of a packaged file, named from `safety/` on."""
    text = files("listenwell.safety").joinpath(*name.split("/")).read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506  # a safe loader, whichever it is
