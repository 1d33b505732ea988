"""The *Evaluate* widget: labels against the truth, object by object."""
