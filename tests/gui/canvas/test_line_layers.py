import numpy as np

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
