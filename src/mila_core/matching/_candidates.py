"""The candidates of a list: checked, in the order of their scores, and what each of them merits."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from mila_core.errors import (
    MOST_PROBLEMS,
    InvalidDocumentError,
    InvalidInputError,
    InvalidTypeError,
    InvalidValueError,
    describe,
)
from mila_core.validation import integer

MOST_CANDIDATES = 100_000
"""How many candidates a request has at most; who wants the best ten gives the best few dozen."""

_MOST_SCORE = 10_000_000  # more than the greatest weights of a ranking give
_NUMBERS = frozenset({int})
_LONGEST = 60  # characters of an id that an error repeats


def shares_of(whole: int, candidates: Mapping[str, int]) -> dict[str, int]:
    """Share out in proportion to the scores, so that the parts add up to the whole."""
    scores = candidates if any(candidates.values()) else dict.fromkeys(candidates, 1)
    total, so_far, shared = sum(scores.values()), 0, 0
    shares = {}
    for friend_id in sorted(scores):
        so_far += scores[friend_id]
        up_to_here = whole * so_far // total
        shares[friend_id] = up_to_here - shared
        shared = up_to_here
    return shares


def check_shown(shown: Sequence[str], candidates: Mapping[str, int]) -> None:
    """Check that what was shown are candidates, each once."""
    if not isinstance(shown, list | tuple):
        raise InvalidTypeError("shown", "a list of ids, the first one first", describe(shown))
    for place, each in enumerate(shown):
        if not isinstance(each, str):
            raise InvalidTypeError(f"shown[{place}]", "an id", describe(each))
        if each not in candidates:
            raise InvalidValueError(f"shown[{place}]", "the id of a candidate", describe(each))
    if len(set(shown)) != len(shown):
        raise InvalidValueError("shown", "each friend once", "one of them twice")


def pure_order(candidates: Mapping[str, int]) -> list[str]:
    """Return the candidates by score, equal ones by id; what is wrong is looked for only if something is."""
    if not isinstance(candidates, Mapping):
        raise InvalidTypeError("candidates", "a mapping from friend id to score", describe(candidates))
    if len(candidates) > MOST_CANDIDATES:
        raise InvalidValueError("candidates", f"at most {MOST_CANDIDATES}", f"{len(candidates)}")
    scores = candidates.values()
    try:
        "".join(candidates)  # what is no text is found soonest like this
    except TypeError:
        _tell(candidates)
    if not _NUMBERS.issuperset(map(type, scores)):
        _tell(candidates)
    has_equals = len(set(scores)) < len(candidates)
    pure = sorted(sorted(candidates) if has_equals else candidates, key=candidates.__getitem__, reverse=True)
    if pure and not 0 <= candidates[pure[-1]] <= candidates[pure[0]] <= _MOST_SCORE:
        _tell(candidates)
    return pure


def _tell(candidates: Mapping[Any, Any]) -> None:
    """Raise the errors of the candidates."""
    problems: list[InvalidInputError] = []
    for friend_id, score in candidates.items():
        try:
            if not isinstance(friend_id, str):
                raise InvalidTypeError("candidates", "ids of friends", describe(friend_id))
            _SCORE.validator(None, _SCORE, score)  # type: ignore[misc]
        except InvalidInputError as error:
            problems.append(
                error.at(f"candidates.{friend_id[:_LONGEST]}" if error.field == "score" else error.field)
            )
        if len(problems) == MOST_PROBLEMS:
            break
    if problems:
        raise InvalidDocumentError("candidates", problems)


@attrs.frozen
class _Candidate:
    score: int = attrs.field(validator=integer(0, _MOST_SCORE))


_SCORE = attrs.fields(_Candidate).score
