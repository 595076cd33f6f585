"""When somebody can come: the slots of a request, with the friends who could take each."""

from typing import NamedTuple

from mila_core.periods import Period

__all__ = ["SlotChoice"]


class SlotChoice(NamedTuple):
    """A slot that suits a request, and who can come then.

    Attributes:
        slot: the slot.
        friend_ids: the ids of all friends who can come then, in alphabetical order.
    """

    slot: Period
    friend_ids: tuple[str, ...]
