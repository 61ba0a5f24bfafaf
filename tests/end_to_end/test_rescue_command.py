"""`deathspiral rescue` from the command line to the report."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest

from experiments.cli import main

POOL = ["classic_spiral", "--people", "200", "--replicates", "6", "--workers", "0"]
SMALL = [*POOL, "--keep", "0.6", "--set", "n_periods=24", "claims=expected"]
LEVERS = ["--levers", "subsidy", "lock_in"]


@pytest.fixture(scope="module")
def rescued(tmp_path_factory):
    """Return a folder with a finished search, and the words of its command."""
    folder = tmp_path_factory.mktemp("rescue") / "out"
    command = ["rescue", *SMALL, *LEVERS, "--out", str(folder)]
    assert main(command) == 0
    return folder, command


def seeds(folder):
    return set(pl.read_parquet(folder / "runs.parquet")["seed"].to_list())


def test_a_rescue_is_confirmed_on_seeds_that_the_search_has_not_seen(rescued):
    folder, _ = rescued
    search = seeds(folder / "singles" / "round-01") | seeds(folder / "pairs")
    assert len(search) == 6
    assert len(seeds(folder / "confirm")) == 100
    assert not search & seeds(folder / "confirm")


def test_the_table_says_how_little_is_enough_and_at_what_cost(rescued):
    folder, _ = rescued
    table = pl.read_parquet(folder / "rescue.parquet")
    rescues = table.filter("rescue")
    assert "subsidy" in rescues["levers"].to_list()
    assert (rescues["p_collapse_high"] <= 0.1).all()
    assert (rescues["n"] == 100).all()
    assert (rescues["members"] > 0.5 * 200).all()
    assert rescues["cost"].is_sorted()
    lock_in = rescues.filter(pl.col("levers") == "lock_in")
    assert lock_in["cost"].to_list() in ([], [0.0])


def test_the_report_carries_its_figures_numbers_and_command(rescued):
    folder, _ = rescued
    html = (folder / "report.html").read_text("utf-8")
    for text in ("How little is enough", "Who wins, who loses", "n = 100", "seed 2", "补贴所有人"):
        assert text in html


def test_a_search_that_was_stopped_goes_on_where_it_was(rescued, capsys):
    folder, command = rescued
    before = pl.read_parquet(folder / "rescue.parquet")
    kept = {p: p.stat().st_mtime_ns for p in (folder / "singles").rglob("runs/*.parquet")}
    shutil.rmtree(folder / "confirm")
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["table"]
    assert pl.read_parquet(folder / "rescue.parquet").equals(before)
    assert kept == {p: p.stat().st_mtime_ns for p in (folder / "singles").rglob("runs/*.parquet")}


def test_a_pool_that_stands_needs_no_rescue(capsys):
    assert main(["rescue", "stable", *POOL[1:], "--set", "n_periods=12", *LEVERS]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "there is nothing to rescue" in told
    assert "0 % [0, 3.7] of runs" in told


def test_where_no_lever_helps_the_best_is_named(capsys):
    one = ["--levers", "screening", "--language", "zh"]
    assert main(["rescue", *SMALL, *one]) == 0
    assert "没有手段能保证" in "".join(capsys.readouterr().out.split())


def test_until_when_a_lever_is_in_time_is_searched(capsys):
    one = ["--levers", "subsidy", "--no-pairs", "--when", "latest", "--json"]
    assert main(["rescue", *SMALL, *one]) == 0
    found = json.loads(capsys.readouterr().out)["more"]["Until when"]
    full = next(row for row in found if row["how_much"] == "95 %")
    assert 1 <= full["latest_period"] < 24
    assert full["in_time"]


def test_everything_that_is_wrong_is_said_at_once(capsys, tmp_path):
    (tmp_path / "mine.txt").touch()
    wrong = ["--target", "1.5", "--keep", "0", "--replicates", "2", "--levers", "tax"]
    wrong += ["--when", "soon", "--out", str(tmp_path)]
    assert main(["rescue", "classic_spiral", *wrong]) == 2
    told = capsys.readouterr().err
    for text in ("--target 1.5", "--keep 0", "--replicates 2", "unknown lever 'tax'", "--when soon",
                 "mine.txt"):  # fmt: skip
        assert text in told


def test_the_levers_are_listed_with_what_they_teach(capsys):
    assert main(["levers", "--language", "zh"]) == 0
    told = capsys.readouterr().out
    assert told.count("(监管)") + told.count("(平台)") == 17
