"""Published examples: inputs and results of other projects' public tests, with their source in each."""

import json
from pathlib import Path
from typing import Any


def published(name: str) -> dict[str, Any]:
    """Return the examples of a file beside this module."""
    text = (Path(__file__).parent / f"published_{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
