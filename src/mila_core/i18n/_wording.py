"""Messages: from a code and its values to a sentence."""

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import c2py
from types import MappingProxyType
from typing import Any, NamedTuple

from babel.messages.pofile import read_po

from mila_core._resources import read_bytes
from mila_core.bookings import FAILURES
from mila_core.errors import InvalidValueError, UnknownIdError, describe
from mila_core.i18n._amounts import format_money
from mila_core.i18n._formats import format_date, format_instant, format_languages, format_last_day
from mila_core.i18n._locales import language_of, negotiate
from mila_core.i18n._machines import state_kinds
from mila_core.i18n._numbers import format_distance, format_duration, format_number
from mila_core.market import Market
from mila_core.money import Money
from mila_core.reasons import Reason

_PLURAL_BY = "count"
"""A message with plural forms is chosen by the value of this name."""

_NOTHING_YET = "none"
"""What a refusal says of the state where nothing is there yet; it is called alike for all machines."""


class _Messages(NamedTuple):
    by_id: Mapping[str, str | tuple[str, ...]]
    plural: Callable[[int], int]


@cache
def _messages(language: str) -> _Messages:
    source = io.BytesIO(read_bytes("i18n", "messages", f"{language}.po"))
    catalog = read_po(source, locale=language, abort_invalid=True)
    by_id: dict[str, str | tuple[str, ...]] = {}
    for entry in catalog:
        if not entry.id:  # the header
            continue
        if isinstance(entry.id, str) and isinstance(entry.string, str):
            by_id[entry.id] = entry.string
        elif entry.string is not None:
            by_id[entry.id[0]] = tuple(entry.string)
    return _Messages(MappingProxyType(by_id), c2py(catalog.plural_expr))


def message(id: str, /, *, locale: str, **values: Any) -> str:  # noqa: A002  # gettext's word
    """Return a message, its placeholders filled in.

    Args:
        id: the message's id, such as `state.requested`.
        locale: any locale, as for `negotiate`.
        **values: what to put in, as it is to be shown; `count` also chooses between singular and plural.

    Raises:
        InvalidTypeError: the locale is not a text.
        UnknownIdError: there is no such message.
        InvalidValueError: the message needs a value that is not given, or a `count` that is not an int.

    Examples:
        >>> (
        ...     message("terminal.friends", locale="en", count=1),
        ...     message("terminal.friends", locale="en", count=3),
        ... )
        ('1 friend', '3 friends')
    """
    return _filled(id, locale, values)


def _filled(id: str, locale: str, values: Mapping[str, object]) -> str:  # noqa: A002  # gettext's word
    messages = _messages(language_of(locale))
    found = messages.by_id.get(id)
    if found is None:
        raise UnknownIdError("message", id)
    if isinstance(found, tuple):
        count = values.get(_PLURAL_BY)
        if not isinstance(count, int):
            raise InvalidValueError(_PLURAL_BY, f"the number that {id} speaks of", describe(count))
        found = found[messages.plural(count)]
    try:
        return found.format_map(values)
    except KeyError as error:
        raise InvalidValueError(str(error.args[0]), f"a value for {id}", "nothing") from None


def label(kind: str, code: str, *, locale: str) -> str:
    """Return the name of a state, an event, a role, a badge and so on.

    Args:
        kind: `state` (of a booking), `event`, `role`, `reminder`, `level`, `badge`, `verification`,
            `holiday` (of `pricing.HOLIDAY_CODES`), or another enumeration, such as `dispute_state`,
            `payment_state`, `friend_kind`, `direction`; or `invoice`, the headings of an invoice, by the
            names of its fields.
        code: the code, such as the value of a member of an enumeration.
        locale: any locale, as for `negotiate`.

    Raises:
        InvalidTypeError: the locale is not a text.
        UnknownIdError: there is no such name.

    Examples:
        >>> label("state", "in_progress", locale="de")
        'in Arbeit'
    """
    return message(f"{kind}.{code}", locale=locale)


def names_of(market: Market, *, locale: str) -> Mapping[str, str]:
    """Return the names of a market's services and their units, categories, regions and partners, for `word`.

    Args:
        market: the market.
        locale: any locale, as for `negotiate`.

    Returns:
        Names by kind and code, such as `region.bern`; those of units by their service as well, such as
        `unit.pc-help.two-hours`, as another service may have a unit of the same code.

    Raises:
        InvalidTypeError: the locale is not a text.

    Examples:
        >>> from mila_core import samples
        >>> names_of(samples.zurich_2013().market, locale="fr")["region.bern"]
        'Berne'
    """
    language = language_of(locale)
    named = {
        **{f"service.{each.code}": each.names for each in market.catalogue.services},
        **{f"field.{each.code}": each.names for each in market.catalogue.categories},
        **{f"region.{each.id}": each.names for each in market.regions},
        **{
            f"unit.{each.code}.{unit.code}": unit.names
            for each in market.catalogue.services
            for units in (each.packages, each.add_ons)
            for unit in units
        },
    }
    partners = {f"partner.{each.id}": each.name for each in market.partners}
    return MappingProxyType(partners | {key: names.in_language(language) for key, names in named.items()})


def word(why: Reason, *, locale: str, names: Mapping[str, str] | None = None) -> str:
    r"""Return a reason as a sentence or a phrase.

    Args:
        why: the reason.
        locale: any locale, as for `negotiate`.
        names: names of services, fields, regions and so on, as `names_of` makes them; a code without a name
            is shown as it is. A unit is looked up as one of the service that the reason tells.

    Raises:
        InvalidTypeError: the locale is not a text.
        UnknownIdError: there is no wording for the reason's code.
        InvalidValueError: the reason lacks a value that its wording needs, or has one out of its bounds.

    Examples:
        >>> from mila_core.reasons import reason
        >>> word(reason("too_far", distance_m=19_783, radius_km=10), locale="en")
        'too far: 19.8\xa0km, and the friend goes no further than 10\xa0km'
    """
    chosen = negotiate(locale)  # a Romansh reader's sentence is German, and so are the formats inside it
    shown = {name: _shown(name, value, chosen, names or {}, why) for name, value in why.values}
    return _filled(f"reason.{why.code}", chosen, shown)


def _shown(name: str, value: object, locale: str, names: Mapping[str, str], why: Reason) -> object:
    match value:
        case Money():
            return format_money(value, locale=locale)
        case datetime() if name == "until":
            return format_last_day(value, locale=locale)
        case datetime():
            return format_instant(value, locale=locale)
        case date():
            return format_date(value, locale=locale)
        case int():
            return _shown_number(name, value, locale)
        case _ if _is_worded(kind := _kind(name, value, why, locale), value, locale):
            return label(kind, str(value), locale=locale)
        case _ if name in {"failure", "expected"}:
            return _failures(str(value), locale)
        case _ if name == "spoken":
            return format_languages(str(value).split(), locale=locale)
        case _:
            return names.get(_key(name, value, why), value)


def _kind(name: str, value: object, why: Reason, locale: str) -> str:
    """Return the kind of label that a value has: mostly its name; a state is one of the event's machine."""
    if name != "state" or value == _NOTHING_YET:
        return name
    kinds = state_kinds(str(why.get("event")))
    return next((kind for kind in kinds if _is_worded(kind, value, locale)), name)


def _is_worded(kind: str, code: object, locale: str) -> bool:
    return f"{kind}.{code}" in _messages(language_of(locale)).by_id


def _failures(codes: str, locale: str) -> str:
    """Return the names of reasons for which a visit fails; any other word is shown as it is."""
    found = codes.split()
    if not found or not set(found) <= set(FAILURES):
        return codes
    return ", ".join(message(f"reason.{code}", locale=locale) for code in found)


def _key(name: str, value: object, why: Reason) -> str:
    service = why.get("service") if name == "unit" else None
    return f"{name}.{value}" if service is None else f"{name}.{service}.{value}"


def _shown_number(name: str, value: int, locale: str) -> object:
    match name:
        case "distance_m":
            return format_distance(value, locale=locale)
        case "free_km" | "charged_km" | "radius_km":
            return f"{value}\N{NO-BREAK SPACE}km"
        case "milli_stars" | "least_milli_stars" | "mean_milli_stars" | "milli_stars_before":
            return format_number(Decimal(value).scaleb(-3), decimals=2, locale=locale)
        case "effect_milli":
            shown = format_number(Decimal(value).scaleb(-3), decimals=2, locale=locale)
            return f"+{shown}" if value >= 0 else shown
        case "notice_minutes":
            return format_duration(value, locale=locale)
        case "level" | "needed":
            return label("level", str(value), locale=locale)
        case _:
            return value
