"""The audit: a history is recomputed from its events alone, and every invariant that it violates is named.

It trusts no state, no aggregate and no clock but the events' own. Run it on all events of a database at rest,
or on those of some bookings, as after an import or a repair.
"""

from mila_core.audit.history import audit
from mila_core.audit.violations import INVARIANTS, Violation

__all__ = ["INVARIANTS", "Violation", "audit"]
