"""What stands beside something new is not made anew: a click and the focus would be lost."""

from __future__ import annotations

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")
expect = pytest.importorskip("playwright.sync_api").expect

SECONDS_TO_COMPILE = 300
SECONDS = 30
SMALL = "n_people=300&n_periods=12&prediction=skipped"
MARK = "one => { one.marked = true; }"
MARKED = "one => one.marked === true"


def marked(page, query, selector):
    """Open a page and mark an element of it."""
    page.goto(query)
    found = page.locator(selector).first
    expect(found).to_be_visible(timeout=1000 * SECONDS_TO_COMPILE)
    found.evaluate(MARK)
    return found


def test_the_bar_stays_and_keeps_the_focus_when_the_prediction_is_made(page, app_url):
    bar = marked(page, f"{app_url}?n_people=300&n_periods=12", ".ds-bar")
    figure = page.locator(".ds-figures .js-plotly-plot").first
    figure.evaluate(MARK)
    page.get_by_label("Seed", exact=True).focus()
    page.get_by_role("button", name="This is my prediction").evaluate("one => one.click()")
    expect(page.locator(".ds-predict")).to_have_count(0)
    assert bar.evaluate(MARKED)
    assert figure.evaluate(MARKED)
    assert page.evaluate("document.activeElement.closest('.ds-bar') !== null")


def test_the_bar_stays_in_sight_while_the_page_is_scrolled(page, app_url):
    bar = marked(page, f"{app_url}?{SMALL}", ".ds-bar")
    page.locator(".ds-figures figure").last.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    assert page.evaluate("scrollY") > 300
    assert abs(bar.evaluate("one => one.getBoundingClientRect().top")) < 2


def test_figures_stay_when_b_comes_and_goes(page, app_url):
    figure = marked(page, f"{app_url}?{SMALL}", ".ds-figures .js-plotly-plot")
    page.keyboard.press("b")
    expect(page.locator(".ds-sentence")).to_have_count(2)
    assert figure.evaluate(MARKED)
    page.keyboard.press("b")
    expect(page.locator(".ds-sentence")).to_have_count(1)
    assert figure.evaluate(MARKED)


def test_what_is_asked_of_a_sweep_stays_when_the_picture_comes(page, app_url):
    asked = marked(page, f"{app_url}?room=sweep&{SMALL}", ".ds-sweep")
    page.get_by_role("button", name="Loading (management fee)").first.click()
    expect(page.locator(".ds-sweep-picture .js-plotly-plot")).to_be_visible(timeout=1000 * SECONDS)
    assert asked.evaluate(MARKED)


def test_what_stands_below_a_rescue_stays_when_levers_are_found(page, app_url):
    link = f"{app_url}?room=rescue&n_people=200&n_periods=24"
    asked = marked(page, link, "p.ds-note:has-text('deathspiral rescue')")
    page.get_by_role("button", name="Search for rescues").first.click()
    expect(page.get_by_role("row").nth(1)).to_be_visible(timeout=1000 * SECONDS)
    assert asked.evaluate(MARKED)


def test_a_lesson_stays_beside_its_ticket(page, app_url):
    told = marked(page, f"{app_url}?room=lessons&lesson=2&screen=6", ".ds-lessons")
    expect(page.locator(".ds-ticket")).to_be_visible()
    page.get_by_role("button", name="← Back").click()
    expect(page.locator(".ds-ticket")).to_have_count(0)
    page.get_by_role("button", name="To the exit ticket →").click()
    expect(page.locator(".ds-ticket")).to_be_visible()
    assert told.evaluate(MARKED)


def test_what_was_answered_stays_while_the_list_of_lessons_is_looked_at(page, app_url):
    told = marked(page, f"{app_url}?room=lessons&lesson=1&screen=0", ".ds-lessons")
    page.get_by_role("button", name="Just show me").click()
    expect(page.locator(".ds-reply")).to_be_visible(timeout=1000 * SECONDS)
    page.get_by_role("button", name="All lessons").click()
    expect(page.locator(".ds-lesson-list")).to_be_visible()
    page.get_by_role("button", name="Open lesson 1").click()
    expect(page.locator(".ds-reply")).to_be_visible()
    assert told.evaluate(MARKED)
