"""The model in Mesa's own page: what a Mesa user writes works, and reset keeps what was set."""

from __future__ import annotations

import pytest

pytest.importorskip("altair", reason="Mesa's page wants it")
pytest.importorskip("matplotlib", reason="Mesa's page wants it")
pytest.importorskip("solara", reason="the page needs the extra 'app'")
expect = pytest.importorskip("playwright.sync_api").expect

SCRIPT = """
import solara
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter
from model import AdverseSelectionModel, Scenario

SCENARIO = Scenario(n_people=500, n_periods=7)
CONTROLS = {
    "scenario": SCENARIO,
    "rng": {"type": "InputText", "label": "Seed", "value": "1"},
    "fee": {"type": "SliderFloat", "label": "Fee", "value": 0.08, "min": 0, "max": 1, "step": 0.01},
    "initial_membership": {"type": "Checkbox", "label": "Members at the start", "value": True},
}

@solara.component
def Facts(model):
    update_counter.get()
    s = model.simulation.scenario
    solara.Text(f"period {model.period} of {s.n_periods}, {s.n_people} people, seed {model.seed}")
    members = model.datacollector.model_vars["members"][-1]
    solara.Text(f"fee {s.plans[0].fee}, {members:.0f} members")

@solara.component
def Page():
    model = solara.use_memo(lambda: AdverseSelectionModel(SCENARIO, rng="1"), [])
    SolaraViz(model, components=[(Facts, 0)], model_params=CONTROLS, play_interval=200)

page = Page()
"""


def test_mesas_page_steps_the_model_and_resets_it_with_what_was_set(page, serve, tmp_path):
    script = tmp_path / "viz.py"
    script.write_text(SCRIPT, encoding="utf-8")
    page.goto(serve(script))
    facts = page.get_by_text("period 0 of 7, 500 people, seed 1")
    expect(facts).to_be_visible(timeout=300_000)
    page.get_by_role("button", name="Step", exact=True).click()
    expect(page.get_by_text("period 1 of 7")).to_be_visible(timeout=300_000)  # compiles
    page.get_by_label("Seed").fill("12")
    page.get_by_label("Seed").press("Enter")
    page.get_by_role("slider", name="Fee").press("End")
    page.get_by_label("Members at the start").uncheck(force=True)
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(page.get_by_text("period 0 of 7, 500 people, seed 12")).to_be_visible()
    expect(page.get_by_text("fee 1.0, 0 members")).to_be_visible()
