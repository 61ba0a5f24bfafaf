"""Robustness of levers, refusals, and what the commands print and write."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from cyclopts import App

from agents.errors import DeathspiralError
from experiments.analysis.answer import Answer
from experiments.analysis.conditions import Condition, condition
from experiments.analysis.intervals import AnalysisError, binomial_interval
from experiments.analysis.robustness import robustness
from experiments.analysis.sensitivity import sensitivity
from experiments.commands_analysis import register
from experiments.sweeps.experiment import Experiment
from experiments.sweeps.results import Results

LEVERS = {"fee": [0.0, 0.1], "awareness": [0.2, 0.5, 0.9]}


def results_of(kept, *, lost=(), **given):
    """Return results whose outcome is an array (points, replicates); lost ones failed."""
    values = {"question": "What helps?", "factors": LEVERS, "replicates": kept.shape[1]}
    experiment = Experiment(**{**values, **given})
    design = experiment.design_frame()
    runs = [
        design.with_columns(
            pl.lit(r).alias("replicate"),
            pl.Series("status", ["failed" if p in lost else "ok" for p in design["point"]]),
            pl.Series("members_kept", kept[:, r]),
            pl.Series("collapsed", kept[:, r] < 0.3),
        )
        for r in range(kept.shape[1])
    ]
    return Results(None, experiment, {}, design, pl.concat(runs))


KEPT = np.array([[0.9, 0.8], [0.6, 0.4], [0.2, 0.1], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]])


def test_regret_is_what_was_missed_in_the_same_state_of_the_world():
    table = robustness(results_of(KEPT), "fee").table
    without, with_fee = table.rows(named=True)
    assert without["satisficing"] == pytest.approx(3 / 6)
    assert with_fee["satisficing"] == 1.0
    assert (without["worst"], with_fee["worst"]) == (0.1, 0.5)
    assert without["mean_regret"] == pytest.approx((0 + 0 + 0 + 0.1 + 0.3 + 0.4) / 6)
    assert with_fee["mean_regret"] == pytest.approx((0.4 + 0.3 + 0.1 + 0 + 0 + 0) / 6)
    assert (without["largest_regret"], with_fee["largest_regret"]) == pytest.approx((0.4, 0.4))
    assert without["mean"] == pytest.approx(KEPT[:3].mean())
    assert without["mean_low"] <= without["mean"] <= without["mean_high"]


def test_a_lever_that_was_always_good_enough_in_a_few_replicates_is_not_sure_to_be():
    with_fee = robustness(results_of(KEPT), "fee").table.row(1, named=True)
    low, high = binomial_interval(2, 2)
    assert with_fee["satisficing_low"] == pytest.approx(float(low))
    assert with_fee["satisficing_high"] == float(high) == 1.0


def test_satisficing_counts_replicates_that_share_their_luck_once():
    luck = np.array([[0.9, 0.9, 0.1, 0.9, 0.1, 0.9]] * 6)
    row = robustness(results_of(luck), "fee").table.row(0, named=True)
    low, high = binomial_interval(4, 6)
    assert row["satisficing"] == pytest.approx(4 / 6)
    assert row["satisficing_low"] == pytest.approx(float(low))
    assert row["satisficing_high"] == pytest.approx(float(high))


def test_a_lever_without_regret_is_best_in_every_state():
    better = np.vstack([KEPT[:3], KEPT[:3] + 0.05])
    table = robustness(results_of(better), "fee").table
    assert table["mean_regret"].to_list() == pytest.approx([0.05, 0.0])
    assert table["largest_regret"].to_list() == pytest.approx([0.05, 0.0])


def test_less_is_better_where_the_condition_says_so():
    answer = robustness(results_of(KEPT), "fee", "members_kept", condition("members_kept<=0.45"))
    assert answer.table["worst"].to_list() == [0.9, 0.5]
    assert "is to be small" in answer.sentences[0]


def test_a_state_with_a_failed_run_is_left_out_for_all_levers():
    answer = robustness(results_of(KEPT, lost=(0,)), "fee")
    assert answer.table["mean"].to_list() == pytest.approx([KEPT[1:3].mean(), 0.5])
    assert any("2 states lack a run" in sentence for sentence in answer.sentences)


def test_rows_of_a_table_are_levers():
    design = {"kind": "table", "rows": [{"label": "now"}, {"label": "fee", "fee": 0.3}]}
    answer = robustness(results_of(KEPT[:2], factors={}, design=design), "label")
    assert answer.table["label"].to_list() == ["now", "fee"]
    assert answer.table["mean_regret"].to_list() == pytest.approx([0.0, 0.35])


def test_levers_that_were_not_tried_everywhere_are_refused():
    with pytest.raises(AnalysisError, match="not among what this sweep varies: fee, awareness"):
        robustness(results_of(KEPT), "attention")
    spread = {"fee": {"low": 0.0, "high": 1.0}}
    sample = results_of(KEPT, factors=spread, design={"kind": "lhs", "samples": 6})
    with pytest.raises(AnalysisError, match="use a grid"):
        robustness(sample, "fee")


def test_a_lost_point_is_named_where_the_design_needs_it():
    spread = {"fee": {"low": 0.0, "high": 1.0}, "awareness": {"low": 0.0, "high": 1.0}}
    design = {"kind": "saltelli", "samples": 4}
    kept = np.random.default_rng(1).random((16, 2))
    results = results_of(kept, lost=(3, 5), factors=spread, design=design)
    with pytest.raises(AnalysisError, match=r"2 of 16 have no value .*points 3, 5.*--retry-failed"):
        sensitivity(results, "members_kept")


def test_a_grid_with_a_lost_point_is_analysed_by_classes():
    answer = sensitivity(results_of(KEPT, lost=(2,)), "members_kept")
    assert set(answer.table["index"]) == {"first", "rank correlation"}
    assert any("1 points have no value" in sentence for sentence in answer.sentences)


def test_one_at_a_time_tells_how_far_each_factor_moves_the_mean():
    factors = {"fee": [0.1, 0.2], "awareness": [0.5]}
    given = {"design": {"kind": "one_at_a_time"}, "factors": factors}
    kept = np.array([[0.5, 0.7], [0.4, 0.6], [0.9, 1.0], [0.5, 0.7]])
    table = sensitivity(results_of(kept, **given), "members_kept").table
    swings = dict(table.select("factor", "value").iter_rows())
    assert swings == pytest.approx({"fee": 0.45, "awareness": 0.0})


def test_a_constant_outcome_is_sensitive_to_nothing_and_said_to_be():
    with pytest.raises(AnalysisError, match="same mean at every point"):
        sensitivity(results_of(np.full((6, 2), 0.5)), "members_kept")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("collapsed", Condition("collapsed")),
        ("members_kept>=0.5", Condition("members_kept", ">=", 0.5)),
        (" members_kept < 1e-1 ", Condition("members_kept", "<", 0.1)),
    ],
)
def test_conditions_are_read_as_they_are_written(text, read):
    assert condition(text) == read


@pytest.mark.parametrize("text", ["", "a b", "kept>=", "kept>=much", "kept==1", ">=1"])
def test_what_is_no_condition_is_refused(text):
    with pytest.raises(AnalysisError, match="cannot be read"):
        condition(text)


def test_an_answer_reads_the_same_on_screen_and_in_files(tmp_path):
    table = pl.DataFrame({"fee": [0.1], "mean": [0.25], "mean_low": [0.2], "mean_high": [0.3]})
    answer = Answer("Title", table, ["A sentence [with] brackets."], {"Empty": table.clear()})
    text = answer.text()
    assert "0.25 [0.2, 0.3]" in text
    assert "A sentence [with] brackets." in text
    assert "Empty" not in text
    assert json.loads(answer.json())["table"] == table.to_dicts()
    for name, read in (("a.csv", pl.read_csv), ("b.parquet", pl.read_parquet)):
        answer.write(tmp_path / name)
        assert read(tmp_path / name).equals(table)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a small sweep over a grid, done."""
    from experiments.sweeps.driver import carry_out_sweep

    experiment = Experiment(
        question="What matters?",
        scenario="classic_spiral",
        replicates=2,
        set={"n_people": 100, "n_periods": 12},
        factors={
            "fee": {"low": 0.0, "high": 1.5, "steps": 8},
            "awareness": {"low": 0.1, "high": 0.9, "steps": 6},
        },
        record={"series": False},
    )
    place = tmp_path_factory.mktemp("results") / "grid"
    carry_out_sweep(experiment, place, workers=0, progress=False)
    return place


def typed(*words):
    app = App(name="deathspiral")
    register(app)
    return app(
        list(map(str, words)), exit_on_error=False, print_error=False, result_action="return_value"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("sensitivity", "--measure", "members_kept"),
        ("discover", "--measure", "members_kept", "--threshold", "<=0.25"),
        ("robustness", "--levers", "fee"),
    ],
)
def test_commands_answer_from_the_folder_alone(folder, words, tmp_path, capsys):
    command, *options = words
    typed(command, folder, *options, "--out", tmp_path / "table.parquet")
    printed = " ".join(capsys.readouterr().out.split())
    assert "seed 1" in printed
    assert "The first table is in" in printed
    written = pl.read_parquet(tmp_path / "table.parquet")
    typed(command, folder, *options, "--json")
    assert json.loads(capsys.readouterr().out)["table"] == written.to_dicts()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("sensitivity", "--out", "table.txt"), r"ends in \.parquet or \.csv"),
        (("sensitivity", "--measure", "colapsed"), "did you mean collapsed"),
        (("discover", "--density", "1.5"), "use a share above 0"),
        (("discover", "--boxes", "0"), "use 1 or more"),
        (("discover", "--measure", "members_kept"), "is a number"),
        (("robustness", "--levers", "fee", "--measure", "periods"), "--satisfice"),
    ],
)
def test_commands_refuse_what_cannot_be_asked(folder, words, sentence):
    command, *options = words
    with pytest.raises(DeathspiralError, match=sentence):
        typed(command, folder, *options)
