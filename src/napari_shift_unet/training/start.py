"""Begin a training with the weights of an earlier model, of the same method or of another."""

from ..errors import InputError
from ..networks import Model, UNet
from .config import TrainConfig

HEAD_FIELDS = {"embedding_dims", "foreground", "padding"}
"""What may differ between the two networks: the layers before the head have the same weights."""


def take_over(network: UNet, config: TrainConfig, earlier: Model) -> None:
    """Copy the weights of an earlier model into a new network, in place.

    All layers before the head are taken over; of the head those channels that mean the same in both
    models: offsets, plain dimensions of the same method, and foreground. The others keep their
    random weights.

    Raises
    ------
    InputError
        If the layers before the head differ.
    """
    old, new = earlier.config, config
    described = old.spec.model_dump(exclude=HEAD_FIELDS)
    wanted = new.spec.model_dump(exclude=HEAD_FIELDS)
    other = [name for name, value in wanted.items() if described.get(name) != value]
    if other:
        raise InputError(
            f"start_from is {config.start_from}, a network of another {', '.join(other)} than the "
            "recipe describes. Leave spec out to take over its network, or leave start_from out."
        )
    weights = earlier.network.state_dict()
    head = network.head.state_dict()
    for name in head:
        taken = weights[f"head.{name}"]
        for row in _common_rows(new, earlier):
            head[name][row] = taken[row]
        if old.spec.foreground and new.spec.foreground:
            head[name][-1] = taken[-1]
        weights[f"head.{name}"] = head[name]
    network.load_state_dict(weights)


def _common_rows(new: TrainConfig, earlier: Model) -> range:
    """Leading channels of the head that mean the same."""
    old = earlier.config
    fewer = min(new.spec.embedding_dims, old.spec.embedding_dims)
    if new.method == old.method:
        return range(fewer)
    both_offset = "discriminative" not in (new.method, old.method)
    return range(new.spec.ndim if both_offset else 0)
