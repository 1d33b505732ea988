"""Threads beside which others compute."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore

import torch


@contextmanager
def single_threads(count: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """Start threads in each of which torch computes with one thread only.

    Beside another thread that computes on all cores, each would otherwise start as many threads as
    there are cores, all of which then wait for each other.
    """
    threads = torch.get_num_threads()
    ready, go = Semaphore(0), Event()

    def start() -> None:
        torch.set_num_threads(1)
        torch.get_num_threads()  # a thread's first question overwrites what was set before it
        ready.release()
        go.wait()  # an idle thread would keep the pool from starting the others

    pool = ThreadPoolExecutor(count, name, start)
    try:
        for _ in range(count):
            pool.submit(int)
        for _ in range(count):
            ready.acquire()
        # It counts for the thread that calls it, and for all that begin later.
        torch.set_num_threads(threads)
        go.set()
        yield pool
    finally:
        go.set()  # also if not all could be started
        pool.shutdown(cancel_futures=True)
