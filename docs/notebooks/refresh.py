"""Run the notebooks again and keep what they show: `python docs/notebooks/refresh.py`.

Figures are kept twice, for Jupyter to draw and as images for where nothing draws; the images need
Chromium and the extra `static`.
"""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
WIDGET = "application/vnd.jupyter.widget-view+json"


def executed(path: Path, renderer: str) -> nbformat.NotebookNode:
    """Return a notebook after running all of it, in the folder of the project."""
    os.environ["PLOTLY_RENDERER"] = renderer
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        resources={"metadata": {"path": str(HERE.parent.parent)}},
    ).execute()
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [one for one in cell.outputs if _lasts(one)]
    return notebook


def _lasts(output: nbformat.NotebookNode) -> bool:
    """Tell what is worth keeping: no widget without its kernel, no warnings of one machine."""
    return WIDGET not in output.get("data", {}) and output.get("name") != "stderr"


if __name__ == "__main__":
    for path in sorted(HERE.glob("*.ipynb")):
        nbformat.write(executed(path, "png+plotly_mimetype"), path)
        print(f"{path.name}: {path.stat().st_size:,} bytes")
