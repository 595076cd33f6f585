"""Check digits of Swiss numbers: the IBAN of an account and the number of a firm."""

import re
from typing import Any

import attrs

from mila_core.errors import InvalidTypeError, InvalidValueError, describe

__all__ = ["as_compact", "iban", "is_iban", "vat_number"]

_IBAN = re.compile(r"(?:CH|LI)[0-9]{7}[0-9A-Z]{12}", re.ASCII)
_VAT_NUMBER = re.compile(r"CHE-([0-9]{3})\.([0-9]{3})\.([0-9]{3}) (?:MWST|TVA|IVA)", re.ASCII)
_UID_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4)
_TEN = 10


def as_compact(value: str) -> str:
    r"""Return a number in capitals, without the spaces that people write into it; what is no text as it came.

    Args:
        value: what came; a space is whatever Unicode calls one, such as the narrow ones of word processors.

    Examples:
        >>> as_compact("ch58 0079\N{NARROW NO-BREAK SPACE}1123 0008 8901 2")
        'CH5800791123000889012'
    """
    if not isinstance(value, str):
        return value
    joined = "".join(value.split())
    return joined.upper() if joined.isascii() else joined  # a letter of another script stays, and is refused


def is_iban(value: str) -> bool:
    """Return whether a text without spaces is the IBAN of an account in Switzerland or Liechtenstein.

    Its check digits are those of ISO 13616: the rest by 97 is 1, with letters as numbers from 10 on and the
    first four characters behind all others.

    Args:
        value: the text.

    Examples:
        >>> is_iban("CH5800791123000889012"), is_iban("CH5800791123000889013")
        (True, False)
    """
    turned = value[4:] + value[:4]
    return bool(_IBAN.fullmatch(value)) and int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def _is_uid(digits: str) -> bool:
    """Return whether nine digits are a Swiss firm's: the last is what is missing to a multiple of 11."""
    rest = -sum(int(digit) * weight for digit, weight in zip(digits, _UID_WEIGHTS, strict=False)) % 11
    return rest < _TEN and rest == int(digits[-1])  # a rest of 10 is given to nobody


def iban(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Check the IBAN of an account in Switzerland or Liechtenstein, its check digits included.

    Args:
        attribute: the field, for its name in the error.
        value: what came.

    Raises:
        InvalidTypeError: not a string.
        InvalidValueError: not such an IBAN.
    """
    expected = "the IBAN of an account in Switzerland or Liechtenstein"
    if not isinstance(value, str):
        raise InvalidTypeError(attribute.name, expected, describe(value, personal=True))
    if not is_iban(value):
        raise InvalidValueError(attribute.name, expected, describe(value, personal=True))


def vat_number(_: object, attribute: "attrs.Attribute[Any]", value: object) -> None:
    """Check the number under which a Swiss firm is in the register of taxable persons.

    It is the firm's UID, CHE and nine digits of which the last checks the others (weights 5, 4, 3, 2, 7, 6,
    5, 4, modulo 11; Federal Statistical Office, "UID"), and MWST, TVA or IVA.

    Args:
        attribute: the field, for its name in the error.
        value: what came.

    Raises:
        InvalidTypeError: not a string.
        InvalidValueError: not such a number.
    """
    expected = "a VAT number such as 'CHE-100.155.212 MWST', with its check digit"
    if not isinstance(value, str):
        raise InvalidTypeError(attribute.name, expected, describe(value, personal=True))
    found = _VAT_NUMBER.fullmatch(value)
    if found is None or not _is_uid("".join(found.groups())):
        raise InvalidValueError(attribute.name, expected, describe(value, personal=True))
