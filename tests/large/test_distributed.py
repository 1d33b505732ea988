"""Workers of dask against this process; a cluster on this machine stands for many machines."""

import sys
from collections import Counter

import pytest
import torch

from napari_shift_unet.errors import DeviceError, InputError
from napari_shift_unet.large import distributed as ours
from napari_shift_unet.large.distributed import local_workers, workers_at
from napari_shift_unet.large.job import versions
from napari_shift_unet.large.store import JOB, Store
from units_of_work import die_once, leave_a_mark, refuse_the_third, times_done

from .conftest import content

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def engine():
    with local_workers(2) as found:
        yield found


@pytest.fixture
def folder(tmp_path):
    """A folder that workers take for one of a run."""
    store = Store(tmp_path)
    store.root.mkdir()
    store.path(JOB).touch()
    return tmp_path


def test_workers_write_the_bytes_of_one_process(engine, bench, tmp_path):
    method = "greedy-seeds"  # of the most passes
    before = torch.get_num_threads()
    torch.set_num_threads(1)  # as the workers have
    try:
        alone = bench.run(method=method)
    finally:
        torch.set_num_threads(before)
    together = bench.run(method=method, engine=engine, folder=tmp_path / "many")
    assert together.facts["objects"] == alone.facts["objects"] > 5
    assert content(together.folder) == content(alone.folder)


def test_a_killed_worker_costs_only_its_units(engine, folder):
    done = Counter(engine.map(die_once, folder, range(40)))
    assert done == Counter(range(40))
    assert times_done(folder, 3) == 2
    again = [unit for unit in range(40) if times_done(folder, unit) > 1]
    assert len(again) <= 2 * ours.AHEAD  # those that nobody had heard of yet


def test_an_error_of_a_unit_ends_the_work(engine, folder):
    with pytest.raises(DeviceError, match=r"^cpu is out of memory\.$"):
        list(engine.map(refuse_the_third, folder, range(200)))
    begun = {path.name.split("-")[0] for path in folder.glob("*-*-*")}
    ended = {path.name.split("-")[1] for path in folder.glob("ended-*")}
    assert begun == ended  # nothing runs on, and could write into a later run
    assert len(begun) < 100


def test_closing_ends_the_work(engine, folder):
    units = engine.map(leave_a_mark, folder, range(10_000))
    next(units)
    units.close()
    assert len(list(folder.glob("*-*-*"))) < 10_000


def test_a_worker_of_another_version_is_refused(engine, folder, monkeypatch):
    monkeypatch.setattr(ours, "versions", lambda: versions() | {"numpy": "1.0"})
    with pytest.raises(InputError, match=r"numpy .* and this process 1\.0\. Install the same"):
        list(engine.map(leave_a_mark, folder, range(2)))
    monkeypatch.setattr(type(engine), "_check_workers", lambda self, folder: None)
    with pytest.raises(InputError, match=r"numpy .* and this process 1\.0\. Install the same"):
        list(engine.map(leave_a_mark, folder, range(2)))  # one that came later is refused too


def test_a_folder_that_workers_do_not_see_is_refused(engine, tmp_path):
    with pytest.raises(InputError, match=r"does not see .* under the same paths"):
        list(engine.map(leave_a_mark, tmp_path, range(2)))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "tcp://127.0.0.1"])
def test_a_scheduler_that_is_not_there_is_refused(address, monkeypatch):
    monkeypatch.setattr(ours, "ANSWER_S", 0.3)
    with pytest.raises(InputError, match=f"No scheduler answers at {address}"), workers_at(address):
        pass


def test_a_scheduler_without_workers_is_refused(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(ours, "WORKERS_S", 0.3)
    with (
        LocalCluster(
            n_workers=0,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        ) as cluster,
        pytest.raises(InputError, match=r"has no workers\. Start some with `dask worker tcp://"),
        workers_at(cluster.scheduler_address),
    ):
        pass


def test_a_scheduler_that_dies_is_said(folder, monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr(ours, "END_S", 0)
    with (
        LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            processes=False,
            protocol="tcp://",
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        ) as cluster,
        workers_at(cluster.scheduler_address) as engine,
    ):
        units = engine.map(leave_a_mark, folder, range(100_000))
        next(units)
        cluster.close()
        with pytest.raises(DeviceError, match=r"is gone\. Start it, and run the same command"):
            list(units)


def test_dask_that_is_not_installed_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    for begin in (lambda: local_workers(2), lambda: workers_at("tcp://127.0.0.1:8786")):
        with pytest.raises(InputError, match=r"pip install 'napari-shift-unet\[dask\]'"), begin():
            pass


def test_a_cluster_needs_workers():
    with pytest.raises(InputError, match="There are 0 workers"), local_workers(0):
        pass
