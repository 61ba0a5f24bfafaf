"""A figure in a real browser: it moves without flicker, can be picked, read and saved."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")
expect = pytest.importorskip("playwright.sync_api").expect

SECONDS_TO_COMPILE = 300
PAGE = """
import solara

from classroom.arm import Arm
from classroom.figure_part import Figure
from classroom.figures.curves import curves
from classroom.figures.people import people
from classroom.served import serve
from classroom.words import Words
from model import presets

serve()
WORDS = Words("en")
SCENARIO = presets.load("classic_spiral").scenario.but(n_people=400)


@solara.component
def Page():
    arm = solara.use_memo(lambda: Arm(SCENARIO, 1), [])
    period, set_period = solara.use_state(0)
    person, set_person = solara.use_state(None)
    hidden, set_hidden = solara.use_state(False)
    arm.advance(period)
    solara.Button("Step", on_click=lambda: set_period(period + 1))
    solara.Button("Hide", on_click=lambda: set_hidden(not hidden))
    solara.Text(f"picked {person}")
    solara.Style(".ds-figure-place { height: 300px; }")
    for figure in () if hidden else (people, curves):
        picture = figure(arm.look(), WORDS, person=person).saved_as("classic", "seed1")
        Figure(picture, WORDS, set_person).key(picture.name)
"""
MARK = """() => document.querySelectorAll(".main-svg").forEach((svg) => (svg.marked = true))"""
STILL_THERE = """() => [...document.querySelectorAll(".main-svg")].every((svg) => svg.marked)"""
COLOURS = """() => document.querySelector(".js-plotly-plot").data[1].marker.color.join()"""
RINGS = """() => document.querySelector(".js-plotly-plot").data[2].x.length"""
PLACE = """() => {
    const stars = [...document.querySelectorAll(".js-plotly-plot")][1].data.at(-1);
    return stars.y.length;
}"""


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    script = tmp_path_factory.mktemp("page") / "two_figures.py"
    script.write_text(PAGE, "utf-8")
    return serve(script)


@pytest.fixture
def figures(page, address):
    page.goto(address)
    drawn = page.locator(".js-plotly-plot .scatterlayer")
    expect(drawn).to_have_count(2, timeout=1000 * SECONDS_TO_COMPILE)
    return page


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def test_a_step_moves_the_data_and_a_picked_person_shows_in_both_figures(figures):
    before = figures.evaluate(COLOURS)
    figures.evaluate(MARK)
    press(figures, "Step")
    figures.wait_for_function(f"before => ({COLOURS})() !== before", arg=before)
    assert figures.evaluate(STILL_THERE)
    assert figures.evaluate(RINGS) == 0
    place = figures.get_by_role("img", name=re.compile("The people: who is in"))
    place.focus()
    place.press("ArrowRight")
    expect(figures.get_by_text("picked 0", exact=True)).to_be_visible()
    figures.wait_for_function(f"() => ({RINGS})() === 1 && ({PLACE})() === 2")
    expect(
        figures.get_by_text(re.compile(r"own expected cost .* value of being in")).first
    ).to_be_visible()
    figures.locator(".js-plotly-plot .scatterlayer .points path").nth(20).click(force=True)
    expect(figures.get_by_text("picked 0", exact=True)).to_be_hidden()
    assert figures.evaluate(STILL_THERE)


def test_the_numbers_are_read_in_a_table_and_saved(figures):
    figures.locator("summary").nth(1).click()
    press(figures, "Table")
    table = figures.get_by_role("dialog").get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(4)
    rows = table.get_by_role("row").count()
    press(figures, "Close")
    expect(table).to_be_hidden()
    with figures.expect_download() as waiting:
        press(figures, "CSV")
    assert waiting.value.suggested_filename == "classic_seed1_curves.csv"
    lines = waiting.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == rows
    assert len(lines[-1].split(",")) == 4
    for kind, begins in (("PNG", b"\x89PNG"), ("SVG", b"<svg")):
        with figures.expect_download() as waiting:
            press(figures, kind)
        assert waiting.value.suggested_filename == f"classic_seed1_curves.{kind.lower()}"
        assert waiting.value.path().read_bytes().startswith(begins)


def test_a_figure_that_goes_away_and_comes_back_leaves_no_error(figures):
    for _ in range(2):
        press(figures, "Hide")
        expect(figures.locator(".ds-figure")).to_have_count(0)
        press(figures, "Hide")
        press(figures, "Step")
    expect(figures.locator(".js-plotly-plot .scatterlayer")).to_have_count(2)
    figures.set_viewport_size({"width": 390, "height": 800})
    figures.wait_for_function(
        "() => document.querySelector('.js-plotly-plot')._fullLayout.width < 400"
    )


def test_a_script_that_failed_to_load_is_asked_for_again(page, address):
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(address)
    failed = page.get_by_text("The figure cannot be drawn in this browser")
    expect(failed).to_have_count(2, timeout=1000 * SECONDS_TO_COMPILE)
    page.locator(".ds-figure-menu summary").first.click()
    page.get_by_role("button", name="PNG").first.click()
    page.wait_for_timeout(200)
    page.unroute("**/plotly.min.js")
    press(page, "Step")
    expect(page.locator(".js-plotly-plot .scatterlayer")).to_have_count(2)
    expect(failed).to_have_count(0)
    assert not faults
