"""A sweep on the page: the numbers of a direct sweep, and what cannot be run is said."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest

pytest.importorskip("solara", reason="the page needs the extra 'app'")


from classroom.controls.parameter_words import allowed
from classroom.limits import MOST_PEOPLE_OF_A_SWEEP
from classroom.many_runs.desk import Desk
from classroom.many_runs.figures import picture_of
from classroom.many_runs.queue import CREW, Crew
from classroom.many_runs.room import drawn_of, load, nearest
from classroom.many_runs.span import Span, span_of, variable_names
from classroom.many_runs.sweep import OUTCOMES, Harvest, Sweep, python_of, summary_of
from classroom.many_runs.told import outcomes_of
from classroom.session import Session
from classroom.setup import SANDBOX, A, B, Setup
from classroom.words import Words
from experiments import sweep as direct_sweep

SMALL = {"n_people": 120, "n_periods": 6}
SETUP = Setup(a=SMALL, seed=4)
FEE, KNOWLEDGE = Span("fee", 0.0, 1.0), Span("private_information", 0.0, 1.0)


def done(sweep):
    harvest = Harvest(sweep)
    return harvest, CREW.begin(harvest.calls).wait()


@pytest.fixture(scope="module")
def line():
    return done(Sweep(SETUP, (FEE,)))


def test_a_sweep_of_the_page_has_the_numbers_of_a_direct_sweep(line):
    harvest, results = line
    scenario = SETUP.scenario()
    direct = direct_sweep(
        {"fee": [0.0, 0.3]}, scenario=scenario, replicates=20, seed=4, workers=0
    ).runs
    for fee in (0.0, 0.3):
        place = harvest.sweep.points.index((fee,))
        rows = direct.filter(direct["fee"] == fee).sort("replicate")
        for outcome in ("members_kept", "collapsed", "final_contribution", "final_selection_ratio"):
            found = harvest.values(outcome, results)[place]
            assert found.tolist() == rows[outcome].cast(float).to_list(), outcome
    assert harvest.sweep.seeds == rows["seed"].to_list()


def test_the_python_of_a_sweep_gives_the_same_runs(line):
    harvest, results = line
    room: dict[str, object] = {}
    source = python_of(harvest.sweep).replace("seed=4)", "seed=4, workers=0)")
    exec(source, room)
    runs = room["runs"].sort("fee", "replicate")
    assert (
        harvest.values("members_kept", results).ravel().tolist() == runs["members_kept"].to_list()
    )


def test_the_python_of_a_sweep_knows_a_date_that_is_changed():
    dated = SETUP.but(a={**SMALL, "start_date": datetime.date(2019, 5, 1)})
    source = python_of(Sweep(dated, (FEE,))).replace("seed=4)", "seed=4, workers=0)")
    room: dict[str, object] = {}
    exec(source.replace("replicates=20", "replicates=1"), room)
    assert room["pool"].start_date == datetime.date(2019, 5, 1)
    assert "datetime" not in python_of(Sweep(SETUP, (FEE,)))


def test_eleven_values_and_twenty_seeds_or_a_map_of_nine_by_nine():
    one, two = Sweep(SETUP, (FEE,)), Sweep(SETUP, (FEE, KNOWLEDGE))
    assert (len(one.points), len(one.seeds)) == (11, 20)
    assert (len(two.points), len(two.seeds)) == (81, 10)


def test_a_large_pool_is_swept_with_fewer_people_and_the_caption_says_so():
    sweep = Sweep(Setup(), (FEE,))
    assert sweep.base().n_people == MOST_PEOPLE_OF_A_SWEEP
    harvest = Harvest(sweep)
    picture = picture_of(harvest, [None] * len(harvest.calls), "members_kept", Words("en"))
    assert "2,000 people" in picture.note
    assert "10,000" in picture.note


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_number_of_runs_stands_on_the_picture(line, language):
    harvest, results = line
    picture = picture_of(harvest, results, "members_kept", Words(language))
    told = [one["text"] for one in picture.figure["layout"]["annotations"]]
    assert any("n = 20" in text and "11" in text for text in told)
    assert "n = 20" in picture.note


def test_of_a_pool_at_real_scale_welfare_cannot_be_chosen():
    real, words = Setup(preset="xianghubao", vary=("fee",)), Words("en")
    (unknown,) = [one for one in outcomes_of(real, words) if one["unknown"]]
    assert "the data do not say" in unknown["label"]
    assert drawn_of(unknown["name"], real) == "members_kept"
    assert drawn_of(unknown["name"], SETUP.but(vary=("fee",))) == unknown["name"]
    assert not any(one["unknown"] for one in outcomes_of(SETUP, words))


def test_the_picture_marks_where_the_control_stands(line):
    harvest, results = line
    layout = picture_of(harvest, results, "members_kept", Words("en")).figure["layout"]
    assert [shape["x0"] for shape in layout["shapes"]] == [pytest.approx(8.0)]  # percent


def test_the_line_is_the_median_run_and_the_band_eight_tenths_of_the_seeds(line):
    harvest, results = line
    values = harvest.values("members_kept", results)
    summary = summary_of("members_kept", values)
    assert summary.value == pytest.approx(np.median(values, axis=1))
    assert summary.low == pytest.approx(np.quantile(values, 0.1, axis=1))
    assert summary.high == pytest.approx(np.quantile(values, 0.9, axis=1))
    data = picture_of(harvest, results, "members_kept", Words("en")).figure["data"]
    assert data[-1]["y"] == pytest.approx(100 * summary.value)


def test_a_share_of_runs_has_wilsons_interval():
    values = np.array([[1.0] * 3 + [0.0] * 17, [np.nan] * 20])
    summary = summary_of("collapsed", values)
    wilson = binomtest(3, 20).proportion_ci(method="wilson")
    assert (summary.value[0], summary.n.tolist()) == (0.15, [20, 0])
    assert (summary.low[0], summary.high[0]) == pytest.approx((wilson.low, wilson.high))
    assert np.isnan(summary.value[1])


def test_every_run_is_in_the_table_once_all_are_done(line):
    harvest, results = line
    table = picture_of(harvest, results, "collapsed", Words("en")).table
    assert {len(column) for column in table.values()} == {220}
    assert set(OUTCOMES) <= set(table)
    assert not picture_of(harvest, [None, *results[1:]], "collapsed", Words("en")).table


def test_a_map_is_drawn_while_it_runs_and_marks_the_present_setting():
    harvest = Harvest(Sweep(SETUP, (FEE, KNOWLEDGE)))
    first = [call() for call in harvest.calls[:5]]
    results = first + [None] * (len(harvest.calls) - 5)
    cells, *marks = picture_of(harvest, results, "collapsed", Words("en")).figure["data"]
    assert np.isfinite(np.asarray(cells["z"], float)).sum() == 5
    assert "n = 1" in cells["customdata"][0][0]
    assert [marks[-1]["x"], marks[-1]["y"]] == [[pytest.approx(8)], [pytest.approx(15)]]


def test_both_pools_have_a_line_and_equal_pools_the_same():
    both = Sweep(SETUP.but(b={}), (Span("fee", 0.0, 0.5),), (A, B))
    harvest, results = done(both)
    of_a, of_b = (harvest.values("members_kept", results, arm) for arm in (A, B))
    assert np.isfinite(of_a).all()
    assert (of_a == of_b).all()


def test_values_that_the_model_refuses_are_left_out_and_named():
    ages = Sweep(SETUP, (Span("age_min", 20.0, 120.0),))
    harvest = Harvest(ages)
    assert harvest.refused
    assert len(harvest.calls) == 20 * (11 - len(harvest.refused))
    note = picture_of(harvest, [None] * len(harvest.calls), "collapsed", Words("en")).note
    assert "left out" in note


@pytest.mark.parametrize(
    ("name", "high", "runs"),
    [("n_people", 100_000_000, 1), ("n_people", 21_000, 1), ("n_periods", 90_000, 1)],
)
def test_a_value_too_large_for_the_page_is_left_out_and_named(name, high, runs):
    harvest = Harvest(Sweep(Setup(a={"n_people": 120}), (Span(name, 20, high),)))
    assert len(harvest.calls) == 20 * runs
    assert f"{high:,}" in harvest.refused[high,]
    why, *_ = harvest.refused.values()
    assert picture_of(harvest, [None] * 20, "collapsed", Words("en")).note.endswith(f": {why}")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_typed_ends_too_large_for_the_page_are_refused_with_the_reason(language):
    desk, words = Desk(), Words(language)
    for name, asked in (("n_people", "100000000"), ("n_periods", "2000")):
        setup = SETUP.but(vary=(name,), language=language, a={})
        desk.set_span({"name": name, "low": "20", "high": asked}, setup)
        told = desk.problem_of(setup)
        bad = {"low": "20", "high": asked, "label": words(f"parameter.{name}.label")}
        assert told.startswith(words("sweep.bad_range", **bad, allowed=allowed(name, words)))
        assert f"{int(asked):,}" in told
        assert desk.ends_of(setup) == {}
    desk.set_span({"name": "n_people", "low": "20", "high": "2000"}, setup)
    assert desk.ends_of(setup) == {"n_people": (20, 2000)}


def test_typed_ends_belong_to_their_pool_and_a_complaint_to_what_is_varied():
    desk, here = Desk(), SETUP.but(vary=("fee",))
    desk.set_span({"name": "fee", "low": "10", "high": "20"}, here)
    assert desk.ends_of(here) == {"fee": (0.1, 0.2)}
    assert desk.ends_of(here.but(preset="market")) == {}
    desk.set_span({"name": "fee", "low": "30", "high": "20"}, here)
    assert desk.problem_of(here)
    assert not desk.problem_of(here.but(vary=("subsidy",)))
    assert not desk.problem_of(here.but(preset="market"))
    desk.set_span({"name": "fee", "low": "10", "high": "30"}, here)
    assert not desk.problem_of(here)


def test_every_number_of_a_pool_can_be_varied_within_its_own_range():
    scenario = Setup().scenario()
    names = variable_names(scenario)
    assert {"fee", "subsidy", "private_information", "waiting_period", "n_people"} <= set(names)
    for name in names:
        span = span_of(scenario, name)
        values = span.values(11)
        assert values == sorted(set(values))
        assert len(values) >= 2, name


def test_a_click_on_the_map_loads_the_nearest_cell():
    session = Session(SETUP, [])
    assert session.begin(SETUP)
    sweep = Sweep(SETUP, (FEE, KNOWLEDGE))
    places = nearest(sweep, {"x": 51.0, "y": 90.0})  # percent, as on the axes
    load(session, sweep, places)
    setup = session.setup.value
    assert setup.a == {**SMALL, "fee": 0.5, "private_information": 0.875}
    assert setup.room == SANDBOX
    assert session.frame.value.a.scenario.plans[0].fee == 0.5


def test_results_do_not_depend_on_the_number_of_threads(line):
    harvest, results = line
    assert Crew(1).begin(harvest.calls[:30]).wait() == results[:30]
    assert Crew(3).begin(harvest.calls[:30]).wait() == results[:30]


def test_all_words_of_the_room_are_there_in_both_languages(root):
    tables = [
        tomllib.loads(Path(root, f"classroom/words/{code}.toml").read_text("utf-8"))
        for code in ("en", "zh")
    ]
    for table in tables:
        assert set(table["sweep"]["outcome"]) == set(OUTCOMES)
