"""What is drawn over the images of the viewer, and the clicks and keys that are taken there."""
