"""The project's exceptions; every text says what is wrong, what was got and what to do."""

from pydantic import ValidationError


class ShiftUNetError(Exception):
    """Base of all errors that this project raises on purpose."""


class InputError(ShiftUNetError, ValueError):
    """An image, a table or a parameter that cannot be used."""


class ModelError(ShiftUNetError):
    """A model file or a network that cannot be used."""


class TrustError(ModelError):
    """A model file that is a program, and nobody has said yet that it may run."""


class OutputError(ShiftUNetError, OSError):
    """A target that cannot be written."""


class DeviceError(ShiftUNetError):
    """A device that is absent, or out of memory at the smallest window."""


class ShiftUNetWarning(UserWarning):
    """Something that works and may spoil the result; the text says why."""


def complaint(error: ValidationError) -> str:
    """Return the first complaint of a refused configuration as one clause: what, got, do."""
    first = error.errors(include_url=False)[0]
    cause = first.get("ctx", {}).get("error")
    if cause:
        return str(cause)
    place = ".".join(str(part) for part in first["loc"]) or "the configuration"
    if first["type"] == "extra_forbidden":
        return f"{place} is no setting; check its spelling"
    if first["type"] == "missing":
        return f"{place} is missing"
    reason = first["msg"][:1].lower() + first["msg"][1:]
    return f"{place} is {first['input']!r}: {reason}"
