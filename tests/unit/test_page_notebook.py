"""The page's figures and a small widget, in a notebook."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("ipywidgets", reason="the page's extra 'app' brings the widgets")

from classroom.figures import FIGURES
from classroom.notebook import draw, explore
from experiments.orders import LARGEST_SEED
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
    widget.seed.value = "4"
    assert (widget.simulation.period, widget.simulation.seed) == (0, 4)


def test_the_widget_takes_the_largest_seed_and_says_what_is_none():
    widget = explore(seed=LARGEST_SEED)
    assert widget.simulation.seed == LARGEST_SEED
    widget.seed.value = "4.5"
    assert "seed 4.5 is not allowed" in widget.sentence.value
    assert widget.simulation.seed == LARGEST_SEED
    with pytest.raises(ValueError, match="use a whole number from 0 to"):
        explore(seed=LARGEST_SEED + 1)


def test_a_control_that_is_no_number_is_refused_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"no number 'sharing' to set .* there are .*fee, "):
        explore(controls=("sharing",))


def test_figures_that_are_no_longer_shown_are_closed():
    widget = explore(seed=3)
    first = widget.place.children[0]
    widget.step()
    assert first.comm is None
    assert widget.place.children[0].comm is not None


def test_a_notebook_does_without_the_server_of_the_page(root):
    code = "import sys, classroom.notebook; sys.exit('solara' in sys.modules)"
    place = {**os.environ, "PYTHONPATH": str(root)}
    assert subprocess.run([sys.executable, "-c", code], env=place, check=False).returncode == 0


def test_the_widget_speaks_chinese():
    widget = explore("stable", language="zh", controls=("fee",))
    widget.finish()
    assert widget.simulation.verdict.sentence_zh in widget.sentence.value
