from __future__ import annotations

import os
import shutil

import plotly.graph_objects as go
import pytest

from experiments.static_images import ImageError, browser, check, figures_by_name, write_images
from experiments.sweep_report.drawings import Drawing, Panel
from experiments.sweep_report.figures_parts import finished
from experiments.sweep_report.words import measure_words

STARTS = {"svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}


def drawing() -> Drawing:
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 100], name="a line"))
    finished(figure, measure_words("collapsed"), 1.0, "Fee [1]")
    return Drawing("lines", "A share over the fee", "", [Panel("", "", figure, ["n = 7 runs."])])


@pytest.mark.browser
def test_figures_become_files_that_say_where_they_come_from(tmp_path):
    if shutil.which(os.environ.get("BROWSER_PATH") or "chromium") is None:
        pytest.skip("no Chromium: install the package chromium or set BROWSER_PATH")
    pytest.importorskip("kaleido")
    figures = {}
    for kind in STARTS:
        figures |= figures_by_name([drawing()], kind)
    files = write_images(figures, tmp_path / "figures")
    assert [file.name for file in files] == ["1-lines.svg", "1-lines.png", "1-lines.pdf"]
    for file in files:
        assert file.read_bytes().startswith(STARTS[file.suffix[1:]])
    text = files[0].read_text("utf-8")
    for words in ("A share over the fee", "n = 7 runs.", "Fee [1]"):
        assert words in text


def test_a_missing_browser_is_told_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv("BROWSER_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ImageError, match="BROWSER_PATH"):
        write_images(figures_by_name([drawing()], "svg"), tmp_path / "figures")
    assert not (tmp_path / "figures").exists()


def test_a_browser_that_cannot_be_started_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "none"))
    with pytest.raises(ImageError, match="none"):
        browser()


def test_the_package_that_is_missing_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImageError, match="static"):
        check()
