"""The *Train* widget."""
