"""Threads that compute stand behind the window, and nothing else does."""

import os
import sys
import threading

import pytest

from napari_shift_unet.gui import priority
from napari_shift_unet.gui.jobs import Jobs
from napari_shift_unet.gui.priority import LAST, STEPS_BACK, step_back


@pytest.fixture(autouse=True)
def as_for_users(monkeypatch, one_priority):
    monkeypatch.setattr(priority, "STEPS_BACK", STEPS_BACK)


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="priorities of single threads")


def mine():
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def in_thread(call):
    """Return what a call in a new thread returns."""
    found = []
    thread = threading.Thread(target=lambda: found.append(call()))
    thread.start()
    thread.join()
    return found[0]


def after_step_back(call=mine):
    step_back()
    return call()


@on_linux
def test_a_thread_and_those_that_it_begins_step_back():
    before = mine()
    behind = min(LAST, before + STEPS_BACK)
    assert in_thread(after_step_back) == behind
    assert in_thread(lambda: after_step_back(lambda: in_thread(mine))) == behind
    assert mine() == before
    assert in_thread(mine) == before


@on_linux
def test_threads_by_which_the_window_reads_too_stay():
    in_thread(after_step_back)
    reader = next(t for t in threading.enumerate() if t.name == "zarr_io")
    assert os.getpriority(os.PRIO_PROCESS, reader.native_id) == mine()


@on_linux
def test_where_it_is_not_allowed_nothing_changes(monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    assert in_thread(after_step_back) == mine()


def test_other_systems_are_left_alone(monkeypatch):
    monkeypatch.setattr(priority.sys, "platform", "darwin")
    if hasattr(os, "setpriority"):
        monkeypatch.delattr(os, "setpriority")
    in_thread(step_back)


@on_linux
def test_jobs_run_behind_the_window(qtbot):
    jobs = Jobs()

    def work():
        yield
        return mine()

    with qtbot.waitSignal(jobs.returned) as told:
        jobs.start(work())
    assert told.args == [min(LAST, mine() + STEPS_BACK)]
