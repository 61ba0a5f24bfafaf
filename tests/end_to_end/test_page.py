"""A visitor opens the page, predicts, runs the model, compares, and goes back and forth."""

from __future__ import annotations

import contextlib
import random
import re
import time

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")
playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

SECONDS_TO_COMPILE = 300
SMALL = "n_people=300&n_periods=12"
SKIP = f"?{SMALL}&prediction=skipped"
BEYOND = """() => [...document.querySelectorAll(".ds-page *")]
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1)
    .filter((e) => !e.closest(".js-plotly-plot, .ds-scrolls"))
    .map((e) => e.tagName + "." + e.className)"""
DRAWN = "document.querySelector('.js-plotly-plot .scatterlayer .trace')"
FLAT = "document.querySelector('.js-plotly-plot')._fullData[0].y.every((d) => d === 0)"
BLANK = """() => [...document.querySelectorAll(".js-plotly-plot")]
    .filter((plot) => !plot.querySelector(".plot-container") || plot.clientHeight < 100).length"""


@pytest.fixture
def visit(page, app_url):
    """Open the page and wait for the first run; the first time, rules are compiled."""
    tabs = []

    def go(query="", tab=page, language="en"):
        tab.goto(app_url + query)
        expect(tab.locator(".ds-clock")).to_be_visible(timeout=1000 * SECONDS_TO_COMPILE)
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


def sentence(page, arm=0):
    return page.locator(".ds-sentence").nth(arm)


def test_a_prediction_unlocks_the_run_and_is_held_against_what_came(page, visit):
    visit(f"?{SMALL}")
    play = page.get_by_role("button", name="Play", exact=True)
    expect(play).to_be_disabled()
    page.locator(".ds-predict input").press("Home")
    press(page, "This is my prediction")
    expect(play).to_be_enabled()
    press(page, "To the end")
    expect(page.locator(".ds-said")).to_contain_text(re.compile("You predicted 0 members; it was"))
    expect(page.locator(".js-plotly-plot").first).to_contain_text(re.compile("0"))
    page.wait_for_function("() => location.search.includes('prediction=0')")


def test_play_goes_on_by_itself_stops_where_it_was_told_and_can_be_paused(page, visit):
    visit(SKIP)
    page.get_by_label("Stop at").fill("5")
    page.get_by_label("Stop at").press("Enter")
    press(page, "Play")
    expect_clock(page, "month 5 of 12")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    page.wait_for_timeout(500)
    expect_clock(page, "month 5 of 12")
    press(page, "Play")
    expect_clock(page, "month 12 of 12")


def test_a_step_moves_data_and_draws_no_figure_anew(page, visit):
    visit(SKIP)
    plot = page.locator(".js-plotly-plot .scatterlayer .trace").first
    expect(plot).to_be_attached()
    page.evaluate("document.querySelectorAll('.main-svg').forEach(svg => { svg.marked = true; })")
    press(page, "Step")
    expect_clock(page, "month 1 of 12")
    points = "() => document.querySelector('.js-plotly-plot')._fullData[0].x.length === 2"
    page.wait_for_function(points)
    assert page.evaluate("document.querySelector('.js-plotly-plot .main-svg').marked")
    assert page.evaluate(BLANK) == 0


def test_a_seed_is_taken_or_said_to_be_none(page, visit):
    visit(SKIP)
    press(page, "To the end")
    expect_clock(page, "month 12")
    first = sentence(page).inner_text()
    seed = page.get_by_label("Seed", exact=True)
    seed.fill("lucky")
    seed.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("'lucky' cannot be a seed")
    expect_clock(page, "month 12")
    seed.fill("12")
    seed.press("Enter")
    page.wait_for_function("() => location.search.includes('seed=12')")
    expect_clock(page, "month 12")
    expect(sentence(page)).not_to_have_text(first)


def test_what_is_being_typed_stays_while_periods_go_by(page, visit):
    visit(SKIP)
    seed = page.get_by_label("Seed", exact=True)
    seed.press("End")
    seed.press_sequentially("23")
    page.get_by_role("button", name="Step", exact=True).evaluate("button => button.click()")
    expect_clock(page, "month 1 of 12")
    page.wait_for_timeout(600)  # what is told aloud follows a little later
    expect(seed).to_have_value("123")


def test_a_page_that_waits_for_the_server_blinks_and_does_not_move(page, visit):
    """Sixty layouts of the page a second, in every tab of a class, were what a class waited for."""
    visit(SKIP)
    page.wait_for_function(DRAWN)
    page.evaluate(
        """async () => {
            let part = document.querySelector(".v-application").__vue__;
            while (part.kernelBusyLong === undefined) part = part.$parent;
            while (part.kernelBusy) await new Promise((resolve) => setTimeout(resolve, 50));
            part.kernelBusyLong = true;
        }"""
    )
    names = "document.getAnimations().map((one) => one.animationName).filter(Boolean)"
    seen = page.wait_for_function(f"() => {names}.length && {names}").json_value()
    assert set(seen) == {"ds-at-work"}
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_function(f"() => !{names}.length")


def test_b_equals_a_until_a_rule_of_b_changes(page, visit):
    visit(SKIP + "&b=")
    press(page, "To the end")
    expect_clock(page, "month 12")
    expect(page.locator(".ds-sentence")).to_have_count(2)
    assert sentence(page, 0).inner_text() == sentence(page, 1).inner_text()
    page.wait_for_function(f"() => {DRAWN} && {FLAT}")
    visit(SKIP + "&b.subsidy=0.9&at=12")
    expect(page.locator(".ds-sentence")).to_have_count(2)
    page.wait_for_function(f"() => {DRAWN} && !({FLAT})")


def test_everything_is_done_by_keyboard(page, visit):
    visit(f"?{SMALL}")
    page.keyboard.press("p")
    page.keyboard.press("ArrowRight")
    expect_clock(page, "month 1 of 12")
    page.keyboard.press("e")
    expect_clock(page, "month 12 of 12")
    page.keyboard.press("b")
    expect(page.locator(".ds-sentence")).to_have_count(2)
    page.keyboard.press("b")
    expect(page.locator(".ds-sentence")).to_have_count(1)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("2")
    page.wait_for_function("() => location.search.includes('room=lessons')")
    page.keyboard.press("1")
    page.keyboard.press("r")
    expect_clock(page, "month 0")
    page.keyboard.press(" ")
    expect_clock(page, "month 2")


def test_ten_seconds_of_careless_use_harm_nothing(page, visit):
    visit(SKIP)
    luck = random.Random(1)
    keys = [" ", "ArrowRight", "e", "r", "n", "b", "p", "l", "c", "1", "2", "3", "4", "5"]
    until = time.monotonic() + 10
    while time.monotonic() < until:
        page.keyboard.press(luck.choice(keys))
        buttons = page.locator(".ds-page button:visible:enabled")
        if luck.random() < 0.3:
            with contextlib.suppress(playwright.TimeoutError):  # it went away, or is covered
                buttons.nth(luck.randrange(buttons.count())).click(timeout=500)
    page.keyboard.press("Escape")
    visit(SKIP)
    press(page, "Step")
    expect_clock(page, "month 1 of 12")


def test_the_back_button_takes_back_a_room_and_a_pool(page, visit):
    visit(SKIP)
    press(page, "Many runs")
    page.wait_for_function("() => location.search.includes('room=sweep')")
    page.locator(".ds-story select").select_option("stable")
    page.wait_for_function("() => location.search.includes('preset=stable')")
    page.go_back()
    page.wait_for_function("() => !location.search.includes('preset=stable')")
    page.go_back()
    page.wait_for_function("() => !location.search.includes('room=sweep')")
    expect_clock(page, "month 0 of 12")


def test_the_page_speaks_chinese_in_every_room(page, visit):
    visit(SKIP + "&language=zh")
    assert page.evaluate("document.documentElement.lang") == "zh"
    press(page, "到结束")
    expect_clock(page, "第 12 个月")
    latin = """() => document.querySelector(".ds-page").innerText.split("\\n")
        .filter((line) => /[a-z]{4,} [a-z]{3,} [a-z]{3,}/.test(line))
        .filter((line) => !/deathspiral/.test(line))"""
    for room in "2345":
        page.keyboard.press(room)
        page.wait_for_timeout(400)
        assert page.evaluate(latin) == [], room


def test_a_link_with_mistakes_names_them_all_and_opens_the_page(page, visit):
    visit("?preset=no_such_pool&seed=lucky&fee=99")
    alert = page.get_by_role("alert")
    for wrong in ("no_such_pool", "lucky", "99"):
        expect(alert).to_contain_text(wrong)
    expect_clock(page, "month 0 of 48")


def test_two_visitors_have_a_run_each(page, browser, visit):
    visit(SKIP)
    other = browser.new_context().new_page()
    visit(SKIP, tab=other)
    press(page, "Step")
    expect_clock(page, "month 1")
    expect_clock(other, "month 0")


@pytest.mark.parametrize("rules", ["initial_membership=0", "n_people=1", "n_people=100000"])
def test_empty_single_and_large_pools_are_drawn(page, visit, rules):
    visit(f"?n_periods=3&prediction=skipped&{rules}")
    press(page, "To the end")
    expect(page.locator(".ds-clock")).to_contain_text(re.compile("month [1-3] of 3"))
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_attached()
    assert page.evaluate(BLANK) == 0


@pytest.mark.parametrize("width", [390, 768, 1280, 1920])
def test_nothing_is_wider_than_the_window(page, visit, width):
    page.set_viewport_size({"width": width, "height": 900})
    visit(SKIP + "&at=6")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_attached()
    page.wait_for_timeout(300)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    assert page.evaluate(BEYOND) == []
