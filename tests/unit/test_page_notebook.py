"""The page's figures and a small widget, in a notebook."""

from __future__ import annotations

import pytest

pytest.importorskip("ipywidgets", reason="the page's extra 'app' brings the widgets")

from classroom.notebook import FIGURES, draw, explore
from model import AdverseSelectionModel, Simulation, presets

SMALL = presets.load("classic_spiral").scenario.but(n_people=200)


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("periods", [0, 5])
def test_every_figure_of_the_page_is_drawn_in_a_notebook(name, periods):
    run = Simulation(SMALL, seed=1)
    for _ in range(periods):
        run.step()
    figure = draw(run, name)
    assert figure.layout.title.text
    assert "seed 1" in figure.layout.meta


def test_the_line_of_members_is_that_of_the_run():
    run = Simulation(SMALL, seed=1).run()
    lines = [trace for trace in draw(run, "members").data if trace.mode == "lines"]
    assert list(lines[0].y) == run.history["members"].to_list()


def test_a_mesa_model_is_drawn_too():
    model = AdverseSelectionModel(SMALL, rng=1)
    model.run_model()
    assert draw(model).to_json() == draw(Simulation(SMALL, seed=1).run()).to_json()


def test_an_unknown_figure_is_refused_with_the_names_that_there_are():
    with pytest.raises(ValueError, match="no figure 'pie'; there are members, "):
        draw(Simulation(SMALL, seed=1), "pie")


def test_the_widget_lives_through_the_run_that_is_set():
    widget = explore("classic_spiral", seed=3, controls=("fee", "n_periods"))
    widget.sliders["fee"].value = 0.5
    widget.sliders["n_periods"].value = 20
    widget.step()
    assert widget.simulation.period == 1
    widget.finish()
    scenario = presets.load("classic_spiral").scenario.but(fee=0.5, n_periods=20)
    assert widget.simulation.history.equals(Simulation(scenario, seed=3).run().history)
    assert widget.simulation.verdict.sentence in widget.sentence.value
    widget.seed.value = 4
    assert (widget.simulation.period, widget.simulation.seed) == (0, 4)


def test_the_widget_speaks_chinese():
    widget = explore("stable", language="zh", controls=("fee",))
    widget.finish()
    assert widget.simulation.verdict.sentence_zh in widget.sentence.value
