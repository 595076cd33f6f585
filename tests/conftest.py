"""What all tests share: the profiles of Hypothesis.

`default` keeps the whole run short. `deep` looks for rarer examples: choose it with the environment variable
`MILA_HYPOTHESIS_PROFILE=deep` or with the option `--hypothesis-profile deep`.
"""

import os

from hypothesis import settings

# Hypothesis's own profile for continuous integration repeats the same examples for ever: never inherit it.
_COMMON = settings(deadline=None, derandomize=False, print_blob=True)

settings.register_profile("default", parent=_COMMON, max_examples=40)
settings.register_profile("deep", parent=_COMMON, max_examples=3_000)
settings.load_profile(os.environ.get("MILA_HYPOTHESIS_PROFILE", "default"))
