"""The catalogue: what can be booked, in which category, how long it takes, which certifications it requires.

`household_technology()` is the catalogue that ships with the package: the three services of the newspaper
article of 2013 (game console, channels, mobile phone) and 25 more small household-technology services of our
own choice. An application builds a `Catalogue` of its own, or keeps it as a file that `serialization` reads.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from mila_core.errors import InvalidValueError, UnknownIdError
from mila_core.money import Money, chf
from mila_core.names import LANGUAGES, Names
from mila_core.validation import (
    FrozensetOf,
    TupleOf,
    frozenset_of,
    identifier,
    instance_of,
    integer,
    optional,
    sorted_repr,
    tuple_of,
)

__all__ = [
    "HIGHEST_LEVEL",
    "AddOn",
    "Catalogue",
    "Category",
    "Package",
    "Selection",
    "Service",
    "household_technology",
]

HIGHEST_LEVEL = 3
"""Levels of a certification: 1 basic, 2 advanced, 3 expert."""

_LONGEST_MINUTES = 24 * 60


def _on_quarter_hours(_: object, attribute: "attrs.Attribute[int]", value: int) -> None:
    if value % 15:
        raise InvalidValueError(attribute.name, "a multiple of 15 minutes", f"the int {value}")


@attrs.frozen(kw_only=True)
class Category:
    """A group of services, such as television; also the field that a certification is for.

    Attributes:
        code: its code.
        names: its name in each language.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a code that is not an id.

    Examples:
        >>> gaming = Category(
        ...     code="gaming",
        ...     names=Names(de="Videospiele", fr="Jeux vidéo", it="Videogiochi", en="Gaming"),
        ... )
        >>> gaming.names.de
        'Videospiele'
    """

    code: str = attrs.field(validator=identifier)
    names: Names = attrs.field(validator=instance_of(Names))


@attrs.frozen(kw_only=True)
class Package:
    """A priced unit of a service that is booked in its stead, such as two consoles instead of one.

    Attributes:
        code: its code, one of its service's.
        minutes: how long it takes, a multiple of 15.
        names: its name in each language.
    """

    code: str = attrs.field(validator=identifier)
    minutes: int = attrs.field(validator=[integer(15, _LONGEST_MINUTES), _on_quarter_hours])
    names: Names = attrs.field(validator=instance_of(Names))


@attrs.frozen(kw_only=True)
class AddOn:
    """A priced unit that is booked on top of a service, such as a second remote control.

    Attributes:
        code: its code, one of its service's.
        minutes: how much longer it takes, a multiple of 15, or 0.
        names: its name in each language.
    """

    code: str = attrs.field(validator=identifier)
    minutes: int = attrs.field(validator=[integer(0, _LONGEST_MINUTES), _on_quarter_hours])
    names: Names = attrs.field(validator=instance_of(Names))


@attrs.frozen(kw_only=True)
class Selection:
    """How much of a service is wanted: the service itself or a package, add-ons, more time.

    Attributes:
        package: the code of a package; None for the service itself.
        add_ons: codes of add-ons, each once.
        extra_blocks: how many blocks of more time.

    Examples:
        >>> Selection(add_ons=["second-remote"]) == Selection(add_ons={"second-remote"}, extra_blocks=0)
        True
    """

    package: str | None = attrs.field(default=None, validator=optional(identifier))
    add_ons: frozenset[str] = attrs.field(
        default=frozenset(), converter=FrozensetOf[str], validator=frozenset_of(identifier), repr=sorted_repr
    )
    extra_blocks: int = attrs.field(default=0, validator=integer(0, 48))


@attrs.frozen(kw_only=True, cache_hash=True)
class Service:
    """What can be booked.

    Attributes:
        code: its code, such as `game-console`.
        category: the code of its category.
        minutes: the usual duration in minutes, a multiple of 15, a day at most.
        requires: the fields in which a friend must be certified, all of them.
        level: the level that each of these certifications must have, from 1 (basic) to 3 (expert).
        price_from: lower end of the usual price band; a price outside the band is worth a warning, no more.
        price_to: upper end of the usual price band.
        remote: whether it can be done from afar as well, so that distance does not matter.
        needs_pro: whether it is routed out: too much for a neighbour, only a registered firm may do it.
        packages: what can be booked in its stead.
        add_ons: what can be booked on top.
        block_minutes: how long a block of more time is, a multiple of 15.
        names: its name in each language.
        descriptions: one sentence on it in each language.

    Raises:
        InvalidTypeError: a field of another type.
        InvalidValueError: a duration that is not on quarter hours or over a day, no field that is required,
            a level out of range, a band that is negative or ends below its start, or a code that is not an
            id.
        InvalidDocumentError: several codes of required fields that are wrong.

    Examples:
        >>> console = household_technology().service("game-console")
        >>> console.minutes, sorted(console.requires), str(console.price_from), str(console.price_to)
        (60, ['gaming'], 'CHF 30.00', 'CHF 60.00')
    """

    code: str = attrs.field(validator=identifier)
    category: str = attrs.field(validator=identifier)
    minutes: int = attrs.field(validator=[integer(15, _LONGEST_MINUTES), _on_quarter_hours])
    requires: frozenset[str] = attrs.field(
        converter=FrozensetOf[str], validator=frozenset_of(identifier, least=1), repr=sorted_repr
    )
    level: int = attrs.field(default=1, validator=integer(1, HIGHEST_LEVEL))
    price_from: Money = attrs.field(validator=instance_of(Money))
    price_to: Money = attrs.field(validator=instance_of(Money))
    remote: bool = attrs.field(default=False, validator=instance_of(bool))
    names: Names = attrs.field(validator=instance_of(Names))
    descriptions: Names = attrs.field(validator=instance_of(Names))
    needs_pro: bool = attrs.field(default=False, validator=instance_of(bool))
    packages: tuple[Package, ...] = attrs.field(
        default=(), converter=TupleOf[Package], validator=tuple_of(instance_of(Package))
    )
    add_ons: tuple[AddOn, ...] = attrs.field(
        default=(), converter=TupleOf[AddOn], validator=tuple_of(instance_of(AddOn))
    )
    block_minutes: int = attrs.field(default=30, validator=[integer(15, 240), _on_quarter_hours])

    def __attrs_post_init__(self) -> None:
        """Check that the band is one, and that each package and add-on has a code of its own."""
        if not Money(0) <= self.price_from <= self.price_to:
            raise InvalidValueError("price_to", f"at least price_from, {self.price_from}", str(self.price_to))
        codes = [each.code for each in self.packages] + [each.code for each in self.add_ons]
        if len(set(codes)) < len(codes):
            raise InvalidValueError("add_ons", "packages and add-ons with codes of their own", "a code twice")

    def minutes_of(self, selection: Selection) -> int:
        """Return how long a visit takes, in minutes.

        Args:
            selection: how much of the service is wanted.

        Raises:
            UnknownIdError: the service has no such package or add-on.
            InvalidValueError: it would take longer than a day.

        Examples:
            >>> household_technology().service("game-console").minutes_of(Selection(extra_blocks=2))
            120
        """
        packages = {each.code: each.minutes for each in self.packages}
        add_ons = {each.code: each.minutes for each in self.add_ons}
        if selection.package is not None and selection.package not in packages:
            raise UnknownIdError("package", selection.package)
        for code in sorted(selection.add_ons - add_ons.keys()):
            raise UnknownIdError("add-on", code)
        minutes = self.minutes if selection.package is None else packages[selection.package]
        minutes += sum(add_ons[code] for code in selection.add_ons)
        minutes += self.block_minutes * selection.extra_blocks
        if minutes > _LONGEST_MINUTES:
            raise InvalidValueError(
                "selection", f"a visit of at most {_LONGEST_MINUTES} minutes", f"{minutes}"
            )
        return minutes

    def has_unit(self, code: str) -> bool:
        """Return whether the service has a package or an add-on of a code.

        Args:
            code: the code.
        """
        return any(each.code == code for each in self.packages) or any(
            each.code == code for each in self.add_ons
        )

    def is_usual(self, price: Money) -> bool:
        """Return whether a price lies in the usual band, ends included.

        Args:
            price: the price of one visit.

        Examples:
            >>> household_technology().service("game-console").is_usual(chf(65))
            False
        """
        return self.price_from <= price <= self.price_to


@attrs.frozen(kw_only=True)
class Catalogue:
    """Categories and services; each code once. `Market` refuses one that is not in itself consistent.

    Attributes:
        categories: the categories, in the order to show them.
        services: the services, in the order to show them.

    Raises:
        InvalidTypeError: a field that is not a sequence of categories, or of services.
        InvalidDocumentError: several items of a field that are of another type.

    Examples:
        >>> shipped = household_technology()
        >>> gaming = Catalogue(
        ...     categories=[shipped.category("gaming")],
        ...     services=[each for each in shipped.services if each.category == "gaming"],
        ... )
        >>> "game-console" in [service.code for service in gaming.services]
        True
    """

    categories: tuple[Category, ...] = attrs.field(
        converter=TupleOf[Category], validator=tuple_of(instance_of(Category))
    )
    services: tuple[Service, ...] = attrs.field(
        converter=TupleOf[Service], validator=tuple_of(instance_of(Service))
    )

    def service(self, code: str) -> Service:
        """Return a service by its code.

        Args:
            code: the code.

        Raises:
            UnknownIdError: there is none.

        Examples:
            >>> household_technology().service("tv-channels").names.en
            'Re-program the television channels'
        """
        for service in self.services:
            if service.code == code:
                return service
        raise UnknownIdError("service", code)

    def category(self, code: str) -> Category:
        """Return a category by its code.

        Args:
            code: the code.

        Raises:
            UnknownIdError: there is none.

        Examples:
            >>> household_technology().category("telephony").names.fr
            'Téléphonie'
        """
        for category in self.categories:
            if category.code == code:
                return category
        raise UnknownIdError("category", code)


def _names(row: Mapping[str, Any], prefix: str = "") -> Names:
    return Names(**{language: row[prefix + language] for language in LANGUAGES})


def _unit(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"code": row["code"], "minutes": row["minutes"], "names": _names(row)}


@cache
def household_technology() -> Catalogue:
    """Return the catalogue of household technology that ships with the package.

    Examples:
        >>> console = household_technology().service("game-console")
        >>> console.names.en, console.minutes
        ('Connect a game console', 60)
    """
    from mila_core._resources import read_toml  # noqa: PLC0415  # see there

    data = read_toml("catalogue.toml")
    return Catalogue(
        categories=tuple(Category(code=row["code"], names=_names(row)) for row in data["categories"]),
        services=tuple(
            Service(
                code=row["code"],
                category=row["category"],
                minutes=row["minutes"],
                requires=row["requires"],
                level=row["level"],
                price_from=chf(row["price_from"]),
                price_to=chf(row["price_to"]),
                remote=row["remote"],
                names=_names(row),
                descriptions=_names(row, "about_"),
                needs_pro=row.get("needs_pro", False),
                packages=[Package(**_unit(unit)) for unit in row.get("packages", ())],
                add_ons=[AddOn(**_unit(unit)) for unit in row.get("add_ons", ())],
            )
            for row in data["services"]
        ),
    )
