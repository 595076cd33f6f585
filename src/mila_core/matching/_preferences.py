"""Lists of preferences as they are given, checked, and in a strict order."""

from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple, TypeAlias

import attrs

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.validation import MOST_MEMBERS, identifier, integer

Wishes: TypeAlias = Sequence[str | tuple[str, ...]]
"""Ids, best first; those that are liked equally stand together in a tuple."""

_MOST_PLACES = 2**53
_A_LIST = "a list of ids, best first"
_A_WISH = "an id, or a tuple of ids that are liked equally"


class Side(NamedTuple):
    """Everybody on one side.

    Attributes:
        name: `proposers` or `reviewers`, for errors.
        order: the ids that each of them lists, best first; ties are broken by id.
        tiers: where asked for: how good each listed one is, 0 for the best; the same for a tie.
        tied: those who list ties.
    """

    name: str
    order: dict[str, Sequence[str]]
    tiers: dict[str, dict[str, int]]
    tied: set[str]

    def strict_ranks(self) -> dict[str, dict[str, int]]:
        """Return the place of each listed one, ties broken by id."""
        broken = {each: dict(zip(self.order[each], count(), strict=False)) for each in self.tied}
        return {**self.tiers, **broken}


@attrs.frozen
class _Column:
    """Stands for a field of a class, for validators that want to name one."""

    id: str = attrs.field(default="", validator=identifier)
    places: int = attrs.field(default=0, validator=integer(0, _MOST_PLACES))


_FIELDS = attrs.fields(_Column)


def _problem(check: Any, field: Any, value: object, path: str) -> InvalidInputError | None:
    try:
        check(None, field, value)
    except InvalidInputError as error:
        return error.at(path)
    return None


def check_id(value: object, path: str) -> InvalidInputError | None:
    """Return what is wrong with an id, if anything."""
    return _problem(identifier, _FIELDS.id, value, path)


def read_sides(
    proposers: Mapping[str, Wishes],
    reviewers: Mapping[str, Wishes],
    *,
    capacities: Mapping[str, int] | None,
    ranked: Collection[str] = ("proposers", "reviewers"),
) -> tuple[Side, Side, dict[str, int]]:
    """Return both sides, and how many places each reviewer has.

    Args:
        proposers: the lists of one side.
        reviewers: the lists of the other side.
        capacities: the places of the reviewers who have not just one.
        ranked: of which sides `tiers` is wanted.

    Raises:
        InvalidTypeError: one of the three is no mapping.
        InvalidDocumentError: all that is wrong inside them.
    """
    for name, given in (("proposers", proposers), ("reviewers", reviewers), ("capacities", capacities)):
        if not isinstance(given, Mapping) and not (name == "capacities" and given is None):
            raise InvalidTypeError(name, "a mapping by id", describe(given))
    problems: list[InvalidInputError] = []
    sides = []
    for name, given, others in (("proposers", proposers, reviewers), ("reviewers", reviewers, proposers)):
        side = Side(name, {}, {}, set())
        _read_lists(side, given, frozenset(others), problems, ranked=name in ranked)
        sides.append(side)
    places = dict.fromkeys(reviewers, 1)
    for reviewer_id, number in (capacities or {}).items():
        if reviewer_id not in places:
            problems.append(InvalidValueError("capacities", "the ids of reviewers", describe(reviewer_id)))
        elif (bad := _problem(_FIELDS.places.validator, _FIELDS.places, number, "")) is not None:
            problems.append(bad.at(f"capacities.{reviewer_id}"))
        else:
            places[reviewer_id] = number
    if problems:
        raise InvalidDocumentError("preferences", problems[:MOST_PROBLEMS])
    return sides[0], sides[1], places


def _read_lists(
    side: Side,
    given: Mapping[str, Wishes],
    others: frozenset[str],
    problems: list[InvalidInputError],
    *,
    ranked: bool,
) -> None:
    lengths = [len(each) for each in given.values() if isinstance(each, list | tuple)]
    entries = len(given) + sum(lengths)
    if entries > MOST_MEMBERS:
        problems.append(InvalidValueError(side.name, f"at most {MOST_MEMBERS} ids in all", f"{entries}"))
        return
    places = tuple(range(max(lengths, default=0)))
    for id_, wishes in given.items():
        if (bad := check_id(id_, side.name)) is not None:
            problems.append(bad)
        elif not isinstance(wishes, list | tuple):
            problems.append(InvalidTypeError(f"{side.name}.{id_}", _A_LIST, describe(wishes)))
        elif id_ in others or not _read_plain_list(side, id_, wishes, others, places if ranked else None):
            _read_list(side, id_, wishes, others, problems)
        if len(problems) >= MOST_PROBLEMS:
            break


def _read_plain_list(
    side: Side, id_: str, wishes: Sequence[Any], others: frozenset[str], places: tuple[int, ...] | None
) -> bool:
    """Read a list of known ids, each once, and say whether it is one; one by one it would take far longer."""
    try:
        if places is None:
            is_plain = len(others.intersection(wishes)) == len(wishes)
        else:
            side.tiers[id_] = dict(zip(wishes, places, strict=False))
            is_plain = len(side.tiers[id_]) == len(wishes) and others.issuperset(wishes)
    except TypeError:  # something that cannot be hashed
        return False
    side.order[id_] = wishes
    return is_plain


def _read_list(
    side: Side, id_: str, wishes: Sequence[Any], others: Collection[str], problems: list[InvalidInputError]
) -> None:
    """Read a list with ties, or one with something wrong."""
    tiers: dict[str, int] = {}
    has_ties = False
    for tier, wish in enumerate(wishes):
        path = f"{side.name}.{id_}[{tier}]"
        is_tie = isinstance(wish, list | tuple)
        if is_tie and not wish:
            problems.append(InvalidValueError(path, _A_WISH, "an empty one"))
        has_ties = has_ties or is_tie
        for each in sorted(wish, key=str) if is_tie else (wish,):
            if (bad := _bad_wish(each, id_, path, others)) is not None:
                problems.append(bad)
            elif each in tiers:
                problems.append(InvalidValueError(path, "each id once", f"{describe(each)} again"))
            else:
                tiers[each] = tier
    side.order[id_] = tuple(tiers)
    side.tiers[id_] = tiers
    if has_ties:
        side.tied.add(id_)


def _bad_wish(wish: object, id_: str, path: str, others: Collection[str]) -> InvalidInputError | None:
    if not isinstance(wish, str):
        return InvalidTypeError(path, _A_WISH, describe(wish))
    if wish == id_:
        return InvalidValueError(path, "the id of somebody else", describe(wish))
    if wish not in others:
        return InvalidValueError(path, "an id of the other side", describe(wish))
    return None
