"""What the library words: the catalogues as they are, and the codes and values as the source gives them."""

import ast
import string
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from mila_core.bookings import FAILURES
from tests.architecture.package import SOURCE, module_name, source_files


@cache
def catalogue(language: str) -> Catalog:
    """Return the catalogue of a language, read without the library."""
    with (SOURCE / "i18n" / "messages" / f"{language}.po").open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


@cache
def messages(language: str) -> dict[str, tuple[str, ...]]:
    """Return the forms of each message of a language, by id; one form where there is no plural."""
    found: dict[str, tuple[str, ...]] = {}
    for entry in catalogue(language):
        if entry.id:
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
            found[key] = forms
    return found


def placeholders(form: str) -> list[str]:
    """Return the placeholders of a form, sorted, each as often as it comes, with all else in its braces."""
    found = []
    for _, name, spec, conversion in string.Formatter().parse(form):
        if name is not None:
            found.append(name + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else ""))
    return sorted(found)


class Given(NamedTuple):
    """A call in the source that gives a code its values."""

    code: str
    names: frozenset[str]
    where: str


class Unknown(NamedTuple):
    """A call whose code cannot be read from the source alone."""

    where: str
    call: str


def _calls(*functions: str, under: str = "") -> Iterator[tuple[str, ast.Module, ast.Call]]:
    """Yield the calls of some functions, each with the module in which it stands."""
    for path in source_files():
        where = module_name(path)
        if not where.startswith(f"mila_core.{under}".rstrip(".")) or where.startswith("mila_core.testing"):
            continue  # what is drawn for tests is said to nobody
        module = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in functions:
                    yield where, module, node


def _names(call: ast.Call, module: ast.Module) -> frozenset[str]:
    """Return the names of a call's keyword arguments, and the keys of a dict that it spreads."""
    found = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
    spread = [ast.unparse(keyword.value) for keyword in call.keywords if keyword.arg is None]
    for node in ast.walk(module):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys)) if name in spread:
                found |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}
            case _:
                pass
    return frozenset(found)


def _constants(node: ast.expr) -> list[str]:
    """Return the texts that an expression can be: one, or those of the branches of a condition."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return [*_constants(body), *_constants(orelse)]
        case _:
            return []


@cache
def calls_of(*functions: str, under: str = "") -> tuple[tuple[Given, ...], tuple[Unknown, ...]]:
    """Return the calls of some functions whose code is a text in the source, and the others."""
    given, unknown = [], []
    for where, module, call in _calls(*functions, under=under):
        codes = _constants(call.args[0]) if call.args else []
        given += [Given(code, _names(call, module), where) for code in codes]
        if not codes:
            unknown.append(Unknown(where, ast.unparse(call)))
    return tuple(given), tuple(unknown)


_SHARE = frozenset({"percent", "of"})
_BY_TIME = frozenset({"minutes", "per_hour", "least_price"})
LINES: dict[str, frozenset[str]] = {
    "base": frozenset({"service", "minutes"}),
    "base_by_time": _BY_TIME | {"service"},
    "package": frozenset({"service", "unit", "minutes"}),
    "package_by_time": _BY_TIME | {"service", "unit"},
    "add_on": frozenset({"service", "unit"}),
    "add_on_by_time": _BY_TIME | {"service", "unit"},
    "extra_blocks": frozenset({"blocks", "minutes", "per_block"}),
    "travel": frozenset({"distance_m", "free_km", "charged_km", "per_km", "most"}),
    "travel_free": frozenset({"distance_m", "free_km"}),
    "travel_remote": frozenset(),
    "surcharge_evening": _SHARE,
    "surcharge_night": _SHARE,
    "surcharge_sunday": _SHARE,
    "surcharge_holiday": _SHARE | {"holiday"},
    "demand": _SHARE,
    "discount": frozenset({"discount", "amount", "of"}),
    "discount_limited": frozenset({"discount", "amount", "of", "off"}),
    "discount_percent": _SHARE | {"discount"},
    "discount_percent_limited": _SHARE | {"discount", "off"},
    "voucher": frozenset({"voucher", "amount", "of"}),
    "voucher_limited": frozenset({"voucher", "amount", "of", "off"}),
    "voucher_percent": _SHARE | {"voucher"},
    "voucher_percent_limited": _SHARE | {"voucher", "off"},
    "customer_fee": frozenset(),
    "customer_fee_percent": _SHARE,
    "customer_fee_percent_limited": _SHARE | {"most"},
    "customer_fee_flat_and_percent": _SHARE | {"flat"},
    "customer_fee_flat_and_percent_limited": _SHARE | {"flat", "most"},
    "cash_rounding": frozenset({"step_rappen"}),
}
"""The lines of quotes, whose codes are put together at run time, each with what it tells at least.

That the engine makes these and no others is a law of `tests/pricing/test_quote_laws.py`.
"""


@cache
def reasons_given() -> tuple[Given, ...]:
    """Return every code of a reason in the source, with the names of the values it comes with."""
    found = [*calls_of("reason")[0]]
    for where, _, call in _calls("check_suspensions"):
        for keyword in call.keywords:
            if keyword.arg == "code":
                for code in _constants(keyword.value):
                    found.append(Given(code, frozenset({"id", "until"}), where))
                    found.append(Given(f"{code}_indefinitely", frozenset({"id"}), where))
    found += [Given(code, names, "mila_core.pricing._lines") for code, names in LINES.items()]
    found += [Given(code, frozenset(), "mila_core.bookings.visit") for code in FAILURES]
    return tuple(found)


CODES = sorted({given.code for given in reasons_given()})
