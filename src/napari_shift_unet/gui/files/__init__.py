"""Files, samples and menu entries: what napari's manifest points to besides widgets."""
