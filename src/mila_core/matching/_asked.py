"""What an index knew when it was asked, to answer for everyone afterwards."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

import attrs

from mila_core.catalogue import Service
from mila_core.eligibility import Eligibility
from mila_core.errors import UnknownIdError
from mila_core.matching._entries import Entry
from mila_core.matching._judge import judge, score_if_allowed
from mila_core.matching._question import Question
from mila_core.matching._search import Hit, stream
from mila_core.matching._shelves import Item, Point, Shelf
from mila_core.matching.ranking import Match, Why
from mila_core.matching.terms import RankingParams

__all__ = ["Asked", "Lease", "State"]


class Lease:
    """Held by all who remember a state; while one of them lives, the state is not to be changed."""

    __slots__ = ("__weakref__",)


class State:
    """The friends by id and the shelves by service; an index changes it only while no ranking holds it."""

    __slots__ = ("entries", "params", "services", "shelves")

    def __init__(self, params: RankingParams, services: Mapping[str, Service]) -> None:
        """Begin with nobody; the shelves are in the order of these weights."""
        self.params, self.services = params, services
        self.entries: dict[str, Entry] = {}
        self.shelves: dict[str, Shelf] = {}

    def copy(self) -> "State":
        """Return another one that can be changed; each shelf is copied when it is changed first."""
        made = State(self.params, self.services)
        made.entries, made.shelves = dict(self.entries), dict(self.shelves)
        return made

    def replace(self, friend_id: str, entry: Entry | None) -> None:
        """Put a friend in, in place of what was known; None to take the friend out."""
        old = self.entries.get(friend_id)
        if entry is None:
            self.entries.pop(friend_id, None)
        else:
            self.entries[friend_id] = entry
            if old is not None and entry.candidates is old.candidates:
                return
        home = None if old is None else old.friend.home.lv95
        point = None if entry is None else entry.friend.home.lv95
        after = {each.offer.service_code: each for each in entry.candidates} if entry else {}
        for known in old.candidates if old else ():
            code, item = known.offer.service_code, (known.minus, friend_id, known)
            new = after.pop(code, None) if home == point else None
            if home is not None and new is not None:
                self._shelf(code).swap(item, (new.minus, friend_id, new), home)
            elif home is not None:
                self._shelf(code).take(item, home)
        for code, new in after.items():
            if point is not None:
                self._shelf(code).put((new.minus, friend_id, new), point)

    def fill(self, entries: Iterable[Entry]) -> None:
        """Put many friends in where there are none."""
        by_service: dict[str, list[tuple[Item, Point]]] = {code: [] for code in self.services}
        for entry in entries:
            friend_id = entry.friend.id
            self.entries[friend_id] = entry
            if entry.candidates:
                point = entry.friend.home.lv95
                for candidate in entry.candidates:
                    item = (candidate.minus, friend_id, candidate)
                    by_service[candidate.offer.service_code].append((item, point))
        for code, found in by_service.items():
            self._shelf(code).fill(found)

    def _shelf(self, code: str) -> Shelf:
        found = self.shelves.get(code)
        if found is None:
            found = self.shelves[code] = Shelf(self, is_remote=self.services[code].remote)
        elif found.owner is not self:
            found = self.shelves[code] = found.copy(self)
        return found


@attrs.frozen
class Asked:
    """A question, and the state of the index to which it was put."""

    state: State
    question: Question
    lease: Lease

    def hits(self) -> Iterator[Hit]:
        """Yield who may come, the best first."""
        state, question = self.state, self.question
        shelf = state.shelves.get(question.request.service_code)
        plain = question.is_plain and question.params == state.params
        return stream(shelf, question, entries=state.entries, plain=plain)

    def why(self, friend_id: str) -> Why:
        """Return the answer for one friend."""
        entry = self.state.entries.get(friend_id)
        if entry is None:
            raise UnknownIdError("friend", friend_id)
        found = judge(entry, self.question)
        if isinstance(found, Match):
            position = self._position((-found.score, friend_id))
            fitness = Eligibility(friend_id=friend_id)
            return Why(friend_id=friend_id, position=position, match=found, eligibility=fitness)
        score = score_if_allowed(entry, self.question)
        would = None if score is None else self._position((-score, friend_id))
        return Why(friend_id=friend_id, eligibility=found, would_rank=would)

    def _position(self, key: tuple[int, str]) -> int:
        """Return the place of a score and id: one more than there are before it."""
        position = 1
        for hit in self.hits():
            if hit.key >= key:
                break
            position += 1
        return position

    def everyone(self) -> tuple[Why, ...]:
        """Return the answer for everyone: who may come by position, then the others by id."""
        matches: list[Match] = []
        refused: list[tuple[Eligibility, int | None]] = []
        for friend_id in sorted(self.state.entries):
            entry = self.state.entries[friend_id]
            found = judge(entry, self.question)
            if isinstance(found, Match):
                matches.append(found)
            else:
                refused.append((found, score_if_allowed(entry, self.question)))
        matches.sort(key=_key)
        keys = [_key(match) for match in matches]
        listed = [
            Why(
                friend_id=match.friend_id,
                position=position,
                match=match,
                eligibility=Eligibility(friend_id=match.friend_id),
            )
            for position, match in enumerate(matches, start=1)
        ]
        others = [
            Why(
                friend_id=fitness.friend_id,
                eligibility=fitness,
                would_rank=None if score is None else _rank(keys, (-score, fitness.friend_id)),
            )
            for fitness, score in refused
        ]
        return (*listed, *others)


def _key(match: Match) -> tuple[int, str]:
    return -match.score, match.friend_id


def _rank(keys: list[tuple[int, str]], key: tuple[int, str]) -> int:
    return bisect_left(keys, key) + 1
