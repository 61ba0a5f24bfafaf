from __future__ import annotations

import base64
import json
import re

import polars as pl
import pytest

from experiments.cli import main


@pytest.fixture(scope="module")
def replay(tmp_path_factory):
    """Return the folder of a small replay of Xianghubao."""
    folder = tmp_path_factory.mktemp("replay")
    assert main(["run", "xianghubao", "--people", "2000", "--seed", "5", "--out", str(folder)]) == 0
    return folder


def test_the_history_travels_inside_the_report(replay):
    html = (replay / "report.html").read_text("utf-8")
    found = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', html)
    table = pl.read_csv(base64.b64decode(found.group(1)))
    history = pl.read_parquet(replay / "history.parquet")
    assert table.columns == history.columns
    assert table["members"].to_list() == pytest.approx(history["members"].to_list())


def test_the_report_has_everything_in_it(replay):
    html = (replay / "report.html").read_text("utf-8")
    page = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)  # what plotly.js mentions
    assert not re.findall(r"""(?:src|href)=["'](?!data:)[^"']*""", page)
    wanted = (
        "Seed",
        "seed 5",
        "2,000 simulated people",
        "deathspiral run xianghubao --people 2000",
    )
    wanted += ("相互宝", "observed later: for display only", "numba", "Assumptions")
    assert not [words for words in wanted[1:] if words not in page]


def test_every_figure_names_what_it_shows_and_its_unit(replay):
    html = (replay / "report.html").read_text("utf-8")
    found = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', html, re.DOTALL)
    assert len(found) == 10
    for layout in (json.loads(text)["layout"] for text in found):
        panels = max(sum(name.startswith("yaxis") for name in layout), 1)
        headings = [note["text"] for note in layout["annotations"]]
        assert sum(bool(re.fullmatch(r"<b>.+</b><br>\[.+\]", text)) for text in headings) == panels
        assert any("title" in layout[x] for x in layout if x.startswith("xaxis"))


@pytest.mark.parametrize("width", [1280, 390])
def test_the_report_can_be_read_in_a_browser(width, replay, page):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((replay / "report.html").as_uri())
    page.wait_for_function("document.querySelectorAll('.plot .main-svg').length >= 10")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wide = "[...document.querySelectorAll('.plot svg')].every(s => s.clientWidth <= innerWidth)"
    assert page.evaluate(wide)
    assert page.locator(".tiles li").count() == 4
