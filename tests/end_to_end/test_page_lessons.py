"""A visitor takes a lesson by keyboard, and hands in its ticket; a teacher counts hands."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")
expect = pytest.importorskip("playwright.sync_api").expect

SECONDS_TO_COMPILE = 300


@pytest.fixture
def visit(page, app_url):
    """Open the page at a place; the first time, rules are compiled."""

    def go(query, wait_for):
        page.goto(app_url + query)
        expect(page.locator(wait_for)).to_be_visible(timeout=1000 * SECONDS_TO_COMPILE)
        return page

    return go


def press_until_focused(page, name):
    """Go on by Tab until a control has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.textContent || ''"):
            return
    pytest.fail(f"Tab does not reach {name}")


def focus_first_choice(page):
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "radio":
            return
    pytest.fail("Tab does not reach the choices")


def test_a_lesson_is_taken_by_keyboard_alone(page, visit):
    visit("?room=lessons&lesson=4", ".ds-lesson h2")
    for _ in range(4):
        expect(page.locator(".ds-lesson-strayed")).to_have_count(0)
        heading = page.locator(".ds-lesson h2").inner_text()
        page.locator(".ds-lesson h2").focus()
        if page.locator(".ds-lesson input[type=radio]").count():
            focus_first_choice(page)
            page.keyboard.press("Space")
        else:
            page.keyboard.press("Tab")
            page.keyboard.type("100")
        page.keyboard.press("Enter")
        expect(page.locator(".ds-reply")).to_contain_text("The model says", timeout=30_000)
        press_until_focused(page, "→")
        page.keyboard.press("Enter")
        expect(page.locator(".ds-lesson h2").filter(has_text=heading)).to_have_count(0)
    expect(page.get_by_role("heading", name="Exit ticket")).to_be_focused()
    press_until_focused(page, "Check with the model")


def test_a_link_opens_a_screen_of_a_lesson_with_its_pool(page, visit):
    visit("?room=lessons&lesson=2&screen=1&language=zh", ".ds-lesson h2")
    expect(page.locator(".ds-lesson h2")).to_have_text("下一个走的是谁？")
    expect(page.locator(".ds-clock")).to_contain_text("6")


def test_a_ticket_survives_a_reload_and_is_saved_with_the_answers_of_the_model(page, visit):
    visit("?room=lessons&lesson=2&screen=6", ".ds-ticket")
    page.get_by_label("Name or number").fill("Li Wei")
    page.get_by_label("fewer members").check()
    page.locator("textarea").fill("The healthy leave,\nand so on")
    page.reload()
    expect(page.get_by_label("fewer members")).to_be_checked(timeout=30_000)
    page.get_by_role("button", name="Check with the model").click()
    expect(page.locator(".ds-check")).to_contain_text("Right", timeout=30_000)
    rows = {}
    for kind in ("CSV", "JSON"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save as {kind}").click()
        rows[kind] = Path(download.value.path()).read_text("utf-8-sig")
    table = list(csv.DictReader(rows["CSV"].splitlines(keepends=True)))
    assert [row["answer"] for row in table][::2] == [
        "fewer members",
        "The healthy leave,\nand so on",
    ]
    assert table[0]["name"] == "Li Wei"
    assert table[0]["right"] == "true"
    assert json.loads(rows["JSON"])[0]["model"] == "fewer members"
    page.get_by_label("more members").check()
    expect(page.locator(".ds-check")).to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as JSON").click()
    changed = json.loads(Path(download.value.path()).read_text("utf-8"))[0]
    assert (changed["answer"], changed["right"]) == ("more members", "")


def test_a_number_that_cannot_be_is_not_graded(page, visit):
    visit("?room=lessons&lesson=2&screen=2", ".ds-lesson h2")
    page.locator(".ds-lesson-number input").fill("500")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("Please enter a number from 0 to 100.")
    expect(page.locator(".ds-reply")).to_have_count(0)


def test_counted_hands_are_drawn_over_the_model_and_survive_a_reload(page, visit):
    visit("?room=class", ".ds-hands")
    for stayed in ("24", "17"):
        page.get_by_label("Hands for staying").fill(stayed)
        page.keyboard.press("Enter")
        expect(page.locator(".ds-hands tbody tr strong").filter(has_text=stayed)).to_be_visible()
    page.reload()
    expect(page.locator(".ds-hands tbody tr")).to_have_count(2, timeout=30_000)
    page.get_by_role("button", name="Reveal the model").click()
    drawn = "document.querySelector('.js-plotly-plot')?._fullData?.at(-1)?.y?.length === 3"
    page.wait_for_function(drawn)
    for _ in range(2):
        with page.expect_download() as download:
            page.get_by_role("button", name="Cards to print").click()
        assert Path(download.value.path()).read_text("utf-8").count('class="card"') == 40
