"""In a real browser: sliders by keyboard, typed numbers, what is refused, the way back, B."""

from __future__ import annotations

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")
from classroom.words import Words

expect = pytest.importorskip("playwright.sync_api").expect

SECONDS_TO_COMPILE = 300
SOON = {"timeout": 20_000}
"""The first drawing of all figures keeps a browser without a graphics card for seconds."""
LOADING = "Loading (management fee)"


@pytest.fixture
def settings(page, app_url):
    """Open the page and return its settings."""
    page.goto(app_url + "?preset=classic_spiral&n_people=300&n_periods=12&prediction=skipped")
    part = page.locator(".ds-controls")
    expect(part).to_be_visible(timeout=1000 * SECONDS_TO_COMPILE)
    yield part
    expect(page.get_by_text("Traceback")).to_have_count(0)


def slider(part, label):
    return part.get_by_role("slider", name=label, exact=True)


def field(part, label):
    return part.get_by_role("textbox", name=label, exact=True)


def test_a_control_is_set_by_keyboard_or_typed_and_taken_back(page, settings):
    slider(settings, LOADING).focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(field(settings, LOADING)).to_have_value("14", **SOON)
    back = settings.get_by_role("button", name="Back to the preset: 8%")
    expect(back).to_be_visible(**SOON)
    expect(slider(settings, LOADING)).to_have_attribute("aria-valuetext", "14 %", **SOON)
    field(settings, LOADING).fill("33.5")
    page.keyboard.press("Enter")
    expect(slider(settings, LOADING)).to_have_attribute("aria-valuetext", "33.5 %", **SOON)
    back.click()
    expect(back).to_have_count(0, **SOON)
    expect(field(settings, LOADING)).to_have_value("8", **SOON)
    expect(field(settings, LOADING)).to_be_focused(**SOON)


def test_a_wrong_number_is_said_and_nothing_is_lost(page, settings):
    field(settings, LOADING).fill("12")
    page.keyboard.press("Enter")
    expect(settings.get_by_role("button", name="Back to the preset: 8%")).to_be_visible(**SOON)
    field(settings, LOADING).fill("5000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("a number from 0 to 1,000%", **SOON)
    expect(field(settings, LOADING)).to_have_value("12", **SOON)
    schedule = field(settings, "Benefit by age")
    schedule.fill("from 0: 300,000, from 40: 90,000")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_have_count(0, **SOON)
    expect(schedule).to_have_value("from 0: 300000, from 40: 90000", **SOON)


def test_b_has_one_rule_changed_and_search_finds_any_control(page, settings):
    page.get_by_role("button", name=Words("en")("bar.compare"), exact=True).click()
    expect(settings).to_contain_text("B is the same as A", **SOON)
    settings.get_by_label("Change a rule of B").select_option("Subsidy")
    field(settings, "Subsidy").fill("80")
    page.keyboard.press("Enter")
    expect(settings.get_by_role("button", name="Back to A's 0%")).to_be_visible(**SOON)
    settings.get_by_role("button", name="A", exact=True).click()
    settings.get_by_role("searchbox").fill("sponsor pays contribution")
    expect(field(settings, "Subsidy")).to_have_value("0", **SOON)
    expect(settings).to_contain_text("B: 80%", **SOON)
    settings.get_by_role("button", name="What is “Subsidy”?").click()
    expect(settings).to_contain_text("Share of a contribution that the sponsor pays.", **SOON)
