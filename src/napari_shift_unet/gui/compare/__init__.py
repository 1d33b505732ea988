"""The *Compare runs* widget: two results of one image, object by object."""
