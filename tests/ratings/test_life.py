"""Reviews live as the rules say, whatever is tried by whom and when: a machine of random commands."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mila_core import ratings
from mila_core.lifecycle import Actor, Decision, Outcome, Role
from mila_core.ratings import (
    Direction,
    ModerationEffect,
    Reviews,
    ReviewsCommand,
    ReviewsEvent,
    ReviewState,
)
from mila_core.reasons import reason
from mila_core.serialization import dumps, loads
from tests.journey import ACTORS, SYSTEM
from tests.ratings import rules
from tests.ratings.story import BY, code_of, ended, wanted

ENDINGS = ("approve", "fail", "report_customer_no_show", "late cancel_by_friend")
SECOND = timedelta(seconds=1)
STARS = st.integers(1, 5)
EVERY_EFFECT = st.sampled_from([each.value for each in ModerationEffect])
OF_REPLIES = st.sampled_from(["keep", "redact", "remove"])
AUTHORS = st.sampled_from(["customer", "friend"])

# How far time goes between two tries, in seconds: mostly little, at times to the edge of a deadline, and at
# times back, as another program's clock is behind.
DAY = 86_400
WAITS = st.sampled_from([0, 1, 3600, DAY, 2 * DAY, 10 * DAY, 30 * DAY, -1, -3600, -DAY])

# Which version an operator or a program says to have seen: none, the present one, or another.
SEEN = st.sampled_from([None, None, 0, 0, -1, 1])

# In which language a text is; it may be left out.
LANGUAGES = st.sampled_from(["de", "de", "rm", None])
EDGES = st.sampled_from([None, None, None, -1, 0, 1])


class Life(RuleBasedStateMachine):
    """The reviews of one booking beside the rules' own book of them."""

    @initialize(ending=st.sampled_from(ENDINGS))
    def begin(self, ending: str) -> None:
        """Open the reviews of a booking."""
        booking = ended(ending)
        self.at = booking.since
        self.book = rules.Book(booking.since, rules.AUTHORS[ending])
        decided = ratings.decide(None, wanted("open_reviews", SYSTEM, booking=booking), at=self.at)
        assert isinstance(decided, Decision)
        self.history: list[ReviewsEvent] = [*decided.events]
        self.reviews: Reviews = ratings.replay(self.history)
        self.granted: list[ReviewsCommand] = []

    def _pass_time(self, wait: int, edge: int | None) -> None:
        """Let time go by, at times to a second before, at, or after the next deadline."""
        self.at += timedelta(seconds=wait)
        book = self.book
        ends = [book.closes_at] if book.revealed_at is None else [book.revealed_at + rules.REPLY]
        ends += [page.replied_at + rules.REPLY_EDIT for page in book.pages.values() if page.replied_at]
        ahead = sorted(each for each in ends if each > self.at + SECOND)
        if edge is not None and ahead:
            self.at = ahead[0] + edge * SECOND

    def _try(
        self, event: str, role: str, *, of: str = "", done: str = "", seen: int | None = None, **details: Any
    ) -> None:
        """Ask both, and let it happen in both if the rules grant it; `seen` is how far off the version is."""
        by_reply = done.startswith("reply:")
        expected = self.book.why_not(event, role, self.at, of=of, reply=by_reply)
        if expected is None and details.get("text") and not details["language"]:
            expected = "language_missing"
        if seen is not None:
            details["expected_version"] = len(self.history) + seen
            expected = "stale_version" if seen else expected
        asked = wanted(event, ACTORS[Role(role)], key=f"key-{len(self.history)}-{event}-{role}", **details)
        decided = ratings.decide(self.reviews, asked, at=self.at)
        assert code_of(decided) == expected, (asked, self.at)
        if isinstance(decided, Decision):
            self._store(decided.events)
            self.granted.append(asked)
            self.book.do(event, role, self.at, of=of, effect=done, stars=details.get("stars", 0))

    def _store(self, events: tuple[ReviewsEvent, ...]) -> None:
        for event in events:
            self.reviews = ratings.evolve(self.reviews, event)
            self.history.append(event)

    @rule(role=AUTHORS, stars=STARS, wait=WAITS, edge=EDGES)
    def rate(self, role: str, stars: int, wait: int, edge: int | None) -> None:
        """A side rates, or tries to."""
        self._pass_time(wait, edge)
        self._try("give_rating", role, stars=stars)

    @rule(role=AUTHORS, stars=STARS, language=LANGUAGES)
    def review(self, role: str, stars: int, language: str | None) -> None:
        """A side rates in words, or tries to."""
        self._try("give_rating", role, stars=stars, text="Bravo!", language=language)

    @rule(role=AUTHORS, stars=STARS, text=st.sampled_from(["", "Bravo!"]), language=LANGUAGES)
    def edit(self, role: str, stars: int, text: str, language: str | None) -> None:
        """A side changes its rating, or tries to."""
        self._try("edit_rating", role, stars=stars, text=text, language=language)

    @rule(role=AUTHORS)
    def withdraw(self, role: str) -> None:
        """A side takes its rating back, or tries to."""
        self._try("withdraw_rating", role)

    @rule(
        role=AUTHORS,
        wait=WAITS,
        edge=EDGES,
        event=st.sampled_from(["reply", "edit_reply"]),
        language=LANGUAGES,
    )
    def reply(self, role: str, event: str, wait: int, edge: int | None, language: str | None) -> None:
        """A side answers or changes its answer, or tries to."""
        self._pass_time(wait, edge)
        self._try(event, role, text="Merci!", language=language)

    @rule(of=AUTHORS, effect=EVERY_EFFECT, seen=SEEN)
    def moderate(self, of: str, effect: str, seen: int | None) -> None:
        """An operator decides about a rating."""
        about = {"direction": BY[of], "effect": ModerationEffect(effect), "why": reason("spam")}
        self._try("moderate", "operator", of=of, done=effect, seen=seen, **about)

    @rule(of=AUTHORS, effect=OF_REPLIES, seen=SEEN)
    def moderate_reply(self, of: str, effect: str, seen: int | None) -> None:
        """An operator decides about a reply."""
        about = {"direction": BY[of], "effect": ModerationEffect(effect), "of_reply": True}
        self._try("moderate", "operator", of=of, done=f"reply:{effect}", seen=seen, **about)

    @rule(wait=WAITS, edge=EDGES, role=st.sampled_from(["timer", "system"]), seen=SEEN)
    def reveal(self, role: str, wait: int, edge: int | None, seen: int | None) -> None:
        """The scheduler comes, early, in time or late; or the system tries."""
        self._pass_time(wait, edge)
        self._try("reveal", role, seen=seen)

    @rule(by=st.sampled_from(list(Role)), event=st.sampled_from(rules.EVENTS))
    def meddle(self, by: Role, event: str) -> None:
        """Whoever the table does not let act changes nothing."""
        if (event, self.book.state, by.value) not in rules.TARGETS:
            self._try(event, by.value)

    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        """A granted command comes once more."""
        if self.granted:
            again = data.draw(st.sampled_from(self.granted[-20:]))
            decided = ratings.decide(self.reviews, again, at=self.at)
            assert isinstance(decided, Decision)
            assert (decided.outcome, decided.events) == (Outcome.REPLAYED, ())

    @invariant()
    def both_agree(self) -> None:
        """State, reveal, what counts and what each sees are the rules'."""
        reviews, book = self.reviews, self.book
        assert reviews.state == book.state
        assert reviews.revealed_at == book.revealed_at
        assert {each.direction: each.stars for each in ratings.revealed([reviews])} == {
            BY[author]: stars for author, stars in book.counted.items()
        }
        for viewer in (None, *(ACTORS[Role(role)] for role in rules.OTHER)):
            assert self._seen(viewer, self.at) == self._expected(viewer, self.at)

    def _seen(self, viewer: Actor | None, at: datetime) -> Mapping[Direction, int]:
        found = ratings.view(self.reviews, viewer=viewer, at=at).ratings
        return MappingProxyType({each.rating.direction: each.rating.stars for each in found})

    def _expected(self, viewer: Actor | None, at: datetime) -> Mapping[Direction, int]:
        shown = self.book.revealed_at is not None or at >= self.book.closes_at
        return {
            BY[author]: page.stars
            for author, page in self.book.pages.items()
            if page.stars is not None
            and ((viewer and viewer.role == author) or (shown and page.of_rating != "remove"))
        }

    def teardown(self) -> None:
        """The history gives the same reviews again, through a document too, and time alone ends them."""
        if not hasattr(self, "history"):
            return
        stored = [loads(dumps(event), ReviewsEvent) for event in self.history]
        assert ratings.replay(stored) == self.reviews
        assert loads(dumps(self.reviews), Reviews) == self.reviews
        last = ratings.run_timers(self.reviews, at=self.book.closes_at)
        assert (last.state, last.due) == (ReviewState.REVEALED, ())


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("event", rules.AUTHORS)
def test_the_endings_of_the_rules_are_those_of_the_story(event: str) -> None:
    """Each way in which a booking can end is told, and ends that way."""
    ending = ended(event).ending
    assert ending is not None
    assert ending.event == event.removeprefix("late ")
    assert ended(event).is_late_cancellation == event.startswith("late cancel_by_") * (
        not event.endswith("operator")
    )
