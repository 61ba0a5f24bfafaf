from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

from experiments.analysis.intervals import binomial_interval
from experiments.sweep_report.answer import answer
from experiments.sweep_report.drawings import drawing_of, drawings_of
from experiments.sweep_report.figures_map import phase_map
from experiments.sweep_report.kinds import complaints_about
from experiments.sweep_report.report import sweep_report
from experiments.sweep_report.summaries import paired_differences, series_bands
from experiments.sweep_report.words import factor_words, measure_words
from experiments.sweeps.outcomes import OUTCOMES, SWITCH, TEXT
from experiments.sweeps.reading import parse_experiment
from experiments.sweeps.results import Results

GRID = """
question = "Where does a pool unravel?"
replicates = 10
[factors]
fee = { low = 0.0, high = 1.0, steps = 6 }
private_information = [0.0, 0.5, 1.0]
[record]
series = ["members", "contribution"]
"""
TABLE = """
question = "Which rule keeps a pool alive?"
replicates = 12
[design]
kind = "table"
rows = [{ label = "as it is" }, { label = "no fee", fee = 0.0 }, { label = "aid", subsidy = 0.5 }]
[record]
series = ["members"]
"""
SAMPLED = """
question = "What matters?"
replicates = 2
[factors]
fee = { low = 0.0, high = 1.0 }
attention = { low = 0.01, high = 1.0, scale = "log" }
claims = ["drawn", "expected"]
[design]
kind = "KIND"
samples = SAMPLES
[record]
series = false
"""
ONE = GRID.replace("[record]", '[design]\nkind = "one_at_a_time"\n[record]')
DESIGNS = {
    "grid": GRID,
    "table": TABLE,
    "one at a time": ONE,
    **{
        kind: SAMPLED.replace("KIND", kind).replace("SAMPLES", samples)
        for kind, samples in (("lhs", "200"), ("saltelli", "32"), ("morris", "10"))
    },
}
PERIODS = 8


def made(text: str, *, failures: int = 0) -> Results:
    """Return results of runs that were never carried out: a fee and bad luck drive members out."""
    experiment = parse_experiment(text, "made")
    design = experiment.design_frame()
    points, replicates = design.height, experiment.replicates
    rng = np.random.default_rng(3)
    badness = design["fee"].fill_null(0.5).to_numpy() if "fee" in design.columns else 0.5
    luck = rng.normal(0.0, 0.2, (replicates, 1))
    loss = np.clip(badness + luck + rng.normal(0.0, 0.02, (replicates, points)), 0.0, 1.0).ravel()
    runs = pl.DataFrame(
        {
            "run": np.arange(points * replicates),
            "point": np.tile(np.arange(points), replicates),
            "replicate": np.repeat(np.arange(replicates), points),
            "seed": np.repeat(np.arange(replicates, dtype=np.uint64), points),
            "status": ["failed"] * failures + ["ok"] * (points * replicates - failures),
            "error": ["the books do not balance"] * failures
            + [None] * (points * replicates - failures),
        }
    )
    runs = runs.join(design, on="point", maintain_order="left")
    runs = runs.with_columns(_outcome(name, loss) for name in OUTCOMES)
    known = pl.col("status") == "ok"
    runs = runs.with_columns(pl.when(known).then(name).alias(name) for name in OUTCOMES)
    manifest = {
        "version": "0.1.0",
        "command": "deathspiral sweep made.toml",
        "created": "2026-01-01T00:00:00+00:00",
        "platform": "a machine",
        "experiment": "0" * 64,
        "chunk_size": 10,
        "code": {"packages": {"numpy": "2"}, "commit": None, "modified": None},
    }
    series = _series(runs, loss, experiment.record.series)
    return Results(None, experiment, manifest, design, runs, series)


def _outcome(name: str, loss: np.ndarray) -> pl.Series:
    unit = OUTCOMES[name][0]
    if unit == SWITCH:
        return pl.Series(name, loss > 0.6)
    if unit == TEXT:
        return pl.Series(name, np.where(loss > 0.6, "collapsed", "stable"))
    if unit in ("people", "periods", "cases"):
        return pl.Series(name, (1000 * (1 - loss)).astype(np.int64))
    return pl.Series(name, 1 - loss)


def _series(runs: pl.DataFrame, loss: np.ndarray, columns: list[str]) -> pl.DataFrame:
    rows = runs.select("run", "point", "replicate").join(
        pl.DataFrame({"plan": ["pool"] * (PERIODS + 1), "period": range(PERIODS + 1)}), how="cross"
    )
    share = 1 - loss[rows["run"].to_numpy()] * rows["period"].to_numpy() / PERIODS
    return rows.with_columns(pl.Series(name, 100 * share) for name in columns)


@pytest.fixture(scope="module", params=DESIGNS)
def drawn(request):
    """Return made-up results of each kind of design, three failed where all may, and figures."""
    spare = request.param in ("grid", "table", "lhs")
    results = made(DESIGNS[request.param], failures=3 if spare else 0)
    return results, drawings_of(results)


def panels_of(drawings):
    assert drawings
    assert not [drawing.caption for drawing in drawings if not drawing.panels]
    return [panel for drawing in drawings for panel in drawing.panels]


def test_every_figure_states_runs_seeds_band_command_and_version(drawn):
    results, drawings = drawn
    for panel in panels_of(drawings):
        note = " ".join(panel.note)
        assert re.search(r"n = (up to )?[\d,]+", note)
        assert f"seed 1, replicates 0 to {results.experiment.replicates - 1}" in note
        assert "deathspiral sweep made.toml (deathspiral 0.1.0)" in note
        seen = panel.noted.layout.title.text.replace("<br>", " ")
        assert all(line in seen for line in (panel.note[:1] if panel.brief else panel.note))
        if any(trace.fill for trace in panel.figure.select_traces({"type": "scatter"})):
            assert re.search(r"[Bb]and: .*(interval|quantile)", note)


def test_every_axis_names_a_quantity_and_its_unit(drawn):
    for panel in panels_of(drawn[1]):
        layout = panel.figure.layout
        heading = layout.title.text
        assert re.match(r"<b>.+</b>", heading)
        if "Part of the range" not in heading:
            assert re.search(r"\[.+\]$", heading.replace("<br>", " "))
        x = layout.xaxis.title.text
        numeric = layout.xaxis.ticktext is None and x
        assert not numeric or re.search(r"\[.+\]$", x)


def test_a_page_holds_question_answer_figures_failures_and_provenance(drawn):
    results, drawings = drawn
    html = sweep_report(results, drawings)
    wanted = [results.experiment.question, *answer(results)[:1], "deathspiral sweep made.toml"]
    wanted += ["What was varied", "a machine", "hash of what decides its results"]
    if results.n_failed:
        wanted += ["the books do not balance", "run 0: point 0, replicate 0, seed 0"]
    assert not [words for words in wanted if words not in html]
    assert html.count("<h2>") == len(set(re.findall(r"<h2>(.*?)</h2>", html)))


def test_a_sweep_without_a_finished_run_still_has_a_page():
    whole = made(GRID)
    html = sweep_report(
        Results(None, whole.experiment, whole.manifest, whole.design, whole.runs.clear())
    )
    assert "No run has an outcome yet" in html
    assert "180 of 180 runs are still to be done" in html


def test_a_hundred_thousand_runs_make_a_small_page():
    text = GRID.replace("steps = 6", "steps = 100").replace("[0.0, 0.5, 1.0]", "[0.0, 1.0]")
    results = made(text.replace("replicates = 10", "replicates = 500"))
    assert results.runs.height == 100_000
    assert results.series.height == 900_000
    assert len(sweep_report(results)) < 6_500_000


def test_cells_are_marked_whose_interval_holds_one_half():
    table = pl.DataFrame({"fee": [0.0, 0.5, 1.0] * 2, "subsidy": [0.0] * 3 + [1.0] * 3})
    n, successes = 20, np.array([0, 9, 20, 3, 13, 17])
    low, high = binomial_interval(successes, n)
    table = table.with_columns(value=successes / n, low=low, high=high, n=pl.lit(n))
    words = [factor_words("fee"), factor_words("subsidy"), measure_words("collapsed")]
    marks = next(t for t in phase_map(table, *words).data if t.name == "interval holds one half")
    expected = [(i % 3, i // 3) for i in range(6) if low[i] <= 0.5 <= high[i]]
    assert sorted(zip(marks.x, marks.y, strict=True)) == sorted(expected)
    assert expected == [(1, 0), (1, 1)]


def test_a_boundary_is_drawn_where_its_values_lie_between_the_cells():
    table = pl.DataFrame({"fee": [0.0, 0.2, 0.4] * 2, "subsidy": [0.0] * 3 + [0.5] * 3})
    table = table.with_columns(value=0.5, low=0.4, high=0.6, n=pl.lit(9))
    words = [factor_words("fee"), factor_words("subsidy"), measure_words("collapsed")]
    curve = pl.DataFrame({"x": [0.1, 0.3, 0.9], "y": [0.0, 0.25, 0.5], "label": ["theory"] * 3})
    drawn = next(t for t in phase_map(table, *words, curve).data if t.name == "theory")
    assert drawn.x == pytest.approx((0.5, 1.5, None))
    assert drawn.y == pytest.approx((0.0, 0.5, 1.0))


def test_a_band_over_time_lies_between_quantiles_of_the_runs():
    results = made(GRID)
    bands = series_bands(results, ["members"], "fee", {"private_information": 0.5})
    row = bands.filter((pl.col("fee") == 0.4) & (pl.col("period") == PERIODS)).row(0, named=True)
    point = results.design.filter((pl.col("fee") == 0.4) & (pl.col("private_information") == 0.5))
    values = results.series.filter(
        (pl.col("point") == point["point"][0]) & (pl.col("period") == PERIODS)
    )["members"].to_numpy()
    expected = np.quantile(values, [0.05, 0.5, 0.95])
    assert [row["low"], row["value"], row["high"]] == pytest.approx(expected.tolist())
    assert row["n"] == 10


def test_luck_that_rows_share_cancels_in_their_difference():
    results = made(TABLE)
    apart = results.runs.group_by("point").agg(pl.col("members_kept").std())["members_kept"].min()
    row = paired_differences(results.runs, "members_kept", 0).row(0, named=True)
    assert row["n"] == 12
    assert row["high"] - row["low"] < 0.5 * apart


def test_a_difference_that_never_varies_claims_no_interval():
    runs = pl.DataFrame(
        {"point": [0, 0, 1, 1], "replicate": [0, 1, 0, 1], "status": ["ok"] * 4,
         "collapsed": [True, True, False, False]}
    )  # fmt: skip
    assert paired_differences(runs, "collapsed", 0).row(0) == (1, 2, -1.0, None, None)


def test_the_answer_says_between_which_values_the_share_passes_one_half():
    text = GRID.replace("private_information = [0.0, 0.5, 1.0]", "")
    results = made(text)
    shares = results.runs.group_by("fee").agg(pl.col("collapsed").mean()).sort("fee").rows()
    below = max(fee for fee, share in shares if share < 0.5)
    above = min(fee for fee, share in shares if share >= 0.5)
    told = [sentence for sentence in answer(results) if "passes one half" in sentence]
    assert len(told) == 1
    assert f"between fee {below:g}, " in told[0]
    assert f"and {above:g}, " in told[0]


def test_failed_runs_are_in_the_verdicts_and_in_no_mean():
    results = made(GRID, failures=18)
    shares = drawing_of(results, {"kind": "outcomes", "x": "fee"}).table
    assert (shares["failed"] * shares["n"]).sum() == pytest.approx(18)
    lines = drawing_of(results, {"kind": "lines", "x": "fee", "measure": "members_kept"}).table
    assert lines["n"].sum() == 180 - 18


def test_a_figure_that_the_results_do_not_allow_says_why_and_the_page_goes_on():
    drawing = drawing_of(made(TABLE), {"kind": "sensitivity", "measure": "collapsed"})
    assert not drawing.panels
    assert "table" in drawing.caption


def test_many_names_get_a_panel_each_and_many_numbers_are_thinned():
    rows = ", ".join(f'{{ label = "rule {i}", fee = 0.{i} }}' for i in range(9))
    named = made(re.sub(r"rows = .*", f"rows = [{rows}]", TABLE))
    assert len(drawing_of(named, {"kind": "series", "by": "label"}).panels) == 9
    numbers = made(GRID.replace("steps = 6", "steps = 11"))
    spec = {"kind": "series", "by": "fee", "measures": ["members", "contribution"]}
    drawing = drawing_of(numbers, spec)
    assert len(drawing.panels) == 2
    assert "6 of 11 values of fee are drawn" in drawing.caption


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        ("torus", {}, "'torus' is no kind of figure; there are: lines, map"),
        ("map", {"x": "fee"}, "a figure of kind map lacks y: factor on the vertical axis"),
        ("lines", {"x": "fees"}, "'fees' is no factor of this experiment; did you mean fee?"),
        ("lines", {"x": "fee", "measure": "colapsed"}, "did you mean collapsed?"),
        ("lines", {"x": "fee", "by": "fee"}, "x, y and by must be different factors"),
        ("lines", {"x": "fee", "colour": "red"}, "'colour' is no option of a figure of kind lines"),
        ("series", {"measure": "slope"}, "'slope' is no recorded series"),
        ("bars", {"measure": "a", "measures": ["a"]}, "leave one out"),
    ],
)
def test_a_mistake_in_a_figure_is_told_with_what_would_do(kind, options, sentence):
    told = complaints_about(kind, options, ["fee", "subsidy"], ["collapsed"], ["members"])
    assert any(sentence in complaint for complaint in told)


def test_a_figure_without_a_mistake_is_accepted():
    options = {"x": "fee", "y": "subsidy", "measure": "collapsed", "title": "A map"}
    assert not complaints_about("map", options, ["fee", "subsidy"], ["collapsed"], [])
