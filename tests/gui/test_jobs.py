import threading

import pytest
from qtpy.QtCore import QCoreApplication

from napari_shift_unet.gui.jobs import Jobs


@pytest.fixture
def jobs(qtbot):
    jobs = Jobs()
    yield jobs
    jobs.close()


class Heard(list):
    """What a `Jobs` object said, in order."""

    def __init__(self, jobs):
        super().__init__()
        jobs.yielded.connect(lambda event: self.append(("yielded", event)))
        jobs.returned.connect(lambda value: self.append(("returned", value)))
        jobs.errored.connect(lambda error: self.append(("errored", error)))
        jobs.cancelled.connect(lambda: self.append(("cancelled",)))
        jobs.idle.connect(lambda: self.append(("idle",)))


def counting(stop, result=None):
    yield from range(stop)
    return result


class WaitedFor(threading.Event):
    """An event that tells when somebody waits for it."""

    def __init__(self):
        super().__init__()
        self.waiting = threading.Event()

    def wait(self, timeout=None):
        self.waiting.set()
        return super().wait(timeout)


def waiting_for(event, closed):
    """Yield once, wait, then count for ever; tell when closed."""
    try:
        yield "began"
        event.wait()
        while True:
            yield "late"
    finally:
        closed.append(threading.current_thread())


def test_events_and_result_arrive_in_order_in_the_main_thread(qtbot, jobs):
    heard, threads = Heard(jobs), set()
    jobs.yielded.connect(lambda _: threads.add(threading.current_thread()))

    def work():
        threads.add(("worked in", threading.current_thread()))
        yield 1
        yield 2
        return "done"

    with qtbot.waitSignal(jobs.idle):
        jobs.start(work())
        assert jobs.busy
    assert heard == [("yielded", 1), ("yielded", 2), ("returned", "done"), ("idle",)]
    assert threading.main_thread() in threads
    assert ("worked in", threading.main_thread()) not in threads
    assert not jobs.busy


@pytest.mark.parametrize("error", [RuntimeError("CUDA out of memory"), ValueError("x"), OSError()])
def test_every_error_is_told(qtbot, jobs, error):
    heard = Heard(jobs)

    def work():
        yield 1
        raise error

    with qtbot.waitSignal(jobs.idle):
        jobs.start(work())
    assert heard == [("yielded", 1), ("errored", error), ("idle",)]


def test_cancel_closes_the_generator_in_its_thread(qtbot, jobs):
    heard, go, closed = Heard(jobs), threading.Event(), []
    with qtbot.waitSignal(jobs.yielded):
        jobs.start(waiting_for(go, closed))
    with qtbot.waitSignal(jobs.idle):
        jobs.cancel()
        go.set()
    assert heard == [("yielded", "began"), ("cancelled",), ("idle",)]
    assert len(closed) == 1
    assert closed[0] is not threading.main_thread()


def test_an_error_of_the_clean_up_is_told(qtbot, jobs):
    heard, go = Heard(jobs), threading.Event()

    def work():
        try:
            yield 1
            go.wait()
            yield 2
        finally:
            raise RuntimeError("the disk is full")

    with qtbot.waitSignal(jobs.yielded):
        jobs.start(work())
    with qtbot.waitSignal(jobs.idle):
        jobs.cancel()
        go.set()
    assert [what for what, *_ in heard] == ["yielded", "errored", "idle"]


def test_the_last_one_started_wins_and_never_two_run_at_once(qtbot, jobs):
    heard, go, closed, running = Heard(jobs), threading.Event(), [], []

    def work(name):
        running.append((name, list(closed) != []))
        yield name
        return name

    with qtbot.waitSignal(jobs.yielded):
        jobs.start(waiting_for(go, closed))
    jobs.start(work("second"))
    jobs.start(work("third"))
    with qtbot.waitSignal(jobs.idle):
        go.set()
    assert heard[1:] == [("yielded", "third"), ("returned", "third"), ("idle",)]
    assert running == [("third", True)]


def test_a_cancelled_job_is_not_followed_by_the_waiting_one(qtbot, jobs):
    heard, go, closed = Heard(jobs), threading.Event(), []
    with qtbot.waitSignal(jobs.yielded):
        jobs.start(waiting_for(go, closed))
    jobs.start(counting(3))
    with qtbot.waitSignal(jobs.idle):
        jobs.cancel()
        go.set()
    assert heard == [("yielded", "began"), ("cancelled",), ("idle",)]


def test_a_job_started_when_one_returns_runs(qtbot, jobs):
    heard = Heard(jobs)
    jobs.returned.connect(lambda value: value == "first" and jobs.start(counting(0, "second")))
    with qtbot.waitSignal(jobs.idle):
        jobs.start(counting(0, "first"))
    assert heard == [("returned", "first"), ("returned", "second"), ("idle",)]


def test_close_waits_for_the_thread_and_says_nothing_more(qtbot, jobs):
    heard, go, closed = Heard(jobs), threading.Event(), []
    with qtbot.waitSignal(jobs.yielded):
        jobs.start(waiting_for(go, closed))
    go.set()
    jobs.close()
    assert len(closed) == 1
    assert not any(thread.name == "shift-unet job" for thread in threading.enumerate())
    QCoreApplication.processEvents()
    assert heard == [("yielded", "began")]
    assert not jobs.busy


def test_a_paused_job_is_asked_for_nothing_until_it_goes_on(qtbot, jobs):
    gate, asked = WaitedFor(), threading.Event()

    def work():
        yield 1
        gate.wait()
        yield 2
        asked.set()
        yield 3

    heard = Heard(jobs)
    with qtbot.waitSignal(jobs.yielded):
        jobs.start(work())
    assert gate.waiting.wait(20)
    jobs.pause()
    assert jobs.paused
    with qtbot.waitSignal(jobs.yielded):
        gate.set()
    assert not asked.wait(0.1)
    with qtbot.waitSignal(jobs.idle):
        jobs.resume()
    assert heard == [*(("yielded", n) for n in (1, 2, 3)), ("returned", None), ("idle",)]
    assert not jobs.paused


@pytest.mark.parametrize("how", ["cancel", "close"])
def test_a_paused_job_can_be_ended(qtbot, jobs, how):
    gate, closed = WaitedFor(), []
    with qtbot.waitSignal(jobs.yielded):
        jobs.start(waiting_for(gate, closed))
    assert gate.waiting.wait(20)
    jobs.pause()
    with qtbot.waitSignal(jobs.yielded):
        gate.set()
    if how == "close":
        jobs.close()
    else:
        with qtbot.waitSignal(jobs.cancelled):
            jobs.cancel()
            jobs.pause()
    assert len(closed) == 1


def test_only_a_running_job_listens_to_the_end_of_the_program(qtbot, jobs, qapp):
    before = qapp.receivers(qapp.aboutToQuit)
    go, closed = threading.Event(), []
    with qtbot.waitSignal(jobs.yielded):
        jobs.start(waiting_for(go, closed))
    assert qapp.receivers(qapp.aboutToQuit) == before + 1
    with qtbot.waitSignal(jobs.idle):
        jobs.cancel()
        go.set()
    assert qapp.receivers(qapp.aboutToQuit) == before
    with qtbot.waitSignal(jobs.yielded):
        jobs.start(waiting_for(go, closed))
    jobs.close()
    assert qapp.receivers(qapp.aboutToQuit) == before
