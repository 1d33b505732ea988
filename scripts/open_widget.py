"""Open the Segment widget in a napari viewer and print the folder that the plugin came from."""

import napari

import napari_shift_unet

viewer = napari.Viewer(show=False)
_, widget = viewer.window.add_plugin_dock_widget("napari-shift-unet", "Segment")
print(type(widget).__name__, napari_shift_unet.__path__[0], sep="\n")
viewer.close()
