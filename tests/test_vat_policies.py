"""The rates of the value-added tax by day of service, and why an amount is kept with its tax."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core.errors import InvalidInputError, InvalidTypeError, InvalidValueError
from mila_core.money import Money, chf
from mila_core.policies import SettlementPolicy, VatRate, VatTreatment, vat_contained

POLICY = SettlementPolicy()

# Federal Tax Administration, "Development of the Swiss VAT rates"; per mille: standard, reduced, lodging
PUBLISHED = (
    (date(1995, 1, 1), (65, 20, 65)),  # lodging had no rate of its own yet
    (date(1996, 10, 1), (65, 20, 30)),
    (date(1999, 1, 1), (75, 23, 35)),
    (date(2001, 1, 1), (76, 24, 36)),
    (date(2011, 1, 1), (80, 25, 38)),
    (date(2018, 1, 1), (77, 25, 37)),
    (date(2024, 1, 1), (81, 26, 38)),
)
TAXED = (VatTreatment.STANDARD, VatTreatment.REDUCED, VatTreatment.LODGING)


@pytest.mark.parametrize("period", range(len(PUBLISHED)))
def test_the_rates_are_the_published_ones(period: int) -> None:
    """From the first day of a period on, and not on the day before it."""
    first, rates = PUBLISHED[period]
    before = PUBLISHED[period - 1][1] if period else (0, 0, 0)
    for day, expected in ((first - timedelta(days=1), before), (first, rates)):
        assert tuple(POLICY.vat_per_mille(day, treatment=each) for each in TAXED) == expected
        assert POLICY.vat_per_mille(day, treatment=VatTreatment.NONE) == 0


def test_the_last_rates_stay() -> None:
    """Until others are given, though with a warning once they are not sure."""
    assert POLICY.vat_per_mille(date(2030, 1, 1)) == 81
    assert [why.code for why in POLICY.vat_warnings(date(2030, 1, 1))] == ["vat_rate_unknown"]
    assert POLICY.vat_warnings(date(2027, 12, 31)) == ()
    assert attrs.evolve(POLICY, vat_known_to=None).vat_warnings(date(2030, 1, 1)) == ()


def test_many_amounts_are_out_of_reach_of_a_net_amount() -> None:
    """At 8.1 %, 1,499 of the 20,000 gross amounts up to CHF 200.00 (7.5 %) have no net amount in Rappen.

    So it is the gross amount that is kept, and the tax that is computed of it, never the other way round.
    """
    reached = {int(Fraction(net * 1081, 1000) + Fraction(1, 2)) for net in range(20_001)}
    assert len(set(range(1, 20_001)) - reached) == 1499


def test_there_is_no_rate_of_what_is_not_taxed() -> None:
    """The treatment `none` has the rate 0, on any day; a rate that is not given is the standard one."""
    rate = VatRate(first_day=date(2024, 1, 1), per_mille=81, reduced_per_mille=0)
    assert [rate.of(each) for each in VatTreatment] == [0, 81, 0, 81]


@given(st.integers(-(10**7), 10**7), st.integers(0, 1000))
def test_the_tax_contained_is_the_nearest_rappen(rappen: int, per_mille: int) -> None:
    """To the exact fraction, a half away from zero; of a credit it is the debt's with the other sign."""
    exact = Fraction(abs(rappen) * per_mille, 1000 + per_mille)
    nearest = Money(int(exact + Fraction(1, 2)))
    assert vat_contained(Money(rappen), per_mille=per_mille) == (-nearest if rappen < 0 else nearest)


@pytest.mark.parametrize(
    ("field", "gross", "per_mille", "error"),
    [
        ("gross", 40, 81, InvalidTypeError),
        ("gross", None, 81, InvalidTypeError),
        ("per_mille", chf(40), 8.1, InvalidTypeError),
        ("per_mille", chf(40), True, InvalidTypeError),
        ("per_mille", chf(40), -1, InvalidValueError),
        ("per_mille", chf(40), 1001, InvalidValueError),
    ],
)
def test_a_tax_is_of_an_amount_at_a_rate(
    field: str, gross: Any, per_mille: Any, error: type[InvalidInputError]
) -> None:
    """The error names the argument."""
    with pytest.raises(error) as caught:
        vat_contained(gross, per_mille=per_mille)
    assert caught.value.field == field
