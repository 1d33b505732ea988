"""What a file of somebody else must not be able to do."""

import json
import pickle
import re
import struct
import tracemalloc
import zlib
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
import tifffile
import torch
import zarr

import napari_shift_unet
from foreign_networks import save_script
from napari_shift_unet.errors import InputError, ModelError, TrustError
from napari_shift_unet.evaluation import read_labels
from napari_shift_unet.images import check_pixels, load, read_image
from napari_shift_unet.networks import (
    foreign_files,
    foreign_kind,
    load_model,
    open_foreign,
    read_card,
)
from napari_shift_unet.networks.foreign_files import packaged_network

SOURCES = sorted(Path(napari_shift_unet.__file__).parent.rglob("*.py"))
FORBIDDEN = (
    r"^\s*(import|from) (pickle|cloudpickle|joblib|dill|shelve|marshal)\b",
    r"\btorch\.load\(",
    r"allow_pickle=True",
    r"\byaml\.(unsafe_)?load\(",
    r"\bextract(all)?\(",
    r"\btarfile\b",
    r"(?<![\w.])(eval|exec)\(",
    r"\bshell=True",
    r"\burlopen\(|\brequests\.|\burlretrieve\(",
)
A_LOT = 5e6


class Evil:
    """Unpickling it leaves a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture
def sentinel(tmp_path):
    """A file that nothing may create."""
    path = tmp_path / "was-run"
    yield path
    assert not path.exists()


def _package(path, description, **members):
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        archive.writestr("rdf.yaml", description)
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _one_image(source):
    tensor = [{"name": "a"}]
    return json.dumps(
        {"inputs": tensor, "outputs": tensor, "weights": {"torchscript": {"source": source}}}
    )


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_nothing_in_the_package_unpickles_unpacks_or_downloads(pattern):
    found = [
        f"{path.name}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("compressor", "filters", "dtype"),
    [
        ({"id": "pickle"}, None, "|u1"),
        (None, [{"id": "pickle"}], "|O"),
        ({"id": "pickle"}, [{"id": "vlen-bytes"}], "|O"),
        ({"id": "pickle"}, [{"id": "vlen-utf8"}], "|O"),
    ],
)
def test_a_zarr_is_not_unpickled(tmp_path, sentinel, compressor, filters, dtype):
    path = tmp_path / "a.zarr"
    path.mkdir()
    facts = {"zarr_format": 2, "shape": [4, 4], "chunks": [4, 4], "dtype": dtype, "order": "C"}
    facts |= {"compressor": compressor, "filters": filters, "fill_value": None}
    (path / ".zarray").write_text(json.dumps(facts))
    (path / "0.0").write_bytes(pickle.dumps(Evil(sentinel)))
    with pytest.raises(InputError):
        load(read_image(path).data)


def test_a_pickled_model_is_not_opened(tmp_path, sentinel):
    for name, content in {
        "a.pt": pickle.dumps(Evil(sentinel)),
        "b.safetensors": b"\x80\x04.",
    }.items():
        (tmp_path / name).write_bytes(content)
        for read in (read_card, load_model):
            with pytest.raises(ModelError):
                read(tmp_path / name)
    torch.save({"a": Evil(sentinel)}, tmp_path / "c.pt")
    for trust in (False, True):
        with pytest.raises(ModelError):
            open_foreign(tmp_path / "c.pt", trust=trust)


def test_a_foreign_network_is_not_even_read_before_a_yes(tmp_path, monkeypatch):
    path = save_script(torch.nn.Conv2d(1, 2, 3), tmp_path / "net.pt")

    def load_it(*_args, **_named):
        raise AssertionError("the network was opened")

    monkeypatch.setattr(torch.jit, "load", load_it)
    monkeypatch.setattr(torch.export, "load", load_it)
    assert foreign_kind(path) == "TorchScript"
    for read in (read_card, load_model, open_foreign):
        with pytest.raises(TrustError, match="all the rights"):
            read(path)


@pytest.mark.parametrize("source", ["../net.pt", "/tmp/net.pt", "..\\net.pt", "a/../../net.pt"])
def test_a_package_writes_nowhere(tmp_path, source):
    path = _package(tmp_path / "a.zip", _one_image(source), **{source: b"network"})
    before = sorted(tmp_path.parent.rglob("*"))
    with ZipFile(path) as archive:
        assert source in archive.namelist()
    assert packaged_network(BytesIO(path.read_bytes()), "a.zip").read() == b"network"
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_a_package_that_swells_is_refused(tmp_path, monkeypatch):
    path = _package(tmp_path / "a.zip", b" " * 20_000_000)
    assert path.stat().st_size < 1e6
    tracemalloc.start()
    try:
        with pytest.raises(ModelError, match=r"rdf\.yaml has more than 0\.3 MB"):
            packaged_network(BytesIO(path.read_bytes()), "a.zip")
        assert tracemalloc.get_traced_memory()[1] < A_LOT
    finally:
        tracemalloc.stop()
    monkeypatch.setattr(foreign_files, "MAX_NETWORK_BYTES", 1000)
    _package(path, _one_image("net.pt"), **{"net.pt": bytes(2000)})
    with pytest.raises(ModelError, match=r"net\.pt has more than"):
        packaged_network(BytesIO(path.read_bytes()), "a.zip")


def test_a_tiff_that_claims_too_much_is_refused(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((16, 16), np.uint8), compression="zlib", photometric=1)
    content = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        tags = file.pages.first.tags
        for name in ("ImageWidth", "ImageLength", "RowsPerStrip"):
            struct.pack_into("<I", content, tags[name].valueoffset, 4_000_000)
    path.write_bytes(content)
    for read in (read_labels, lambda path: check_pixels(read_image(path).data)):
        with pytest.raises(InputError):
            read(path)


def test_a_tiff_that_swells_is_refused(tmp_path):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((16, 16), np.uint8), compression="zlib", photometric=1)
    bomb = zlib.compress(bytes(20_000_000))
    content = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        tags = file.pages.first.tags
        struct.pack_into("<I", content, tags["StripOffsets"].valueoffset, len(content))
        struct.pack_into("<I", content, tags["StripByteCounts"].valueoffset, len(bomb))
    path.write_bytes(bytes(content) + bomb)
    with pytest.raises(InputError):
        read_image(path)


def test_a_picture_that_claims_too_much_is_refused(tmp_path):
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(100))), (b"IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n"
    for kind, body in chunks:
        content += struct.pack(">I", len(body)) + kind + body
        content += struct.pack(">I", zlib.crc32(kind + body))
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.png cannot be read"):
        read_image(tmp_path / "a.png")


def test_a_zarr_that_claims_terabytes_is_refused_where_it_must_be_in_memory(tmp_path):
    path = tmp_path / "a.zarr"
    zarr.create_array(path, shape=(2**22, 2**22), chunks=(512, 512), dtype="uint16")
    assert read_image(path).data.shape == (2**22, 2**22), "it can be looked at piece by piece"
    with pytest.raises(InputError, match=r"not fit the memory|cannot be read"):
        read_labels(path)


def test_a_zarr_with_chunks_of_terabytes_is_refused(tmp_path):
    path = tmp_path / "a.zarr"
    array = zarr.create_array(path, shape=(2**22, 2**22), chunks=(2**21, 2**21), dtype="uint16")
    assert array.nchunks == 4
    with pytest.raises(InputError, match=r"chunks of .* GB each"):
        check_pixels(read_image(path).data)


def test_a_model_whose_header_claims_terabytes_is_refused(tmp_path):
    header = json.dumps({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}})
    for length in (len(header), 2**60):
        (tmp_path / "a.safetensors").write_bytes(struct.pack("<Q", length) + header.encode())
        with pytest.raises(ModelError):
            load_model(tmp_path / "a.safetensors")
