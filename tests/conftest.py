"""What every test may ask for: repeatable examples, a served page, a real browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import hypothesis
import numpy as np
import pytest

from agents.announcement import prepare
from agents.ledger import N_ENTRIES, Books
from agents.pool import new_pools, windows_on
from agents.settlement import N_BILL, close_small_plans, settle
from model.engine_terms import rates_of, terms_of
from model.plan import Plan
from model.scenario import Scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 90

# No deadline: the first call of a compiled kernel may take seconds. The same examples on every run,
# so that a change is green or red for its own sake.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.register_profile("searching", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that `-m "not browser"` leaves it out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


class CountingHouse:
    """Pools without people: bills come in, the engine settles them, books come out."""

    def __init__(self, *plans: Plan, persons_per_row: float = 1.0) -> None:
        scenario = Scenario(n_people=1, population_represented=max(persons_per_row, 1.0))
        self.plans = plans or (Plan(),)
        self.state = new_pools(len(self.plans))
        self.pools = windows_on(self.state, self.plans)
        self.terms = terms_of(list(self.plans), np.ones(1, np.float32), self.state)
        self.rates = rates_of(scenario, False, False, np.ones(1, np.float32), np.zeros(3))
        self.period = 0

    def settle(self, *bills: tuple[float, ...]) -> list[Books]:
        """Settle a bill of each plan, and return its books.

        A bill is payers, sum of share indices, claims and incurred; perhaps the sum of indices
        before subsidies, and the payers by step of a yearly cap.
        """
        self.period += 1
        books = np.zeros((len(bills), N_ENTRIES))
        padded = np.zeros((len(bills), N_BILL))
        for bill, given in zip(padded, bills, strict=True):
            bill[: len(given)] = given
        assert settle(padded, self.state, self.terms, self.rates, books)
        names = [plan.name for plan in self.plans]
        return [Books(self.period, n, *map(float, b)) for n, b in zip(names, books, strict=True)]

    def count(self, members: float) -> None:
        """Close plans that are too small for this number of members."""
        totals = np.full((len(self.plans), 1), float(members))
        close_small_plans(totals, 0, self.state, self.terms, self.rates)

    def marketing(self, period: int) -> float:
        """Return the first plan's added awareness in a period."""
        prepare(period, 0.0, self.state, self.terms, self.rates)
        return float(self.state.marketing[0])


@pytest.fixture(scope="session")
def counting_house() -> type[CountingHouse]:
    """Return what settles bills without people."""
    return CountingHouse


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def app_url() -> Iterator[str]:
    """Serve app.py on this machine, and return its address."""
    with served(ROOT / "app.py") as url:
        yield url


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Path], str]]:
    """Return what serves another page on this machine, and tells its address."""
    with ExitStack() as pages:
        yield lambda script: pages.enter_context(served(script))


@contextmanager
def served(script: Path) -> Iterator[str]:
    """Serve a page as long as it is wanted."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # The front end comes from this machine, and nobody is told about the run.
    own = {"SOLARA_ASSETS_PROXY": "true", "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"}
    command = [sys.executable, "-m", "solara", "run", str(script), "--production", "--no-open"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **own})
    try:
        url = f"http://127.0.0.1:{port}/"
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        assert server.poll() is None, f"the server of the page ended with {server.returncode}"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.3)
    pytest.fail(f"the page did not answer within {SECONDS_TO_START} s")


# One browser a file: while Playwright runs, its event loop holds this thread, and a test elsewhere
# that starts a loop of its own would fail.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium without a window; skip without one, or fail where a browser is demanded."""
    path = os.environ.get("BROWSER_PATH") or shutil.which("chromium")
    if path is None:
        reason = "no Chromium: install the package chromium or set BROWSER_PATH"
        demanded = os.environ.get("DEATHSPIRAL_REQUIRE_BROWSER", "") not in ("", "0")
        (pytest.fail if demanded else pytest.skip)(reason)
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # two suites and a compiler may share the processors
    # Chromium refuses to run as root inside its own sandbox; plotly's large figures want WebGL.
    flags = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]
    flags += ["--use-gl=swiftshader", "--enable-unsafe-swiftshader"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open an empty tab; a page error, or a request that leaves this machine, fails the test."""
    faults: list[str] = []
    tab = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    tab.on("pageerror", lambda error: faults.append(f"page error: {error}"))
    tab.on("request", lambda request: faults.extend(_departures(request.url)))
    yield tab
    tab.context.close()
    assert not faults, "\n".join(dict.fromkeys(faults))


def _departures(url: str) -> list[str]:
    address = urlsplit(url)
    stays = address.scheme in ("data", "blob", "file", "about") or address.hostname in (
        "127.0.0.1",
        "localhost",
    )
    return [] if stays else [f"left the machine: {url}"]
