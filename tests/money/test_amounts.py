"""Amounts are integer arithmetic: nothing that is no amount becomes one, and nothing grows without bound."""

import copy
import math
import pickle
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidTypeError, InvalidValueError
from mila_core.money import ZERO, Money, allocate, chf, multiply, not_negative, total
from mila_core.testing import moneys

MOST = 10**17 - 1
"""The most Rappen that an amount can have: 15 digits of francs."""

small = st.integers(-(10**7), 10**7)


@given(small, small, st.integers(-1000, 1000))
def test_arithmetic_is_that_of_integers(one: int, other: int, factor: int) -> None:
    """Sum, difference, multiple, sign and size of amounts are those of their Rappen."""
    assert Money(one) + Money(other) == Money(one + other)
    assert Money(one) - Money(other) == Money(one - other)
    assert Money(one) * factor == factor * Money(one) == Money(one * factor)
    assert -Money(one) == Money(-one)
    assert abs(Money(one)) == Money(abs(one))


@given(small, small)
def test_order_is_that_of_integers(one: int, other: int) -> None:
    """Amounts compare as their Rappen, and equal amounts hash equal."""
    assert (Money(one) < Money(other)) == (one < other)
    assert (Money(one) <= Money(other)) == (one <= other)
    assert (Money(one) > Money(other)) == (one > other)
    assert (Money(one) >= Money(other)) == (one >= other)
    assert (Money(one) == Money(other)) == (one == other)
    assert len({Money(one), Money(one), Money(other)}) == len({one, other})


@given(st.lists(moneys(), max_size=20))
def test_a_total_is_the_sum(amounts: list[Money]) -> None:
    """The total of amounts is the sum of their Rappen, in whichever order; of none it is zero."""
    assert total(amounts).rappen == sum(amount.rappen for amount in amounts)
    assert total(iter(reversed(amounts))) == total(amounts)
    assert total([]) == ZERO == Money(0)
    assert sum(amounts, start=ZERO) == total(amounts)


def test_the_bound_holds_for_a_total_and_not_on_the_way_to_it() -> None:
    """Amounts have a total in each order or in none."""
    assert total([Money(MOST), Money(1), Money(-1)]) == total([Money(1), Money(-1), Money(MOST)])


@given(st.integers(-MOST, MOST))
def test_every_amount_comes_back_from_its_texts(rappen: int) -> None:
    """What `amount` and `repr` write is the same amount when it is read."""
    money = Money(rappen)
    assert chf(money.amount) == money
    assert chf(Decimal(money.amount)) == money
    assert eval(repr(money), {"chf": chf}) == money  # noqa: S307  # our own text
    assert str(money) == f"CHF {money.amount}"


@pytest.mark.parametrize(
    ("rappen", "amount"),
    [
        (0, "0.00"),
        (5, "0.05"),
        (-5, "-0.05"),
        (100, "1.00"),
        (-99, "-0.99"),
        (123_456_789, "1234567.89"),
        (-MOST, "-999999999999999.99"),
    ],
)
def test_an_amount_is_written_with_two_decimals(rappen: int, amount: str) -> None:
    """Francs, a point, two decimals, and a minus below zero: nothing else."""
    assert Money(rappen).amount == amount


@given(st.integers(-(MOST // 100), MOST // 100))
def test_whole_francs_are_a_hundred_rappen_each(francs: int) -> None:
    """An int is francs, and says the same as its text and as a Decimal in any form."""
    assert chf(francs) == Money(francs * 100) == chf(str(francs)) == chf(Decimal(francs).normalize())


@pytest.mark.parametrize(
    ("francs", "rappen"),
    [
        (0, 0),
        ("0", 0),
        ("-0.00", 0),  # there is one zero
        ("0.05", 5),
        ("-0.05", -5),
        ("-5.35", -535),
        ("999999999999999.99", MOST),
        (Decimal("1E+2"), 10_000),
        (Decimal("4.5"), 450),
        (Decimal("40.0000000000"), 4_000),
        (Decimal("-0"), 0),
    ],
)
def test_an_amount_from_what_people_and_programs_write(francs: int | str | Decimal, rappen: int) -> None:
    """Ints, plain decimal texts and exact Decimals are amounts."""
    assert chf(francs) == Money(rappen)


NOT_A_TYPE_OF_MONEY = [
    40.0,  # 0.1 has no exact float, so no float is taken
    math.nan,
    math.inf,
    True,  # a bool is no number of francs
    None,
    b"40",
    [40],
    Fraction(40),
    Money(4000),
]


@pytest.mark.parametrize("francs", NOT_A_TYPE_OF_MONEY, ids=repr)
def test_francs_of_another_type_are_refused(francs: Any) -> None:
    """Whatever is no int, text or Decimal is a TypeError that names the field and what came."""
    with pytest.raises(InvalidTypeError) as caught:
        chf(francs)
    assert caught.value.field == "francs"
    assert "came" in str(caught.value)


@pytest.mark.parametrize(
    "rappen", [4000.0, True, "4000", None, Decimal(4000), Fraction(4000), Money(1)], ids=repr
)
def test_rappen_of_another_type_are_refused(rappen: Any) -> None:
    """`Money` takes an int and nothing that is only like one."""
    with pytest.raises(InvalidTypeError, match="rappen"):
        Money(rappen)


@pytest.mark.parametrize(
    "francs",
    [
        "",
        " 40",
        "40 ",
        "40\n",  # `$` in a regular expression would let it pass
        "+40",
        "--40",
        "40.",
        ".50",
        "40.0",  # one decimal is a slip of the pen
        "40.000",
        "040",
        "1e3",
        "1_000",
        "1'000.00",  # what people write is read by i18n
        "1’000.00",
        "CHF 40",
        "40,00",
        "\u0664\u0660",  # Arabic-Indic digits
        "\uff14\uff10",  # full-width digits
        "NaN",
        "Infinity",
        "\ud800",
        "9" * 16,
        "9" * 10**6,
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_a_text_that_is_no_plain_amount_is_refused(francs: str) -> None:
    """No sign but a minus, no grouping, no currency, no foreign digits: guessing at money costs money."""
    with pytest.raises(InvalidValueError) as caught:
        chf(francs)
    assert len(caught.value.came) < 100


@pytest.mark.parametrize(
    "francs",
    [
        "NaN",
        "sNaN",
        "-Infinity",
        "Infinity",
        "1E+999999",  # `int` of it would take half a minute
        "-1E+999999",
        "0E+999999",
        "1E-999999",
        "1E+16",
        "1000000000000000",  # one more than any amount
        "0.005",
        "40.001",
        "0.01000000000000000000000000000000000000000001",
    ],
)
def test_a_decimal_that_is_no_amount_is_refused_at_once(francs: str) -> None:
    """A Decimal that is not finite, too large or finer than a Rappen is refused, and takes no time."""
    begun = time.perf_counter()
    with pytest.raises(InvalidValueError):
        chf(Decimal(francs))
    assert time.perf_counter() - begun < 10  # a guard against minutes, not a claim of speed


def test_a_decimal_has_at_most_a_hundred_decimals() -> None:
    """A hundred decimals and 15 digits before the point are taken, one more of either is not."""
    longest = Decimal("999999999999999." + "9" * 100)
    assert multiply(Money(1), longest) == Money(10**15)
    assert chf(Decimal("1." + "0" * 100)) == chf(1)
    for beyond in (Decimal("1." + "0" * 101), Decimal(10**15)):
        with pytest.raises(InvalidValueError, match="15 digits and 100 decimals"):
            multiply(Money(1), beyond)


@pytest.mark.parametrize("last", ["0", "1"])
def test_a_decimal_of_a_million_digits_is_refused_at_once(last: str) -> None:
    """A Decimal of a million decimals is refused before any arithmetic, and not repeated in the error."""
    endless = Decimal("1." + "0" * 999_998 + last)
    begun = time.perf_counter()
    for take in (chf, lambda ratio: multiply(chf(1), ratio), lambda ratio: allocate(chf(1), [ratio])):
        with pytest.raises(InvalidValueError) as caught:
            take(endless)
        assert len(str(caught.value)) < 200
    assert time.perf_counter() - begun < 20  # a guard against minutes, not a claim of speed


@pytest.mark.parametrize(
    "make",
    [
        lambda: Money(MOST + 1),
        lambda: Money(-MOST - 1),
        lambda: Money(MOST) + Money(1),
        lambda: Money(MOST) * 2,
        lambda: chf(10**15),
        lambda: chf(10**5_000),  # longer than an int that Python prints
        lambda: Money(10**5_000),
        lambda: Money(-MOST) - Money(1),
        lambda: total([Money(MOST), Money(1)]),
        lambda: multiply(Money(MOST), 2),
    ],
)
def test_an_absurd_amount_is_refused(make: Callable[[], Money]) -> None:
    """Each amount can be written and read again, so those of over 15 digits of francs are none."""
    with pytest.raises(InvalidValueError, match="15 digits"):
        make()


@pytest.mark.parametrize("factor", [1.5, 2.0, True, Decimal(2), Fraction(2), "2", None, chf(2)], ids=repr)
def test_an_amount_is_multiplied_with_ints_alone(factor: Any) -> None:
    """Anything that could leave a part of a Rappen goes through `multiply`, which says how it rounds."""
    with pytest.raises(InvalidTypeError, match="factor"):
        chf(40) * factor
    with pytest.raises(TypeError):
        factor * chf(40)


@pytest.mark.parametrize("other", [0, 40, 4000, 40.0, "40.00", Decimal(40), None, True], ids=repr)
def test_an_amount_mixes_with_amounts_alone(other: Any) -> None:
    """Adding to, subtracting from or ordering against a bare number is a TypeError, and never equal."""
    for mixed in (
        lambda: chf(40) + other,
        lambda: other + chf(40),
        lambda: chf(40) - other,
        lambda: other - chf(40),
        lambda: chf(40) < other,
        lambda: chf(40) >= other,
        lambda: total([chf(40), other]),
    ):
        with pytest.raises(TypeError):
            mixed()
    assert chf(40) != other


def test_an_amount_is_not_divided() -> None:
    """There is no division: shares are `split` or `allocate`, a percentage is `multiply`."""
    money: Any = chf(40)
    for divided in (lambda: money / 3, lambda: money // 3, lambda: money % 3, lambda: float(money)):
        with pytest.raises(TypeError):
            divided()


@given(st.integers(-MOST, MOST))
def test_an_amount_survives_what_programs_do_with_values(rappen: int) -> None:
    """It is the same amount after pickling in every protocol, copying, and `attrs.evolve`."""
    money = Money(rappen)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(money, protocol)) == money  # noqa: S301  # our own bytes
    assert copy.copy(money) == copy.deepcopy(money) == money
    assert attrs.evolve(money) == attrs.evolve(ZERO, rappen=rappen) == money


@pytest.mark.parametrize("rappen", [1.5, True, MOST + 1])
def test_no_way_round_leads_to_an_amount_that_is_none(rappen: Any) -> None:
    """A changed copy is checked as a new amount is, also where attrs' validators are switched off."""
    refused = pytest.raises((InvalidTypeError, InvalidValueError), match="rappen")
    with refused:
        attrs.evolve(ZERO, rappen=rappen)
    with attrs.validators.disabled(), refused:
        Money(rappen)


def test_an_amount_of_a_field_is_not_negative() -> None:
    """Zero is taken; less, or what is no amount, is refused by name, and a secret is not repeated."""

    @attrs.frozen
    class Priced:
        """Something with an amount."""

        price: Any = attrs.field(default=ZERO, validator=not_negative)
        hidden: Any = attrs.field(default=ZERO, validator=not_negative, repr=False)

    assert Priced(chf(40), ZERO).price == chf(40)
    wrong: list[tuple[Any, type[InvalidTypeError | InvalidValueError]]] = [
        (Money(-1), InvalidValueError),
        *((each, InvalidTypeError) for each in (None, 40, 40.0, "40.00", True)),
    ]
    for value, error in wrong:
        with pytest.raises(error) as caught:
            Priced(price=value)
        assert caught.value.field == "price"
    with pytest.raises(InvalidTypeError) as secret:
        Priced(hidden="Sonja")
    assert "Sonja" not in str(secret.value)
