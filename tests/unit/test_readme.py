"""What the README tells a newcomer to type exists and works."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

from listenwell.cli.main import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
DOCS = [README, *(p.read_text("utf-8") for p in (ROOT / "docs").rglob("*.md"))]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]):
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.strip()


def test_every_make_target_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {name for text in DOCS for name in re.findall(r"`?\bmake ([a-z-]+)\b[^.]", text)}
    assert {"run", "test", "chat"} <= named & targets
    assert {
        name for code in blocks("sh") for name in re.findall(r"^make ([a-z-]+)", code, re.M)
    } <= (targets)


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"(?<!from )listenwell ([a-z]+)", README)))
)
def test_every_command_named_exists(command: str):
    assert get_command(app).get_command(None, command) is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_file_linked_exists(link: str):
    assert (ROOT / link).exists()


def test_no_figure_was_left_open():
    assert not re.search(r"@[A-Z_]+@", README)
