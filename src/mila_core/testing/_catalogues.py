"""Catalogues."""

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from mila_core.catalogue import (
    HIGHEST_LEVEL,
    AddOn,
    Catalogue,
    Category,
    Package,
    Selection,
    Service,
)
from mila_core.errors import InvalidValueError
from mila_core.testing._values import fixed_or, ids, kept, names, prices

# The catalogue -----------------------------------------------------------------------------------------


@kept
def categories(*, code: str | None = None) -> SearchStrategy[Category]:
    """Return categories."""
    return st.builds(Category, code=fixed_or(code, ids()), names=names())


@kept
def packages(*, code: str | None = None) -> SearchStrategy[Package]:
    """Return packages."""
    minutes = st.integers(1, 96).map(lambda quarters: 15 * quarters)
    return st.builds(Package, code=fixed_or(code, ids()), minutes=minutes, names=names())


@kept
def add_ons(*, code: str | None = None) -> SearchStrategy[AddOn]:
    """Return add-ons, of which some take no time."""
    minutes = st.integers(0, 96).map(lambda quarters: 15 * quarters)
    return st.builds(AddOn, code=fixed_or(code, ids()), minutes=minutes, names=names())


@kept
def selections(*, service: Service | None = None) -> SearchStrategy[Selection]:
    """Return selections.

    Args:
        service: the service whose packages and add-ons are drawn from; if not given, any codes.
    """
    if service is None:
        return st.builds(
            Selection,
            package=st.none() | ids(),
            add_ons=st.frozensets(ids(), max_size=3),
            extra_blocks=st.integers(0, 48),
        )
    added = [each.code for each in service.add_ons]
    return st.builds(
        Selection,
        package=st.sampled_from([None, *(each.code for each in service.packages)]),
        add_ons=st.frozensets(st.sampled_from(added)) if added else st.just(frozenset()),
        extra_blocks=st.sampled_from([0, 0, 1, 2]),
    ).filter(lambda each: _fits_a_day(service, each))


def _fits_a_day(service: Service, selection: Selection) -> bool:
    try:
        return service.minutes_of(selection) > 0
    except InvalidValueError:
        return False


_UNITS = st.lists(packages() | add_ons(), max_size=3, unique_by=lambda unit: unit.code)


@kept
@st.composite
def services(
    draw: st.DrawFn,
    *,
    code: str | None = None,
    fields: Sequence[str] | None = None,
    level: int | None = None,
    remote: bool | None = None,
) -> Service:
    """Return services.

    Args:
        draw: given by Hypothesis.
        code: the code.
        fields: the codes of the categories there are; if not given, any.
        level: the level of the certifications required.
        remote: whether it can be done from afar.
    """
    codes = ids() if fields is None else st.sampled_from(fields)
    low, high = sorted((draw(prices()), draw(prices())))
    units = draw(_UNITS)
    return Service(
        code=draw(fixed_or(code, ids())),
        category=draw(codes),
        minutes=15 * draw(st.integers(1, 96)),
        requires=draw(st.frozensets(codes, min_size=1, max_size=3)),
        level=draw(fixed_or(level, st.integers(1, HIGHEST_LEVEL))),
        price_from=low,
        price_to=high,
        remote=draw(fixed_or(remote, st.booleans())),
        names=draw(names()),
        descriptions=draw(names()),
        needs_pro=draw(st.booleans()),
        packages=[unit for unit in units if isinstance(unit, Package)],
        add_ons=[unit for unit in units if isinstance(unit, AddOn)],
        block_minutes=15 * draw(st.integers(1, 16)),
    )


@kept
@st.composite
def catalogues(
    draw: st.DrawFn,
    *,
    category_codes: Sequence[str] | None = None,
    service_codes: Sequence[str] | None = None,
) -> Catalogue:
    """Return catalogues without duplicate codes, whose services name categories that are in them.

    Args:
        draw: given by Hypothesis.
        category_codes: the codes of the categories; if not given, one to four.
        service_codes: the codes of the services; if not given, up to four.
    """
    fields = category_codes or draw(st.lists(ids(), min_size=1, max_size=4, unique=True))
    others = ids().filter(lambda code: code not in fields)
    codes = draw(st.lists(others, max_size=4, unique=True)) if service_codes is None else service_codes
    return Catalogue(
        categories=tuple(draw(categories(code=code)) for code in fields),
        services=tuple(draw(services(code=code, fields=fields)) for code in codes),
    )
