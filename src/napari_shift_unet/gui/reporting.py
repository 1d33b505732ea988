"""How the user hears of an error."""

from napari.utils.notifications import notification_manager, show_error

from ..errors import ShiftUNetError


def report(error: Exception) -> str:
    """Notify the user of an error, with its traceback if nobody expected it; return its text."""
    if isinstance(error, ShiftUNetError):
        show_error(str(error))
    else:
        notification_manager.receive_error(type(error), error, error.__traceback__)
    return str(error) or type(error).__name__
