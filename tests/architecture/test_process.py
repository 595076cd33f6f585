"""What importing does to the process: little is loaded, and nothing process-wide changes."""

import json
import subprocess
import sys

import pytest

from tests.architecture.package import NAME, public_modules

BASE = ("attr", "attrs", "babel", "cattr", "cattrs", "dateutil", "numpy", "pendulum")
WORDS_AND_WIRES = ("babel", "cattr", "cattrs", "numpy", "pendulum")

LOADED = """
import importlib, json, sys
importlib.import_module(sys.argv[1])
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""

CHANGED = """
import decimal, importlib, json, locale, logging, os, random, signal, sys, threading, warnings

def state():
    return {
        "decimal context": repr(decimal.getcontext()),
        "environment": dict(os.environ),
        "locale": locale.setlocale(locale.LC_ALL),
        "log handlers": [repr(handler) for handler in logging.root.handlers],
        "log level": logging.root.level,
        "random state": hash(random.getstate()),
        "recursion limit": sys.getrecursionlimit(),
        "search path": list(sys.path),
        "signal": repr(signal.getsignal(signal.SIGINT)),
        "threads": threading.active_count(),
        "uncaught errors": repr(sys.excepthook),
        "warning filters": repr(warnings.filters),
        "working folder": os.getcwd(),
    }

before = state()
for name in sys.argv[1:]:
    importlib.import_module(name)
after = state()
print(json.dumps([key for key in before if before[key] != after[key]]))
"""


def in_fresh_interpreter(script: str, *arguments: str) -> list[str]:
    """Run a script in an isolated interpreter of its own and return the list that it prints."""
    command = [sys.executable, "-I", "-c", script, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    result: list[str] = json.loads(done.stdout)
    return result


def test_importing_the_package_loads_no_library() -> None:
    """`import mila_core` costs nothing: each library comes with the modules that need it."""
    assert set(in_fresh_interpreter(LOADED, NAME)).isdisjoint(BASE)


@pytest.mark.parametrize("module", ["bookings", "matching", "pricing", "reputation", "samples"])
def test_the_domain_loads_no_library_of_words_and_wires(module: str) -> None:
    """The domain and its algorithms start without the libraries of JSON, texts and calendars."""
    assert set(in_fresh_interpreter(LOADED, f"{NAME}.{module}")).isdisjoint(WORDS_AND_WIRES)


def test_the_check_sees_a_change() -> None:
    """The check itself notices a change."""
    planted = CHANGED.replace("after = state()", "warnings.simplefilter('error'); after = state()")
    assert in_fresh_interpreter(planted) == ["warning filters"]


def test_importing_every_module_changes_nothing_process_wide() -> None:
    """Warning filters, logging, locale, decimal context and the rest stay the application's."""
    names = [module.__name__ for module in public_modules()]
    assert in_fresh_interpreter(CHANGED, *names) == []
