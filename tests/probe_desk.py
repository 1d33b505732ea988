"""Another program's networks in files, and a user who is asked whether they may run."""

from pathlib import Path
from typing import Any

import torch
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractButton
from torch import nn

from foreign_networks import PlainUNet, save_script
from napari_shift_unet.gui.controls.prober import Prober
from napari_shift_unet.gui.controls.trust import TrustDialog

WAIT_MS = 60_000


def write_network(path: Path, norm: Any = lambda _: nn.Identity()) -> Path:
    """Write a network of period 2 px whose padding reaches 5 px, as TorchScript."""
    torch.manual_seed(0)
    network = PlainUNet(levels=1, width=2, norm=norm).eval()
    return save_script(network, path, torch.rand(1, 1, 16, 16))


def write_normalising(path: Path) -> Path:
    """Write a network with group normalisation, of which no tiling is exact."""
    return write_network(path, lambda channels: nn.GroupNorm(1, channels))


class Asked:
    """Gives answers to a prober's questions with the mouse.

    Parameters
    ----------
    qtbot
        The mouse.
    prober
        Who asks.
    """

    def __init__(self, qtbot: Any, prober: Prober) -> None:
        self.qtbot, self.prober = qtbot, prober
        self.dialogs: list[TrustDialog] = []
        prober.asked.connect(self.dialogs.append)

    def click(self, button: QAbstractButton) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def ask(self, start: Any) -> TrustDialog:
        """Do what makes the prober ask, and return the dialog."""
        with self.qtbot.waitSignal(self.prober.asked, timeout=WAIT_MS):
            start()
        return self.dialogs[-1]

    def yes(self, start: Any) -> Any:
        """Do what makes the prober ask, say yes, and return what was probed."""
        dialog = self.ask(start)
        with self.qtbot.waitSignal(self.prober.probed, timeout=WAIT_MS) as caught:
            self.click(dialog.run_button)
        return caught.args[0]

    def no(self, start: Any) -> str:
        """Do what makes the prober ask, say no, and return what is said then."""
        dialog = self.ask(start)
        with self.qtbot.waitSignal(self.prober.stopped, timeout=WAIT_MS) as caught:
            self.click(dialog.refuse_button)
        return str(caught.args[0])
