"""Many runs and rescues in a real browser: progress, cancel, a click that loads, a lever in B."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")
expect = pytest.importorskip("playwright.sync_api").expect

SECONDS_TO_COMPILE = 300
SECONDS = 20_000


@pytest.fixture
def visit(page, app_url):
    def go(query):
        page.goto(app_url + query)
        heading = page.locator(".ds-sweep, .ds-rescue").first
        expect(heading).to_be_visible(timeout=1000 * SECONDS_TO_COMPILE)
        expect(page.get_by_role("alert")).to_have_count(0)
        return page

    yield go
    expect(page.get_by_text("Traceback")).to_have_count(0)


def expect_address(page, pattern):
    expect(page).to_have_url(re.compile(pattern))


def press(page, name):
    page.get_by_role("button", name=name).first.click()


def test_a_line_and_a_map_run_at_one_click_and_a_click_on_a_cell_loads_it(visit):
    page = visit("?room=sweep&n_people=100&n_periods=4")
    press(page, "Loading (management fee)")
    expect(page.get_by_text("All 220 runs are done.").first).to_be_visible(timeout=SECONDS)
    expect(page.locator(".js-plotly-plot")).to_contain_text("n = 20 at each of 11 points")
    page.get_by_label("and", exact=True).select_option("private_information")
    expect(page.get_by_text("All 810 runs are done.").first).to_be_visible(timeout=SECONDS)
    expect(page.locator(".js-plotly-plot")).to_contain_text("n = 10 at each of 81 points")
    box = page.locator(".nsewdrag").first.bounding_box()
    page.mouse.click(box["x"] + 0.97 * box["width"], box["y"] + 0.03 * box["height"])
    expect_address(page, r"^(?!.*room=).*\bprivate_information=1(&|$)")


def test_a_sweep_is_cancelled_at_once_and_a_range_that_cannot_be_is_named(visit):
    page = visit("?room=sweep&vary=fee,private_information")
    press(page, "Cancel")
    expect(page.locator(".ds-sweep-state")).to_contain_text("Cancelled after", timeout=1500)
    page.get_by_role("textbox", name="from").first.fill("9999")
    page.get_by_role("textbox", name="from").first.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("Loading (management fee)")


def test_levers_appear_as_they_are_found_and_are_tried_in_b(visit):
    page = visit("?room=rescue&n_people=200&n_periods=24")
    press(page, "Search for rescues")
    row = page.get_by_role("row").filter(has_text="works").first
    expect(row).to_be_visible(timeout=SECONDS)
    press(page, "Cancel")
    expect(page.locator(".ds-rescue")).to_contain_text("Cancelled after", timeout=1500)
    expect(page.locator(".ds-rescue-sentence")).to_contain_text("(n = 40)")
    row.get_by_role("button", name="Try it in B").click()
    expect_address(page, r"^(?!.*room=).*\bb\.\w+=")
