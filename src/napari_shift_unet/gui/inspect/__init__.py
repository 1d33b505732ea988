"""The *Inspect seams* widget: where tiles met, what that did to the objects, and the way back."""
