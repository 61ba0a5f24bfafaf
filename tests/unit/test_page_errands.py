"""Errands of many visitors: done in turn, ended when told to, kept by nobody."""

from __future__ import annotations

import asyncio
import functools
import gc
import threading
import time
import weakref

import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

from solara.server import kernel_context

from classroom.many_runs.errand import CANCELLED, DONE, FAILED, Errand
from classroom.many_runs.queue import Cancelled, Crew


def wait_until(is_so, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.005)
    return is_so()


def test_a_short_job_does_not_wait_for_a_long_one():
    crew, order = Crew(1), []
    gate = threading.Event()
    long = crew.begin([gate.wait, *(lambda k=k: order.append(f"long {k}") for k in range(50))])
    short = crew.begin([lambda k=k: order.append(f"short {k}") for k in range(3)])
    gate.set()
    long.wait()
    short.wait()
    assert max(order.index(f"short {k}") for k in range(3)) < 8


def test_cancelled_work_stops_within_a_second_and_keeps_what_is_done():
    errand = Errand()

    def work(permit):
        job = permit.begin([lambda: time.sleep(0.02)] * 1000)
        while not job.rest(0.05):
            yield job.done
        yield job.done

    errand.begin(work)
    assert wait_until(lambda: errand.news.value.state)
    began = time.monotonic()
    errand.cancel()
    assert wait_until(lambda: errand.news.value.status == CANCELLED)
    assert time.monotonic() - began < 1.0
    assert 0 < errand.news.value.state < 1000


def is_done(news):
    return news.value.status == DONE


@pytest.fixture
def loop():
    """Give this thread a loop of events, as the thread of a page has one."""
    one = asyncio.new_event_loop()
    asyncio.set_event_loop(one)
    yield one
    asyncio.set_event_loop(None)
    one.close()


@pytest.mark.usefixtures("loop")
def test_a_page_is_told_once_of_all_errands_of_a_sort_and_keeps_none(monkeypatch):
    page, told = kernel_context.create_dummy_context(), []
    monkeypatch.setattr(page, "on_close", told.append)
    with page:
        errand = Errand()
        for _ in range(3):
            errand.begin(lambda permit: iter(permit.begin([lambda: 1]).wait()))
        assert wait_until(functools.partial(is_done, errand.news))
    held = weakref.ref(errand)
    del errand
    assert wait_until(lambda: gc.collect() >= 0 and held() is None)
    assert len(told) == 1
    told[0]()


def test_work_that_is_done_is_not_kept():
    job = Crew(1).begin([lambda: 1])
    job.wait()
    gone = weakref.ref(job)
    del job
    assert wait_until(lambda: gone() is None)


def test_whoever_waits_for_cancelled_work_is_told():
    job = Crew(1).begin([lambda: time.sleep(0.01)] * 500)
    threading.Timer(0.1, job.cancel).start()
    with pytest.raises(Cancelled):
        job.wait()


def test_an_error_ends_the_work_with_a_sentence():
    errand = Errand()

    def work(permit):
        yield permit.begin([lambda: 1 / 0]).wait()

    errand.begin(work)
    assert wait_until(lambda: errand.news.value.status == FAILED)
    assert "division by zero" in errand.news.value.why


def test_a_new_errand_takes_the_place_of_the_one_before():
    errand = Errand()

    def slow(permit):
        permit.begin([lambda: time.sleep(0.02)] * 1000).wait()
        yield "slow"

    def quick(permit):
        yield from permit.begin([lambda: "quick"]).wait()

    errand.begin(slow)
    errand.begin(quick)
    assert wait_until(lambda: errand.news.value.status == DONE)
    assert errand.news.value.state == "quick"
