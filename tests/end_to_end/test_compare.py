"""Stories side by side: the same people, the same luck, and what is left is the rules."""

from __future__ import annotations

import base64
import json
import re

import polars as pl
import pytest

from experiments.cli import main

SMALL = ("--people", "500", "--periods", "12")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a small comparison: a spiral, its rescue, and the spiral again."""
    place = tmp_path_factory.mktemp("side") / "by side"
    names = ("classic_spiral", "subsidised", "classic_spiral")
    assert main(["compare", *names, *SMALL, "--out", str(place)]) == 0
    return place


@pytest.fixture(scope="module")
def table(folder):
    return pl.read_parquet(folder / "compare.parquet")


def test_a_story_compared_with_itself_differs_by_exactly_nothing(table):
    again = table.filter(pl.col("line") == 3)
    assert set(again["story"]) == {"classic_spiral (2)"}
    for name in ("members", "contribution", "contribution_year"):
        assert again[f"{name}_difference"].to_list() == [0.0] * 13
    first = table.filter(pl.col("line") == 1).drop("line", "story")
    assert again.drop("line", "story").equals(first)


def test_one_rule_changed_shows_as_a_difference(table):
    rescue, spiral = (table.filter(pl.col("line") == line) for line in (2, 1))
    members = rescue["members"].to_numpy() - spiral["members"].to_numpy()
    assert rescue["members_difference"].to_list() == members.tolist()
    assert members[-1] > 0
    assert rescue["contribution_year_difference"][-1] < 0


def test_a_comparison_is_the_runs_themselves(table, tmp_path, deathspiral):
    deathspiral("run", "subsidised", *SMALL, "--out", tmp_path)
    alone = pl.read_parquet(tmp_path / "history.parquet")
    together = table.filter(pl.col("line") == 2).select(alone.columns)
    assert together.equals(alone)


def test_everybody_is_as_in_the_first_story_and_that_is_said(deathspiral):
    _, printed, _ = deathspiral("compare", "rumour_run", "stable", *SMALL, "--json")
    found = json.loads(printed)
    said = " ".join(found["sentences"])
    assert "The same for all, as in rumour_run:" in said
    assert "age_min = 35 (stable: 30)" in said
    series = found["more"]["series"]
    opening = {row["line"]: row["members"] for row in series if row["period"] == 0}
    assert opening[1] == opening[2]
    assert "seed 1, one run of each story (n = 1), 500 simulated people" in said


def test_whose_people_a_story_is_run_with_is_said_before_any_number(deathspiral):
    _, printed, _ = deathspiral("compare", "stable", "classic_spiral", *SMALL)
    words = " ".join(printed.split())
    assert words.startswith("Note: classic_spiral is run here with the people, size and horizon of")
    assert "alone it may end otherwise: deathspiral run classic_spiral" in words
    assert "Note:" not in deathspiral("compare", "stable", "stable", *SMALL)[1]


def test_a_plan_that_closed_has_the_members_of_its_last_day(deathspiral):
    words = ("compare", "denghuo", "meituan", "--people", "500", "--json")
    first = json.loads(deathspiral(*words)[1])["table"][0]
    assert first["verdict"] == "collapsed"
    assert first["members"] > 0.9 * first["peak_members"] > 0


def test_a_plan_that_takes_nobody_is_empty_and_not_stable(deathspiral):
    words = ("compare", "stable", "xianghubao_senior", *SMALL, "--set", "period_length=0.04")
    status, printed, _ = deathspiral(*words, "--json")
    assert status == 0
    assert [row["verdict"] for row in json.loads(printed)["table"]] == ["stable", "empty"]


def test_plans_of_the_history_and_files_of_ones_own_are_compared(tmp_path, deathspiral):
    mine = tmp_path / "mine.toml"
    mine.write_text(
        "[scenario]\nn_people = 500\nn_periods = 6\ninitial_membership = 0.5\n"
        '[[plan]]\nuse = "hubao_360"\n[[plan]]\nname = "free"\nfee = 0.0\n'
    )
    status, printed, _ = deathspiral("compare", mine, "hubao_360", "--json")
    found = json.loads(printed)
    assert status == 0
    assert [row["story"] for row in found["table"]] == [
        "mine: hubao_360",
        "mine: free",
        "hubao_360",
    ]
    assert {row["period"] for row in found["more"]["series"]} == set(range(7))


def test_stories_that_begin_on_other_days_are_counted_from_their_own_beginning(deathspiral):
    words = ("compare", "meituan", "xiaomi", "--people", "300", "--json")
    found = json.loads(deathspiral(*words)[1])
    said = " ".join(found["sentences"])
    assert "start_date = none (meituan: 2019-06-01, xiaomi: 2020-06-15)" in said
    assert "n_periods = 41 (xiaomi: 24)" in said


def test_what_is_printed_fits_on_a_terminal(deathspiral):
    for language, words in (("en", "the same luck"), ("zh", "同样的运气")):
        _, printed, _ = deathspiral(
            "compare", "stable", "classic_spiral", *SMALL, "--language", language
        )
        assert words in "".join(printed.split("\n")) or words in printed.replace("\n", " ")
        assert max(len(line) for line in printed.splitlines()) <= 80


WRONG = [
    ((), ["0 stories to compare: name 2 to 8"]),
    (("stable",), ["1 story to compare: name 2 to 8"]),
    (("stable",) * 9, ["9 stories to compare"]),
    (("stable", "stabel"), ["did you mean stable?"]),
    (("stable", "xianghubao"), ["(stable: months; xianghubao: half-months)"]),
    (("stabel", "gone.toml", "--seed", "x"), ["stable?", "gone.toml cannot be read", "--seed x"]),
    (("stable", "stable", "--set", "atention=1"), ["did you mean attention?"]),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_input_is_said_once_and_nothing_is_written(
    words, said, tmp_path, monkeypatch, deathspiral
):
    monkeypatch.chdir(tmp_path)
    status, printed, told = deathspiral("compare", *words, "--out", "out")
    assert status == 2
    assert printed == ""
    assert all(text in told for text in said), told
    assert len(told.splitlines()) == len(set(told.splitlines()))
    assert not list(tmp_path.iterdir())


def test_the_page_has_everything_in_it(folder):
    assert {file.name for file in folder.iterdir()} == {"compare.parquet", "compare.html"}
    html = (folder / "compare.html").read_text("utf-8")
    page = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)  # what plotly.js mentions
    assert not re.findall(r"""(?:src|href)=["'](?!data:)[^"']*""", page)
    assert "seed 1" in page
    assert "deathspiral compare classic_spiral subsidised classic_spiral --people 500" in page
    figures = [
        json.loads(text)
        for text in re.findall(
            r'<script type="application/json"[^>]*>(.*?)</script>', html, re.DOTALL
        )
    ]
    assert [len(figure["data"]) for figure in figures] == [3, 3, 2, 2]
    for figure in figures:
        assert re.fullmatch(r"<b>.+</b><br>\[.+\]", figure["layout"]["annotations"][0]["text"])
        assert figure["layout"]["xaxis"]["title"]["text"]


def test_the_data_travel_inside_the_page(folder, table):
    html = (folder / "compare.html").read_text("utf-8")
    found = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', html)
    inside = pl.read_csv(base64.b64decode(found.group(1)))
    assert inside["members"].to_list() == pytest.approx(table["members"].to_list())


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_can_be_read_in_a_browser(width, folder, page):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((folder / "compare.html").as_uri())
    page.wait_for_function("document.querySelectorAll('.plot .main-svg').length >= 4")
    assert page.evaluate("document.documentElement.scrollWidth") == width
