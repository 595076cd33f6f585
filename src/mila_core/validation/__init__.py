"""Checks of field values, as validators for attrs classes; each failure names field, expected and came.

Every check here is a function that returns (or is) an attrs validator, `check(instance, attribute, value)`.
It looks at the value alone, never at the instance, so that the fields of a document can be checked one by
one; what concerns several fields is checked in `__attrs_post_init__`. A field that holds a person's data has
`repr=False`; its value is never repeated in an error.
"""

from mila_core.validation._validator import Validator
from mila_core.validation.converters import FrozensetOf, TupleOf, as_instant, as_nfc
from mila_core.validation.members import (
    MOST_MEMBERS,
    MembersOf,
    counted_repr,
    frozenset_of,
    sorted_repr,
    tuple_of,
)
from mila_core.validation.scalars import (
    FIRST_YEAR,
    LAST_YEAR,
    LONGEST_IDENTIFIER,
    IntegerIn,
    NumberIn,
    OptionalOf,
    TextOf,
    check_instance,
    day,
    identifier,
    instance_of,
    instant,
    integer,
    language,
    number,
    optional,
    text,
)

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "LONGEST_IDENTIFIER",
    "MOST_MEMBERS",
    "FrozensetOf",
    "IntegerIn",
    "MembersOf",
    "NumberIn",
    "OptionalOf",
    "TextOf",
    "TupleOf",
    "Validator",
    "as_instant",
    "as_nfc",
    "check_instance",
    "counted_repr",
    "day",
    "frozenset_of",
    "identifier",
    "instance_of",
    "instant",
    "integer",
    "language",
    "number",
    "optional",
    "sorted_repr",
    "text",
    "tuple_of",
]
