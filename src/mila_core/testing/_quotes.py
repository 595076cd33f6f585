"""Quotes."""

from datetime import UTC, datetime, timedelta
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.eligibility import Visit
from mila_core.friends import ContractMode
from mila_core.money import Money
from mila_core.offers import Offer
from mila_core.policies import VatTreatment
from mila_core.quotes import Part, Quote, QuoteBasis, QuoteLine
from mila_core.reasons import reason
from mila_core.testing._pricing import discounts, vouchers
from mila_core.testing._requests import offers, visits
from mila_core.testing._values import (
    LONGEST_WAIT,
    after,
    fixed_or,
    ids,
    instants,
    kept,
    moneys,
    reasons,
    this_or,
)


@cache
def quote_lines(*, part: Part | None = None) -> SearchStrategy[QuoteLine]:
    """Return lines: what is charged, and what is taken off."""
    return st.builds(
        QuoteLine,
        why=reasons(),
        amount=moneys(least=-20_000, most=50_000),
        part=fixed_or(part, st.sampled_from(list(Part))),
        vat=st.sampled_from(VatTreatment),
    )


@kept
@st.composite
def quote_bases(draw: st.DrawFn, *, offer: SearchStrategy[Offer] | None = None) -> QuoteBasis:
    """Return what quotes are computed of.

    Args:
        draw: given by Hypothesis.
        offer: the friend's offer.
    """
    return QuoteBasis(
        offer=draw(this_or(offer, offers())),
        distance_m=draw(st.integers(0, 60_000)),
        contract=draw(st.sampled_from(ContractMode)),
        cash=draw(st.booleans()),
        discount=draw(st.none() | discounts()),
        voucher=draw(st.none() | vouchers()),
        demand_percent=draw(st.just(0) | st.integers(0, 1_000)),
        holiday=draw(st.none() | ids()),
    )


_SOME_LINES = st.lists(quote_lines(), max_size=4)


@kept
@st.composite
def quotes(
    draw: st.DrawFn,
    *,
    visit: Visit | None = None,
    friend_id: str | None = None,
    made_at: datetime | None = None,
    expires_at: datetime | None = None,
    lines: SearchStrategy[list[QuoteLine]] | None = None,
    version: int | None = None,
) -> Quote:
    """Return quotes whose sums are not negative; visit and instants need not fit together unless given.

    Args:
        draw: given by Hypothesis.
        visit: what is priced.
        friend_id: the id of the friend.
        made_at: when it was made.
        expires_at: from when on it cannot be booked.
        lines: the lines after the first one, which makes up for what they take off.
        version: how many changes were agreed on, and one.
    """
    more = draw(this_or(lines, _SOME_LINES))
    services = sum(line.amount.rappen for line in more if line.part is Part.SERVICE)
    least = max(0, -services, -sum(line.amount.rappen for line in more))
    base = Money(least + draw(st.integers(0, 20_000)))
    first = made_at or draw(instants())
    return Quote(
        id=draw(ids()),
        visit=visit or draw(visits()),
        friend_id=friend_id or draw(ids()),
        offer_id=draw(ids()),
        lines=[QuoteLine(why=reason("base", price=base), amount=base), *more],
        made_at=first,
        expires_at=expires_at or draw(after(first.astimezone(UTC) + timedelta(microseconds=1), LONGEST_WAIT)),
        book_version=draw(ids()),
        version=draw(fixed_or(version, st.integers(1, 10_000))),
        book_hash=draw(st.none() | ids()),
        warnings=draw(st.lists(reasons(), max_size=1)),
    )
