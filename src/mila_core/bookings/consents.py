"""Consents: that one side agreed to what the other wants to change."""

from datetime import datetime

import attrs

from mila_core.lifecycle import Actor
from mila_core.validation import as_instant, identifier, instance_of, instant

__all__ = ["Consent"]


@attrs.frozen(kw_only=True)
class Consent:
    """That somebody agreed to a quote, as the application has recorded it.

    Attributes:
        by: who agreed.
        at: when.
        quote_id: the id of the quote that was agreed to; a consent to one is none to another.
    """

    by: Actor = attrs.field(validator=instance_of(Actor))
    at: datetime = attrs.field(converter=as_instant, validator=instant)
    quote_id: str = attrs.field(validator=identifier)
