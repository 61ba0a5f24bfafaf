"""What a visitor takes from the page in a real browser is the run that the page shows."""

from __future__ import annotations

import os
import subprocess
import sys

import polars as pl
import pytest

from model import presets

pytest.importorskip("solara", reason="the page needs the extra 'app'")
expect = pytest.importorskip("playwright.sync_api").expect

MILLISECONDS_TO_COMPILE = 300_000
LINK = "?seed=5&n_people=300&fee=0.2&b.subsidy=0.3&prediction=120&at=9"
NAMES = ("classic_spiral-a-5", "classic_spiral-b-5")


@pytest.fixture
def shared(page, app_url):
    """Open a link, and return the panel of what can be taken."""

    def go(query=LINK):
        page.goto(app_url + query)
        panel = page.locator(".ds-share")
        expect(panel).to_be_visible(timeout=MILLISECONDS_TO_COMPILE)
        return panel

    return go


def saved(page, panel, label, folder):
    """Press a button by keyboard, wait for the file, and return where it is."""
    with page.expect_download(timeout=30_000) as waiting:
        panel.get_by_role("button", name=label, exact=True).press("Enter")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    expect(panel.get_by_role("status")).to_contain_text(path.name, timeout=20_000)
    return path


def python(*words, cwd, root):
    command, place = [sys.executable, *words], {**os.environ, "PYTHONPATH": str(root)}
    subprocess.run(command, cwd=cwd, env=place, check=True, capture_output=True)


def test_a_link_gives_the_tables_that_its_snippet_and_its_toml_file_give(
    page, shared, tmp_path, root
):
    panel = shared()
    tables = [saved(page, panel, f"Table {arm} (CSV)", tmp_path) for arm in "AB"]
    pool = saved(page, panel, "Pool B (TOML)", tmp_path)
    panel.locator("summary", has_text="Python").press("Enter")
    (tmp_path / "again").mkdir()
    (tmp_path / "again.py").write_text(panel.locator("pre").first.inner_text(), "utf-8")
    python(tmp_path / "again.py", cwd=tmp_path / "again", root=root)
    for table in tables:
        assert (tmp_path / "again" / table.name).read_bytes() == table.read_bytes()
        assert pl.read_csv(table)["members_predicted"].unique().to_list() == [120.0]

    order = ["run", pool.name, "--seed", "5", "--out", "out"]
    python("-m", "experiments", *order, cwd=tmp_path, root=root)
    history = pl.read_parquet(tmp_path / "out/history.parquet").filter(pl.col("period") <= 9)
    predicted = history.with_columns(members_predicted=120.0)
    assert predicted.write_csv() == tables[1].read_text("utf-8")


def test_a_page_in_one_file_opens_without_a_network(page, shared, tmp_path, browser):
    panel = shared(LINK + "&language=zh")
    path = saved(page, panel, "单文件网页（HTML）", tmp_path)
    assert path.stat().st_size < 6_000_000
    faults = []
    tab = browser.new_context(offline=True).new_page()
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.goto(path.as_uri())
    expect(tab.locator("#bar")).to_be_visible(timeout=30_000)
    assert "第 48 个月" in tab.locator("#clock").inner_text()
    end = tab.locator("#sentence-a").inner_text()
    tab.locator("#moment").press("Home")
    expect(tab.locator("#clock")).to_contain_text("第 0 个月")
    assert tab.locator("#sentence-a").inner_text() != end
    points = "document.getElementById('members-a').data[0].x.length"
    assert tab.evaluate(points) == 1
    tab.locator("#moment").press("End")
    assert tab.evaluate(points) == 49
    tab.context.close()
    assert not faults


def test_the_link_is_copied_by_keyboard_and_leads_back_to_the_same_page(page, shared, app_url):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel = shared()
    panel.get_by_role("button", name="Copy link").press("Enter")
    expect(panel.get_by_role("status")).to_have_text("The link is copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(app_url)
    sentence = page.locator(".ds-sentence").first.inner_text()
    again = shared(link.removeprefix(app_url))
    expect(page.locator(".ds-sentence").first).to_have_text(sentence)
    assert again.get_by_label("Link to exactly this").input_value() == link


def test_a_bad_link_opens_the_page_with_a_sentence_for_each_thing(page, shared):
    shared("?preset=clasic&fee=99&n_people=1000000000&seed=x&foo=1")
    alert = page.get_by_role("alert").first
    expect(alert.locator("li")).to_have_count(5)
    people = presets.load("classic_spiral").scenario.n_people
    expect(page.locator(".ds-sentence").first).to_contain_text(f"{people:,}")
