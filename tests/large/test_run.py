import json

import numpy as np
import pandas as pd
import pytest
import tifffile
import zarr

from napari_shift_unet.embeddings import ClusterConfig, embed, label_instances
from napari_shift_unet.errors import InputError
from napari_shift_unet.images import Image, read_ome_zarr, write_array_zarr
from napari_shift_unet.large import LocalEngine, segment_large, segment_large_events
from napari_shift_unet.networks import load_model
from napari_shift_unet.results import read_results
from napari_shift_unet.segmentation import SegmentConfig, segment
from seeing_model import write_seeing_model

from .conftest import CROP, content, labels_of, spots


def test_a_large_run_is_the_small_one(bench):
    done = bench.run()
    whole = segment(bench.image, model=bench.model, tile=CROP, device="cpu")
    np.testing.assert_array_equal(labels_of(bench.folder), whole.labels)
    assert done.facts["objects"] == whole.labels.max() > 5
    assert (bench.folder / "objects.csv").read_text() == whole.objects.to_csv(index=False)
    timed = {"seconds", "seconds_of", "certificate", "stored", "chunk", "units"}
    for name in whole.facts.keys() - timed:
        assert done.facts[name] == whole.facts[name], name
    windows = done.facts["certificate"]["windows"]
    assert windows == whole.facts["certificate"]["windows"]
    assert done.facts["chunk"] == [16, 32]
    assert {path.name for path in bench.folder.iterdir()} == {path.name for path in done.written}


def test_labels_have_levels_and_the_place_of_the_image(tmp_path, seeing, monkeypatch):
    monkeypatch.setattr("napari_shift_unet.images.pyramid._SMALLEST_LEVEL", 10)
    image = Image(spots((30, 45)), "yx", (0.5, 0.25), ("micrometer", "micrometer"), (3.0, 4.0))
    segment_large(image, tmp_path, model=seeing, config=SegmentConfig(tile=CROP))
    labels = read_ome_zarr(tmp_path / "labels.zarr")
    assert (labels.axes, labels.scale, labels.translate) == ("yx", (0.5, 0.25), (3.0, 4.0))
    assert [level.shape for level in labels.pyramid] == [(30, 45), (15, 23), (8, 12), (4, 6)]
    for finer, coarser in zip(labels.pyramid, labels.levels, strict=False):
        np.testing.assert_array_equal(coarser[...], finer[::2, ::2])


@pytest.mark.parametrize("axes", ["tyx", "ztyx"])
def test_planes_are_gone_through_as_in_a_small_run(tmp_path, seeing, small_chunks, axes):
    shape = {"t": 2, "z": 2, "y": 15, "x": 30}
    write_array_zarr(tmp_path / "in.zarr", spots([shape[a] for a in axes]), axes, dtype="uint8")
    config = SegmentConfig(tile=CROP, device="cpu")
    done = segment_large(
        tmp_path / "in.zarr", tmp_path / "out", model=seeing, config=config, stored="float32"
    )
    whole = segment(tmp_path / "in.zarr", model=seeing, tile=CROP, device="cpu")
    labels = read_ome_zarr(tmp_path / "out" / "labels.zarr")
    assert labels.axes == "".join(sorted(axes[:-2])) + "yx"
    order = [whole.axes.index(letter) for letter in labels.axes]
    np.testing.assert_array_equal(labels.data[...], whole.labels.transpose(order))
    pd.testing.assert_frame_equal(
        pd.read_csv(tmp_path / "out" / "objects.csv"), whole.objects, check_dtype=False
    )
    assert done.facts["tiles"] == whole.facts["tiles"]


def test_volumes(tmp_path, small_chunks):

    model = write_seeing_model(
        tmp_path / "m.safetensors", ndim=3, factors=((1, 2, 2),), kernel=(1, 3, 3), embedding_dims=3
    )
    stack = spots((5, 20, 24))
    config = SegmentConfig(tile=(3, 16, 16), device="cpu")
    segment_large(stack, tmp_path / "out", model=model, config=config, stored="float32")
    whole = segment(stack, model=model, tile=(3, 16, 16), device="cpu")
    np.testing.assert_array_equal(labels_of(tmp_path / "out"), whole.labels)


def test_objects_follow_from_the_stored_embedding(bench):
    """Also where it is rounded to half precision: the clustering can be repeated from it."""
    bench.run(stored="float16")
    store = zarr.open_array(bench.folder / "embedding.zarr", mode="r")
    assert (store.dtype, store.attrs["method"]) == (np.float16, "semi-convolutional")
    card = load_model(bench.model).config
    pixels = embed(store[...].astype(np.float32), card.method, card.spec.foreground)
    config = ClusterConfig(**card.clustering)
    np.testing.assert_array_equal(labels_of(bench.folder), label_instances(pixels, config))
    facts = json.loads((bench.folder / "run.json").read_text())
    assert facts["certificate"]["relative_difference"] <= 1e-5


def test_a_large_tiff_and_greedy_seeds(tmp_path, bench):
    tifffile.imwrite(tmp_path / "in.tif", spots((40, 56)))
    config = SegmentConfig(tile=CROP, device="cpu")
    how = {"model": bench.model, "method": "greedy-seeds"}
    segment_large(tmp_path / "in.tif", bench.folder, config=config, stored="float32", **how)
    whole = segment(tmp_path / "in.tif", tile=CROP, device="cpu", **how)
    np.testing.assert_array_equal(labels_of(bench.folder), whole.labels)


def test_chunks_and_threads_change_no_byte_of_the_labels(bench, monkeypatch, tmp_path):
    bench.run()
    bench.run(folder=tmp_path / "threads", engine=LocalEngine(3))
    assert content(tmp_path / "threads") == content(bench.folder)
    monkeypatch.setattr("napari_shift_unet.large.preparing.chunk_pixels", lambda _: 1)
    bench.run(folder=tmp_path / "tiny")
    np.testing.assert_array_equal(labels_of(tmp_path / "tiny"), labels_of(bench.folder))
    table = (tmp_path / "tiny" / "objects.csv").read_bytes()
    assert table == (bench.folder / "objects.csv").read_bytes()


def test_units_can_be_predicted_in_any_order(bench, tmp_path):
    asked = []
    config = SegmentConfig(tile=CROP, device="cpu")

    def backwards(run, units):
        asked.append(len(run.layout))
        return units[::-1]

    events = segment_large_events(
        bench.image, bench.folder, model=bench.model, config=config, order=backwards
    )
    units = [e.unit for e in events if getattr(e, "stage", "") == "predicted"]
    assert asked == [6]
    assert units == [None, *range(5, -1, -1)]


def test_by_part_and_more_planes_of_events(bench):
    done = bench.run(by_part=True)
    whole = segment(bench.image, model=bench.model, tile=CROP, device="cpu", by_part=True)
    np.testing.assert_array_equal(labels_of(bench.folder), whole.labels)
    assert done.facts["clustering"]["by_part"] is True


def test_methods_that_need_the_whole_image_are_refused_at_once(bench):
    with pytest.raises(InputError, match="hdbscan, which needs the whole image at once"):
        bench.run(method="hdbscan")
    assert not bench.folder.exists()


@pytest.mark.parametrize("method", ["semi-convolutional", "discriminative", "spatial-embedding"])
def test_results_are_read_with_the_embedding_of_the_whole_image(tmp_path, small_chunks, method):
    dims = 3 if method == "spatial-embedding" else 2
    model = write_seeing_model(
        tmp_path / "m.safetensors", method=method, embedding=(1.5, -2.0), embedding_dims=dims
    )
    config, image = SegmentConfig(tile=CROP, device="cpu"), spots((20, 40))
    segment_large(image, tmp_path / "out", model=model, config=config, stored="float32")
    found = read_results(tmp_path / "out").embedding
    whole = segment(image, model=model, tile=CROP, device="cpu").embedding
    assert (found.axes, found.data.shape, found.data.dtype) == ("cyx", whole.shape, np.float32)
    np.testing.assert_array_equal(found.data[...], whole)
    np.testing.assert_array_equal(found.data[:, 3:9, -7], whole[:, 3:9, -7])
    np.testing.assert_array_equal(found.data[1, ::4, 5:30:3], whole[1, ::4, 5:30:3])
