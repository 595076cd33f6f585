"""What is rated: which side, and the aspects that each side can say something about."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import attrs

from mila_core.lifecycle import Role
from mila_core.validation import instance_of, integer

__all__ = ["ASPECTS", "Aspect", "AspectRating", "Direction", "Solved"]


class Direction(StrEnum):
    """Who is rated."""

    OF_FRIEND = "of_friend"
    """The customer rates the friend."""
    OF_CUSTOMER = "of_customer"
    """The friend rates the customer."""


class Aspect(StrEnum):
    """What can be rated besides the whole; none of it goes into the stars."""

    SKILL = "skill"
    """Of the friend: how well it was done."""
    PUNCTUALITY = "punctuality"
    """Of the friend: whether the time was kept."""
    CLARITY = "clarity"
    """Of the friend: how clear and friendly it was explained."""
    VALUE = "value"
    """Of the friend: whether it was worth its price."""
    COMMUNICATION = "communication"
    """Of the customer: how well one could make arrangements."""
    DESCRIPTION = "description"
    """Of the customer: whether the description was accurate."""
    ACCESS = "access"
    """Of the customer: whether one could get there and work in safety."""


class Solved(StrEnum):
    """Whether the customer's problem is solved."""

    YES = "yes"
    """It is."""
    PARTLY = "partly"
    """A part of it is."""
    NO = "no"
    """It is not."""


ASPECTS: Mapping[Direction, frozenset[Aspect]] = MappingProxyType(
    {
        Direction.OF_FRIEND: frozenset({Aspect.SKILL, Aspect.PUNCTUALITY, Aspect.CLARITY, Aspect.VALUE}),
        Direction.OF_CUSTOMER: frozenset({Aspect.COMMUNICATION, Aspect.DESCRIPTION, Aspect.ACCESS}),
    }
)
"""The aspects of each direction.

:meta hide-value:
"""

_AUTHORS = MappingProxyType({Direction.OF_FRIEND: Role.CUSTOMER, Direction.OF_CUSTOMER: Role.FRIEND})
_SUBJECTS = MappingProxyType({Direction.OF_FRIEND: Role.FRIEND, Direction.OF_CUSTOMER: Role.CUSTOMER})


def author_role(direction: Direction) -> Role:
    """Return in what capacity somebody rates.

    Args:
        direction: who is rated.
    """
    return _AUTHORS[direction]


def subject_role(direction: Direction) -> Role:
    """Return in what capacity somebody is rated.

    Args:
        direction: who is rated.
    """
    return _SUBJECTS[direction]


def unsaid(_: object) -> str:
    """Return what a `repr` shows of what somebody said: it may be hidden still, and a log is read by many."""
    return "..."


@attrs.frozen
class AspectRating:
    """The stars of one aspect.

    Attributes:
        aspect: what is rated.
        stars: 1 (bad) to 5 (very good).
    """

    aspect: Aspect = attrs.field(validator=instance_of(Aspect))
    stars: int = attrs.field(validator=integer(1, 5), repr=unsaid)
