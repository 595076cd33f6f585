"""Serialization: values to JSON and back, strictly; a bad document names all its problems.

A document is an object with `schema_version`, `kind` (the class, as in `service_request`) and the fields of
the value. Amounts of money are texts (`"40.00"`), instants are texts with an offset
(`"2013-11-27T08:00:00Z"`), sets are sorted lists. Nothing is guessed: a number is no text, `true` is no
number, `40.0` is no amount, an unknown field is a problem, and so is a field that comes twice.

For readers a quote also says its sums (`gross`, `due`), and a match its `friend_id` and `score`. They need
not come back; if they do, they have to agree with the rest. Where values of several classes can stand, as the
events of a decision, each says its `kind`.
"""

from mila_core.serialization._kinds import KINDS
from mila_core.serialization._limits import Limits
from mila_core.serialization._pydantic import PYDANTIC
from mila_core.serialization._schema import json_schema
from mila_core.serialization._upcasters import SCHEMA_VERSION
from mila_core.serialization.documents import dump, dumps, load, loads

__all__ = ["KINDS", "PYDANTIC", "SCHEMA_VERSION", "Limits", "dump", "dumps", "json_schema", "load", "loads"]
