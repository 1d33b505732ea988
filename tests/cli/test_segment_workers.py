from contextlib import contextmanager

import pytest

from napari_shift_unet.large import LocalEngine, distributed


class Counting(LocalEngine):
    """An engine of this process that counts its units."""

    units = 0

    def map(self, task, folder, units):
        """Do every unit."""
        for unit in super().map(task, folder, units):
            Counting.units += 1
            yield unit


@pytest.mark.parametrize(
    ("option", "begun_by"), [("--workers", "local_workers"), ("--scheduler", "workers_at")]
)
def test_workers_do_the_units(shift_unet, image, model, tmp_path, monkeypatch, option, begun_by):
    asked, ended = [], []

    @contextmanager
    def begin(what):
        asked.append(what)
        yield Counting()
        ended.append(what)

    monkeypatch.setattr(distributed, begun_by, begin)
    monkeypatch.setattr(Counting, "units", 0)
    ran = shift_unet("segment", image, "--output", tmp_path, "--model", model, option, 3)
    assert (ran.code, asked, ended) == (0, [3], [3]) or asked == ended == ["3"]
    assert Counting.units > 0
    assert (tmp_path / "labels.zarr").is_dir()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--workers", 2, "--scheduler", "tcp://a:1"], "leave out --workers 2"),
        (["--workers", 0], "There are 0 workers"),
        (["--workers", 2, "--no-large"], "leave out --no-large"),
        (["--scheduler", "tcp://127.0.0.1:9"], "No scheduler answers at tcp://127.0.0.1:9. Start"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    shift_unet, image, model, tmp_path, monkeypatch, options, complaint
):
    pytest.importorskip("distributed")
    monkeypatch.setattr(distributed, "ANSWER_S", 0.3)
    ran = shift_unet("segment", image, "--output", tmp_path / "out", "--model", model, *options)
    assert complaint in ran.error
    assert not (tmp_path / "out").exists()
