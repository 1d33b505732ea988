"""A training in memory and on disk: what a kill, a full disk or bad numbers leave behind."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic

from ..networks import Model, save_model
from ..prediction import find_device
from .batches import Batch
from .config import TrainConfig
from .learner import Learner
from .state import load_state, save_state
from .unfinished import Progress, last_path, state_path


class Run:
    """A learner, how far it has come, and its three files: best model, last model, state.

    A file is replaced by a whole new one or stays as it is. The state never holds weights of an
    update that was interrupted or that diverged.

    Parameters
    ----------
    config
        The recipe.
    output
        File of the best model.
    device
        Where to compute.
    """

    def __init__(self, config: TrainConfig, output: Path, device: str) -> None:
        self.config, self.output, self.state = config, output, state_path(output)
        self.learner = Learner(config, find_device(device))
        self.learner.train()
        self.progress = load_state(self.state, self.learner) if self.state.exists() else Progress()
        self._saved_step, self._saved_at, self._whole = self.progress.step, monotonic(), True

    @property
    def is_due(self) -> bool:
        """Whether to validate now; what was stopped before a validation makes up for it."""
        progress, config = self.progress, self.config
        if progress.step in (0, progress.validated_step):
            return False
        return progress.step % config.validate_every == 0 or progress.step == config.steps

    @property
    def is_over(self) -> bool:
        """Whether all steps are done, or no validation has been better for long."""
        progress, config = self.progress, self.config
        patience = config.steps if config.patience is None else config.patience
        waited = progress.step - progress.best_step
        return progress.step >= config.steps or waited >= patience * config.validate_every

    def update(self, batch: Batch) -> float:
        """Take a step, save the state if that is due, and return the loss."""
        self._whole = False
        loss = self.learner.update(batch, self.progress.step)
        self.progress.step += 1
        self._whole = True
        if monotonic() - self._saved_at >= 60 * self.config.checkpoint_minutes:
            self.save()
        return loss

    def validate(self, score: Callable[[Model], float]) -> tuple[float, bool]:
        """Score the network as it is, write all files, and return the score and if it is best."""
        model, progress = self.learner.as_model(), self.progress
        found = score(model)
        best = found > progress.best_score
        if best:
            save_model(self.output, model.config, model.network)
        save_model(last_path(self.output), model.config, model.network)
        if best:
            progress = replace(progress, best_score=found, best_step=progress.step)
        self.progress = replace(progress, validated_step=progress.step)
        self.save()
        return found, best

    def save(self) -> None:
        """Write the state."""
        save_state(self.state, self.learner, self.progress)
        self._saved_step, self._saved_at = self.progress.step, monotonic()

    def close(self) -> None:
        """Write the state unless it is there, or was left in the middle of an update."""
        if self._whole and self.progress.step > self._saved_step:
            self.save()
