"""The project's exceptions; every text says what is wrong, what was got and what to do."""


class ShiftUNetError(Exception):
    """Base of all errors that this project raises on purpose."""


class InputError(ShiftUNetError, ValueError):
    """An image, a table or a parameter that cannot be used."""


class ModelError(ShiftUNetError):
    """A model file or a network that cannot be used."""


class OutputError(ShiftUNetError, OSError):
    """A target that cannot be written."""


class DeviceError(ShiftUNetError):
    """A device that is absent, or out of memory at the smallest window."""
