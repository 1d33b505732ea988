"""Packages of other programs: zip files that nobody has said yes to, so nothing in them runs."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import yaml
from hypothesis import given
from hypothesis import strategies as st

from fuzzing import DEEP, damaged, folder, fuzzed, own_errors_only, twisted
from napari_shift_unet.networks import foreign_kind, open_foreign, read_card
from napari_shift_unet.networks.foreign_files import packaged_network

DESCRIPTION = {
    "inputs": [{"name": "raw"}],
    "outputs": [{"name": "embedding"}],
    "weights": {"torchscript": {"source": "./net.pt"}},
}


def _package(description, name="rdf.yaml"):
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, description)
        archive.writestr("net.pt", b"no network")
    return stream.getvalue()


TEXT = yaml.safe_dump(DESCRIPTION).encode()
PACKAGES = (
    twisted([DESCRIPTION]).map(lambda found: _package(yaml.safe_dump(found)))
    | damaged([TEXT]).map(_package)
    | damaged([_package(TEXT), _package(b"", "code/constants.pkl")])
    | st.sampled_from((b"[", b"{a: ", b"- ")).map(lambda start: _package(start * DEEP))
)


@fuzzed
@given(PACKAGES)
def test_damaged_packages(content):
    with folder() as place:
        path = place / "a.zip"
        path.write_bytes(content)
        foreign_kind(path)
        for read in (read_card, open_foreign):
            with own_errors_only():
                read(path)
        with own_errors_only():
            packaged_network(BytesIO(content), path.name)
