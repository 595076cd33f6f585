"""The terminal's own messages in one locale, laid out for one width."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import mila_core.i18n as i18n
from mila_core.terminal._layout import columns, paragraph


class Words:
    """Words in one locale, on one width of the terminal."""

    def __init__(self, *, locale: str, width: int) -> None:
        """Keep both."""
        self.locale = locale
        self.width = width

    def say(self, key: str, **values: Any) -> str:
        """Return one of the terminal's own messages."""
        return i18n.message(f"terminal.{key}", locale=self.locale, **values)

    def tell(self, key: str, **values: Any) -> Iterator[str]:
        """Yield one of the terminal's own messages as a paragraph."""
        yield from paragraph(self.say(key, **values), self.width)

    def number(self, value: float, *, decimals: int = 2) -> str:
        """Return a number with a fixed count of decimals."""
        return i18n.format_number(value, decimals=decimals, locale=self.locale)

    def join(self, texts: Iterable[str]) -> str:
        """Return texts as one, parted by semicolons."""
        return self.say("semicolon").join(texts)

    def table(
        self,
        rows: Sequence[Sequence[str]],
        *,
        right: Collection[int] = (),
        head: Sequence[str] | None = None,
        width: int | None = None,
    ) -> Iterator[str]:
        """Yield rows as aligned columns, of another width than the words' if one is given."""
        room = self.width if width is None else width
        yield from columns(rows, room, right=right, head=head, colon=self.say("colon"))
