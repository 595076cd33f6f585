"""What all tests share: the profiles of Hypothesis.

`default` keeps the whole run short and tries the same examples each time, so that the gate never depends on
chance. `deep` looks for rarer examples, other ones each time: choose it with the environment variable
`MILA_HYPOTHESIS_PROFILE=deep` or with the option `--hypothesis-profile deep`.
"""

import os

from hypothesis import settings

# Hypothesis's own profile for continuous integration changes other settings as well: never inherit it.
_COMMON = settings(deadline=None, print_blob=True)

settings.register_profile("default", parent=_COMMON, max_examples=40, derandomize=True)
settings.register_profile("deep", parent=_COMMON, max_examples=3_000, derandomize=False)
settings.load_profile(os.environ.get("MILA_HYPOTHESIS_PROFILE", "default"))
