"""References and their check digits, against published ones."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidInputError
from mila_core.export import creditor_reference, is_creditor_reference, is_qr_reference, qr_reference


@pytest.mark.parametrize(
    ("reference", "is_qr", "is_creditor"),
    [
        ("210000000003139471430009017", True, False),  # as chqr and qrbill take it, and python-stdnum
        ("000000000000000000000000000", True, False),
        ("RF18539007547034", False, True),  # python-stdnum's example of ISO 11649
        ("RF18000000000539007547034", False, True),  # the same, filled up with zeros
        ("210000000003139471430009018", False, False),
        ("2100000000031394714300090170", False, False),  # 28 digits
        ("RF19539007547034", False, False),
        ("rf18539007547034", False, False),
        ("RF18", False, False),
        ("RF18" + "0" * 22, False, False),
        ("", False, False),
        ("\u0662" + "10000000003139471430009017", False, False),  # a digit of another script
    ],
)
def test_check_digits_are_those_of_the_standards(reference: str, is_qr: bool, is_creditor: bool) -> None:  # noqa: FBT001
    """A wrong digit, length, letter or script is none."""
    assert (is_qr_reference(reference), is_creditor_reference(reference)) == (is_qr, is_creditor)


@given(st.integers(1, 10**26 - 1), st.data())
def test_a_made_reference_is_one_and_a_changed_digit_makes_it_none(number: int, data: st.DataObject) -> None:
    """The recursive check finds every single wrong digit."""
    made = qr_reference(str(number))
    assert is_qr_reference(made)
    place = data.draw(st.integers(0, 26))
    other = str((int(made[place]) + data.draw(st.integers(1, 9))) % 10)
    assert not is_qr_reference(made[:place] + other + made[place + 1 :])


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21))
def test_a_made_creditor_reference_is_one(own: str) -> None:
    """Whatever letters and digits it is made of."""
    assert is_creditor_reference(creditor_reference(own))


@pytest.mark.parametrize("digits", ["", "0", "12a", "1" * 27, "1 2", "\u0661", 12, None])
def test_other_than_digits_make_no_qr_reference(digits: Any) -> None:
    """None, too many, other characters, all zeros, or no text."""
    with pytest.raises(InvalidInputError, match="digits"):
        qr_reference(digits)


@pytest.mark.parametrize("own", ["", "2013-17", "abc", "A" * 22, "Ä", 12, None])
def test_other_than_letters_and_digits_make_no_creditor_reference(own: Any) -> None:
    """A hyphen is not left out, as two numbers could become one."""
    with pytest.raises(InvalidInputError, match="own"):
        creditor_reference(own)
