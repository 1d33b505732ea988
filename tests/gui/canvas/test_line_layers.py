import numpy as np
from napari.components import LayerList

from napari_shift_unet.gui.canvas.line_layers import LineLayers, Style


def test_lines_that_were_cleared_are_drawn_again_in_their_colours(make_napari_viewer):
    viewer = make_napari_viewer()
    image = viewer.add_image(np.zeros((20, 20)))
    layers = LineLayers(viewer, {"seams": Style("#ffffff", width=1, opacity=1)})
    segments = np.array([[[at, 0], [0, 20]] for at in range(3)], float)
    colours = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]], float)
    for count in (3, 2, 2, 3, 1):
        layers.draw("seams", image, segments[:count], colours[:count])
        drawn = layers.by_kind["seams"]
        assert drawn.visible
        np.testing.assert_array_equal(drawn.data, segments[:count])
        np.testing.assert_array_equal(drawn.edge_color, colours[:count])
        layers.clear(["seams"])
        assert not drawn.visible
    layers.close()


def test_raising_lines_makes_no_second_list_of_layers(make_napari_viewer, monkeypatch):
    viewer, copies = make_napari_viewer(), []
    monkeypatch.setattr(LayerList, "__newlike__", lambda _, some: copies.append(some) or some)
    below = viewer.add_image(np.zeros((20, 20)))
    layers = LineLayers(viewer, {"seams": Style("#ffffff", width=1, opacity=1)})
    layers.draw("seams", below, np.array([[[0.0, 0], [0, 20]]]), np.array([[1.0, 0, 0, 1]]))
    above = viewer.add_image(np.zeros((20, 20)))
    layers.raise_()
    assert list(viewer.layers) == [below, above, layers.by_kind["seams"]]
    assert copies == []
    layers.close()
