from __future__ import annotations

import base64
import json
import re

import polars as pl
import pytest
from cyclopts import App

from agents.errors import DeathspiralError
from experiments.commands_report import register
from experiments.sweeps.driver import carry_out_sweep
from experiments.sweeps.reading import parse_experiment

EXPERIMENT = """
question = "Does a fee drive members out?"
question_zh = "管理费会赶走成员吗？"
title = "A small sweep"
scenario = "classic_spiral"
replicates = 3
finding = "Written beforehand."
[set]
n_people = 150
n_periods = 12
[factors]
fee = [0.0, 0.5, 1.0]
subsidy = [0.0, 0.5]
"""


def report(*words):
    app = App()
    register(app)
    command, bound, _ = app.parse_args(["report", *map(str, words)], exit_on_error=False)
    return command(*bound.args, **bound.kwargs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the results folder of a small sweep, with its report."""
    place = tmp_path_factory.mktemp("sweep") / "small"
    experiment = parse_experiment(EXPERIMENT, "small")
    carry_out_sweep(experiment, place, workers=0, progress=False, command="deathspiral sweep small")
    report(place)
    return place


@pytest.fixture(scope="module")
def html(folder):
    return (folder / "report.html").read_text("utf-8")


def test_the_report_of_a_sweep_needs_nothing_else(html):
    page = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)  # what plotly.js mentions
    assert not re.findall(r"""(?:src|href)=["'](?!data:)[^"']*""", page)
    wanted = ("Does a fee drive members out?", "管理费会赶走成员吗？", "Written beforehand.")
    wanted += (
        "deathspiral sweep small",
        "n = 3 runs a cell",
        "replicates 0 to 2",
        "n_people = 150",
    )
    assert not [words for words in wanted if words not in page]


def test_the_numbers_behind_a_figure_travel_with_it(folder, html):
    runs = pl.read_parquet(folder / "runs.parquet")
    files = re.findall(r'download="figure-2.csv" href="data:text/csv[^,]*,([^"]+)"', html)
    table = pl.read_csv(base64.b64decode(files[0])).sort("fee", "subsidy")
    expected = (
        runs.group_by("fee", "subsidy").agg(pl.col("collapsed").mean()).sort("fee", "subsidy")
    )
    assert table["value"].to_list() == pytest.approx(expected["collapsed"].to_list())
    drawn = re.search(r'data-for="figure-2-1">(.*?)</script>', html, re.DOTALL)
    kinds = [trace["type"] for trace in json.loads(drawn.group(1))["data"]]
    assert kinds[0] == "heatmap"


@pytest.mark.parametrize("width", [1280, 390])
def test_the_report_of_a_sweep_can_be_read_in_a_browser(width, folder, page):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((folder / "report.html").as_uri())
    plots = page.locator(".plot")
    drawn = "[...document.querySelectorAll('.plot')].every(p => p.querySelector('.main-svg'))"
    page.wait_for_function(drawn)
    assert plots.count() >= 8
    # Opened by keyboard, as somebody does who has no pointer.
    for summary in page.locator("summary").all():
        summary.focus()
        page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == page.locator("details").count()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    wide = "[...document.querySelectorAll('.plot svg')].every(s => s.clientWidth <= innerWidth)"
    assert page.evaluate(wide)
    for plot in plots.all():
        assert plot.get_attribute("role") == "img"
        assert "seed 1" in plot.get_attribute("aria-label")


def test_a_report_can_be_written_elsewhere_and_twice_the_same(folder, html, tmp_path):
    report(folder, "--out", tmp_path / "copy.html")
    assert (tmp_path / "copy.html").read_text("utf-8") == html


def test_a_folder_without_a_sweep_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(DeathspiralError, match="deathspiral sweep"):
        report(tmp_path)
    assert not list(tmp_path.iterdir())
