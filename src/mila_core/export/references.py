"""References by which a payment finds its invoice: the QR reference and the creditor reference.

A QR reference has 27 digits, of which the last checks the others (modulo 10, recursive, as on the orange
payment slips before it). A creditor reference begins with RF and has two check digits and up to 21 letters
and digits (ISO 11649, modulo 97). Source: Swiss Implementation Guidelines QR-bill, version 2.3, SIX.
"""

import re

from mila_core.errors import InvalidTypeError, InvalidValueError, describe

__all__ = ["creditor_reference", "is_creditor_reference", "is_qr_reference", "qr_reference"]

_RECURSIVE = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
_LONGEST_QR = 26
_QR = re.compile("[0-9]{27}", re.ASCII)
_CREDITOR = re.compile("RF[0-9]{2}[0-9A-Z]{1,21}", re.ASCII)
_OWN = re.compile("[0-9A-Z]{1,21}", re.ASCII)


def _check_digit(digits: str) -> int:
    carry = 0
    for digit in digits:
        carry = _RECURSIVE[(carry + int(digit)) % 10]
    return -carry % 10


def _rest_by_97(text: str) -> int:
    return int("".join(str(int(char, 36)) for char in text)) % 97


def is_qr_reference(reference: str) -> bool:
    """Return whether a text without spaces is a QR reference, with the right check digit.

    Args:
        reference: the text.

    Examples:
        >>> is_qr_reference("210000000003139471430009017"), is_qr_reference("210000000003139471430009018")
        (True, False)
    """
    return bool(_QR.fullmatch(reference)) and _check_digit(reference[:-1]) == int(reference[-1])


def is_creditor_reference(reference: str) -> bool:
    """Return whether a text without spaces is a creditor reference, with the right check digits.

    Args:
        reference: the text.

    Examples:
        >>> is_creditor_reference("RF18539007547034"), is_creditor_reference("RF19539007547034")
        (True, False)
    """
    return bool(_CREDITOR.fullmatch(reference)) and _rest_by_97(reference[4:] + reference[:4]) == 1


def qr_reference(digits: str) -> str:
    """Return the QR reference of some digits: filled up to 26 with zeros before them, and a check digit.

    Args:
        digits: up to 26 digits, not all of them 0, as a customer's number and an invoice's.

    Raises:
        InvalidTypeError: not a string.
        InvalidValueError: not such digits.

    Examples:
        >>> qr_reference("21000000000313947143000901")
        '210000000003139471430009017'
    """
    expected = f"1 to {_LONGEST_QR} digits, not all of them 0"
    if not isinstance(digits, str):
        raise InvalidTypeError("digits", expected, describe(digits))
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_QR
    if not is_number or not digits.strip("0"):
        raise InvalidValueError("digits", expected, describe(digits))
    filled = digits.zfill(_LONGEST_QR)
    return f"{filled}{_check_digit(filled)}"


def creditor_reference(own: str) -> str:
    """Return the creditor reference of an own one, as of an invoice's number: with RF and check digits.

    Args:
        own: 1 to 21 digits and capital letters.

    Raises:
        InvalidTypeError: not a string.
        InvalidValueError: other characters, none or too many; leave out the hyphens of a number yourself, as
            only you know whether two numbers would become one.

    Examples:
        >>> creditor_reference("539007547034")
        'RF18539007547034'
    """
    expected = "1 to 21 digits and capital letters"
    if not isinstance(own, str):
        raise InvalidTypeError("own", expected, describe(own))
    if not _OWN.fullmatch(own):
        raise InvalidValueError("own", expected, describe(own))
    return f"RF{98 - _rest_by_97(f'{own}RF00'):02d}{own}"
