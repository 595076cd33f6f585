"""The bits of free time, the few quarters that are free in part, and where a visit may begin."""

from collections.abc import Iterator

import attrs

from mila_core.availability._weeks import MINUTE_US, QUARTER_US, Span

__all__ = ["Bitset", "Quota"]

Quota = tuple[int, int]
"""The quarters of a day, and how many minutes of visits it can still take."""


@attrs.frozen(kw_only=True)
class Bitset:
    """Quarter hours as the bits of ints, the first of them bit 0.

    A quarter that is free in part has no bit: its free pieces are listed, and how many minutes from its
    beginning are free, for slots that end in it. `begins` has a bit where the policy lets a visit begin, and
    `quotas` has, for the days that have visits already, their quarters and the minutes that are left.
    """

    first: int
    free: int
    pieces: tuple[Span, ...] = ()
    heads: tuple[tuple[int, int], ...] = attrs.field(init=False)
    begins: int | None = None
    quotas: tuple[Quota, ...] = ()
    most_minutes: int | None = None

    @heads.default
    def _heads_of_pieces(self) -> tuple[tuple[int, int], ...]:
        return tuple(
            (start // QUARTER_US - self.first, (end - start) // MINUTE_US)
            for start, end in self.pieces
            if start % QUARTER_US == 0
        )

    def starts(self, minutes: int) -> int:
        """Return the quarters at which a slot may begin."""
        if self.most_minutes is not None and minutes > self.most_minutes:
            return 0
        whole, rest = divmod(minutes, 15)
        if whole > self.free.bit_length():
            return 0
        fits = _runs(self.free, whole) if whole else -1
        if rest:
            fits &= self._ends(rest) >> whole
        if self.begins is not None:
            fits &= self.begins
        for day, left in self.quotas:
            if minutes > left:
                fits &= ~day
        return fits

    def has(self, index: int, minutes: int) -> bool:
        """Return whether `starts(minutes)` has a quarter."""
        whole, rest = divmod(minutes, 15)
        if whole > self.free.bit_length():
            return False
        mask = (1 << whole) - 1
        if (self.free >> index) & mask != mask or (rest and not self._ends(rest) >> (index + whole) & 1):
            return False
        if self.begins is None:
            return True
        if not self.begins >> index & 1 or (self.most_minutes is not None and minutes > self.most_minutes):
            return False
        return not any(minutes > left and day >> index & 1 for day, left in self.quotas)

    def _ends(self, rest: int) -> int:
        """Return the quarters whose first minutes are free."""
        ends = self.free
        for index, minutes in self.heads:
            if minutes >= rest:
                ends |= 1 << index
        return ends

    def spans(self) -> Iterator[Span]:
        """Yield the free time, whole quarters and pieces, separately and in order."""
        found = [*self.pieces, *self._whole()]
        found.sort()
        start, end = found[0] if found else (0, 0)
        for span in found[1:]:
            if span[0] > end:
                yield start, end
                start = span[0]
            end = span[1]
        if found:
            yield start, end

    def _whole(self) -> Iterator[Span]:
        bits, at = self.free, self.first
        while bits:
            gap = (bits & -bits).bit_length() - 1
            bits >>= gap
            run = (~bits & (bits + 1)).bit_length() - 1
            bits >>= run
            at += gap + run
            yield (at - run) * QUARTER_US, at * QUARTER_US


def _runs(bits: int, length: int) -> int:
    """Return the bits at which as many set bits in a row begin: what has run so far is doubled each time."""
    run = 1
    while run * 2 <= length:
        bits &= bits >> run
        run *= 2
    return bits & (bits >> (length - run))
