"""A visitor opens the page, turns knobs, runs the model, and sees what happens."""

from __future__ import annotations

import re

import pytest

from classroom import knobs
from model import Plan, Scenario, presets
from model.quantities import range_of

pytest.importorskip("solara", reason="the page needs the extra 'app'")
expect = pytest.importorskip("playwright.sync_api").expect

SECONDS_TO_COMPILE = 300
PLOT = """() => {
    const plot = document.querySelector(".js-plotly-plot");
    return {
        axes: ["yaxis", "yaxis2", "xaxis2"].map((axis) => plot._fullLayout[axis].title.text),
        lines: plot.querySelectorAll(".scatterlayer .trace").length,
        same: plot.querySelector(".main-svg").marked === true,
    };
}"""
FITS = """() => {
    const plot = document.querySelector(".js-plotly-plot");
    return Math.abs(plot._fullLayout.width - plot.parentElement.clientWidth) < 2;
}"""


@pytest.fixture
def visit(page, app_url):
    """Open the page and wait for the first run; the first time, rules are compiled."""
    tabs = []

    def go(query="", tab=page):
        tab.goto(app_url + query)
        step = tab.get_by_role("button", name="Step", exact=True)
        expect(step).to_be_enabled(timeout=1000 * SECONDS_TO_COMPILE)
        expect(tab.locator(".js-plotly-plot .scatterlayer")).to_have_count(2)  # two panels
        tabs.append(tab)
        return tab

    yield go
    for tab in tabs:
        # Where something fails on the server, the page shows it in place of the model.
        expect(tab.get_by_text("Traceback")).to_have_count(0)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def expect_clock(page, text):
    expect(page.locator(".ds-clock")).to_contain_text(text)


def knob(page, label):
    return page.get_by_role("slider", name=re.compile(f"^{label}: "))


def turn(page, label, key):
    """Move a knob to one of its ends, as a keyboard does."""
    before = knob(page, label).get_attribute("aria-label")
    knob(page, label).press(key)
    expect(knob(page, label)).not_to_have_attribute("aria-label", before)


def verdict_at_the_end(page):
    press(page, "To the end")
    expect(page.locator(".ds-verdict")).to_contain_text("Verdict")
    return page.locator(".ds-verdict p").inner_text()


def wait_for_points(page, points):
    """Wait until every line has one point a period."""
    page.wait_for_function(
        "n => document.querySelector('.js-plotly-plot')._fullData"
        ".every((line) => line.x.length === n)",
        arg=points,
    )


def test_members_and_contribution_are_drawn_with_units_and_fill_their_place(page, visit):
    visit()
    page.wait_for_function(FITS)
    plot = page.evaluate(PLOT)
    assert plot["axes"] == [
        "members<br>[people]",
        "contribution<br>[yuan per member<br>per month]",
        "months since the opening",
    ]
    assert plot["lines"] == 3


def test_a_step_adds_a_period_to_what_is_drawn_and_draws_nothing_anew(page, visit):
    visit()
    expect_clock(page, "month 0 of 48")
    page.evaluate("document.querySelectorAll('.main-svg').forEach(svg => { svg.marked = true; })")
    press(page, "Step")
    expect_clock(page, "month 1 of 48")
    wait_for_points(page, 2)
    assert page.evaluate(PLOT)["same"]
    expect(page.locator(".ds-verdict p")).to_contain_text("after 1 period;")


def test_reset_returns_to_the_opening_and_keeps_what_has_no_knob(page, visit):
    visit("?preset=stable&seed=7")
    expect_clock(page, "month 0 of 60 · seed 7")
    first = verdict_at_the_end(page)
    press(page, "Reset")
    expect_clock(page, "month 0 of 60 · seed 7")
    wait_for_points(page, 1)
    assert verdict_at_the_end(page) == first


def test_play_goes_on_until_it_is_paused(page, visit):
    visit()
    press(page, "Play")
    page.wait_for_function(
        "() => / [3-9] of/.test(document.querySelector('.ds-clock').textContent)"
    )
    press(page, "Pause")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.wait_for_timeout(500)
    clock = page.locator(".ds-clock").inner_text()
    page.wait_for_timeout(700)
    assert page.locator(".ds-clock").inner_text() == clock


def test_play_ends_with_the_run_and_reset_begins_another(page, visit):
    visit()
    press(page, "Play")
    expect(page.locator(".ds-verdict")).to_contain_text("Verdict", timeout=60_000)
    expect_clock(page, "48 of 48")
    wait_for_points(page, 49)
    press(page, "Reset")
    expect_clock(page, "0 of 48")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()


def test_a_turned_knob_waits_for_reset_and_then_changes_the_run(page, visit):
    visit("?preset=stable")
    first = verdict_at_the_end(page)
    turn(page, "Fee", "End")
    expect(page.get_by_text("apply after Reset")).to_be_visible()
    assert page.locator(".ds-verdict p").inner_text() == first
    press(page, "Reset")
    expect(page.get_by_text("apply after Reset")).to_be_hidden()
    assert verdict_at_the_end(page) != first
    press(page, "Preset values")
    press(page, "Reset")
    assert verdict_at_the_end(page) == first


def test_a_preset_brings_its_story_its_values_and_a_new_run(page, visit):
    visit()
    press(page, "Step")
    page.get_by_role("button", name=re.compile("^Preset The classic")).click()
    page.get_by_role("option", name="Xiang Hu Bao, 2019-2021").click()
    expect_clock(page, "half-month 0 of 72")
    expect(page.get_by_text("The largest mutual-aid plan there was")).to_be_visible()
    share = presets.load("xianghubao").scenario.initial_membership
    expect(knob(page, "Initial membership")).to_have_attribute(
        "aria-label", re.compile(rf"^Initial membership: {share:.2f}")
    )
    wait_for_points(page, 1)
    assert page.evaluate(PLOT)["axes"][0] == "members<br>[million people]"


def test_a_seed_typed_into_the_page_is_the_seed_of_the_run(page, visit):
    visit()
    first = verdict_at_the_end(page)
    page.get_by_label("Seed").fill("12")
    page.get_by_label("Seed").press("Enter")
    press(page, "Reset")
    expect_clock(page, "month 0 of 48 · seed 12")
    assert verdict_at_the_end(page) != first


def test_what_cannot_be_a_seed_is_said_and_the_run_stays(page, visit):
    visit()
    press(page, "Step")
    expect_clock(page, "month 1 of 48")
    page.get_by_label("Seed").fill("lucky")
    page.get_by_label("Seed").press("Enter")
    press(page, "Reset")
    expect(page.get_by_text("'lucky' cannot be a seed")).to_be_visible()
    expect_clock(page, "month 1 of 48 · seed 1")


def test_an_empty_pool_is_drawn_and_says_so(page, visit):
    visit()
    turn(page, "Initial membership", "Home")
    press(page, "Reset")
    expect(page.locator(".ds-tile").first).to_contain_text("0")
    expect(page.locator(".js-plotly-plot .annotation-text").first).to_contain_text("empty")
    press(page, "Step")
    expect_clock(page, "month 1 of 48")
    wait_for_points(page, 2)


def test_two_visitors_have_a_run_each(page, browser, visit):
    visit()
    other = browser.new_context().new_page()
    visit(tab=other)
    press(page, "Step")
    expect_clock(page, "month 1 of 48")
    expect_clock(other, "month 0 of 48")


def test_a_link_that_asks_for_what_cannot_be_still_opens_the_page(page, visit):
    visit("?preset=no_such_pool&seed=lucky")
    expect(page.get_by_text("'lucky' cannot be a seed")).to_be_visible()
    expect_clock(page, "month 0 of 48 · seed 1")


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_is_wider_than_the_window(page, visit, width):
    page.set_viewport_size({"width": width, "height": 844})
    visit()
    verdict_at_the_end(page)
    turn(page, "Fee", "End")
    page.wait_for_timeout(500)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    beyond = """() => [...document.querySelectorAll(".ds-page *")]
        .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1)
        .map((e) => e.className.toString())"""
    assert page.evaluate(beyond) == []


@pytest.mark.parametrize("preset", ["default", *presets.names()])
def test_every_knob_starts_at_the_presets_value_and_stays_within_what_is_allowed(preset):
    scenario = presets.load(preset).scenario
    fields = {**Plan.model_fields, **Scenario.model_fields}
    for one in knobs.knobs_of(scenario):
        low, high = range_of(fields[one.name])
        assert one.stops[one.position(one.start)] == one.start
        assert low <= one.stops[0] < one.stops[-1] <= high
        assert list(one.stops) == sorted(set(one.stops))
        at_the_end = scenario.but(**knobs.changes([one], {one.name: one.stops[-1]}))
        assert knobs.changes([one], {one.name: one.start}) == {}
        assert (at_the_end == scenario) is (one.start == one.stops[-1])


def test_values_are_written_with_units():
    written = {one.name: one.written(one.start) for one in knobs.knobs_of(Scenario())}
    assert written["n_people"] == "10,000"
    assert written["fee"] == "0.08"
    assert written["risk_aversion"] == "2.5 per million yuan"
    assert written["attention"] == "0.03 per period"
    assert written["choice_noise"] == "4 yuan per period"
