"""Networks in which certified neighbours help people for money: the domain, matching, prices, reputation.

Importing the package loads nothing else; each module loads on first use, as
`from mila_core import bookings, matching, pricing`.
"""

from importlib import import_module

__all__ = ["__version__"]

_MODULES = frozenset(
    {
        "audit",
        "availability",
        "bookings",
        "catalogue",
        "certifications",
        "coordinates",
        "dispatch",
        "disputes",
        "eligibility",
        "errors",
        "export",
        "friends",
        "i18n",
        "invoices",
        "lifecycle",
        "market",
        "matching",
        "money",
        "names",
        "offers",
        "periods",
        "places",
        "policies",
        "pricing",
        "quotes",
        "ratings",
        "reasons",
        "regions",
        "reputation",
        "samples",
        "serialization",
        "service_requests",
        "settlements",
        "standings",
        "testing",
        "validation",
        "verdicts",
        "verifications",
    }
)


def __getattr__(name: str) -> object:  # PEP 562; importing `typing` for a better type takes 8 ms
    if name in _MODULES:
        return import_module(f"mila_core.{name}")
    if name == "__version__":
        return import_module("importlib.metadata").version("mila-core")
    message = f"module 'mila_core' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, "__version__"})
