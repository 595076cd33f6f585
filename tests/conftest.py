"""What all tests share: the profiles of Hypothesis.

`default` keeps the whole run short and tries the same examples each time, so that the gate never depends on
chance. `deep` looks for rarer examples, other ones each time: choose it with the environment variable
`MILA_HYPOTHESIS_PROFILE=deep` or with the option `--hypothesis-profile deep`.
"""

import os
from importlib.util import find_spec

import pytest
from hypothesis import settings

# Hypothesis's own profile for continuous integration changes other settings as well: never inherit it.
_COMMON = settings(deadline=None, print_blob=True)

settings.register_profile("default", parent=_COMMON, max_examples=15, derandomize=True)
settings.register_profile("deep", parent=_COMMON, max_examples=3_000, derandomize=False)
settings.load_profile(os.environ.get("MILA_HYPOTHESIS_PROFILE", "default"))

# The docstrings of these modules have examples that run only with a library behind an extra.
_EXTRAS = {"mila_core.export.calendar.": "icalendar"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, by name, the examples whose library is not installed."""
    for prefix, library in _EXTRAS.items():
        if find_spec(library) is None:
            for item in items:
                if item.name.startswith(prefix):
                    item.add_marker(pytest.mark.skip(reason=f"could not import {library!r}"))
