"""The notebook runs from its first cell to its last on a tiny model, and is kept without outputs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "fine_tune.ipynb"

# In a process of its own: a kernel brings warnings and sockets of its own.
EXECUTE = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=500, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def test_it_is_kept_without_outputs():
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code and not any(cell["outputs"] or cell["execution_count"] for cell in code)


@pytest.mark.slow
def test_it_runs_on_a_tiny_model(tmp_path: Path):
    for library in ("torch", "transformers", "trl", "nbclient", "ipykernel", "ftfy"):
        pytest.importorskip(library)
    import tiny_hub

    model = tiny_hub.folder(tmp_path / "gpt2")
    corpus = tiny_hub.curated(tmp_path)
    settings = {
        "NOTEBOOK_MODEL": str(model), "NOTEBOOK_CORPUS": corpus, "NOTEBOOK_STEPS": "6",
        "NOTEBOOK_WORK": str(tmp_path / "work"), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    ran = tmp_path / "ran.ipynb"
    done = subprocess.run(
        [sys.executable, "-c", EXECUTE, str(NOTEBOOK), str(ran)],
        env={**os.environ, **settings}, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    outputs = [
        output.get("text", "")
        for cell in json.loads(ran.read_text("utf-8"))["cells"]
        for output in cell.get("outputs", [])
    ]
    told = "".join("".join(text) for text in outputs)
    assert "imminent, crisis:" in told or "high, crisis:" in told
    assert "perplexity_per_token" in told
    assert (tmp_path / "work" / "run" / "report.html").is_file()
