"""The *Probe network* widget."""
