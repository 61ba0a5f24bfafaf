"""The notebooks run, and what they show is what the code says today."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

pytest.importorskip("ipywidgets", reason="the page's extra 'app' brings the widgets")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

BYTES_OF_A_NOTEBOOK = 1_500_000
FIGURE = "application/vnd.plotly.v1+json"
NOTEBOOKS = {"first_hour": 5, "research_example": 1}
"""Notebooks and how many figures each shows at least."""
LOADED = "import sys, classroom.notebook; print([m for m in sys.modules if m == 'solara'])"


@pytest.fixture(scope="module")
def refresh(root):
    """Return the script that runs the notebooks."""
    place = root / "docs/notebooks/refresh.py"
    spec = importlib.util.spec_from_file_location("refresh", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def said(notebook):
    """Return what each cell printed or returned, as one text: it may come in several pieces."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return {
        cell.source: "".join(
            one.get("text") or one["data"].get("text/plain")
            for one in cell.outputs
            if one.output_type == "stream" or FIGURE not in one.get("data", {})
        )
        for cell in cells
    }


def figures(notebook):
    outputs = [one for cell in notebook.cells for one in cell.get("outputs", [])]
    return [one["data"] for one in outputs if FIGURE in one.get("data", {})]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_without_an_error_and_says_what_is_stored(name, refresh, root, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.setenv("PLOTLY_RENDERER", "plotly_mimetype")  # the script sets it for its process
    monkeypatch.setenv("PYTHONWARNINGS", "default")
    path = root / f"docs/notebooks/{name}.ipynb"
    stored = nbformat.read(path, as_version=4)
    fresh = refresh.executed(path, "plotly_mimetype")
    assert said(fresh) == said(stored)
    assert len(figures(fresh)) == len(figures(stored)) >= NOTEBOOKS[name]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_stored_notebook_is_light_and_shows_its_figures_without_running(name, root):
    path = root / f"docs/notebooks/{name}.ipynb"
    assert path.stat().st_size < BYTES_OF_A_NOTEBOOK
    assert all("image/png" in data for data in figures(nbformat.read(path, as_version=4)))


def test_a_notebook_needs_no_page_server(root):
    found = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=root, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
