"""How well the models of reputation predict files of ratings, beside the libraries of rating systems.

`python benchmarks/reputation_models.py FILE --subject item --stars rating` prints the backtest of each file:
parameters and links are fitted on the first half, the second half is predicted. Each peer rates subject and
rater as two players: openskill and trueskill are told that the subject won, drew or lost, as the stars are
above, at or below the median of the first half; glicko2 that it scored `(stars - 1) / 4`. The difference of
the two ratings, in its own standard deviations, goes through the same kind of link as a baseline's number,
fitted on the same half. Peers keep their default parameters, as they have no fit. Then come the updates a
second: how fast standings (a `ReputationBook`, and the loop behind it) and each model take in the first
ratings of the file, in one process. Peers that are not
installed are named and left out; they come with the extra `bench`.
"""

import argparse
import math
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from statistics import median
from time import perf_counter, process_time
from typing import Any, ClassVar, Self

import attrs

from mila_core.ratings import Direction, Rating
from mila_core.reputation import (
    MODELS,
    History,
    Model,
    Progress,
    ReputationBook,
    ReputationParams,
    backtest,
    read_table,
)
from mila_core.reputation._learning import Learner
from mila_core.reputation.baselines._linked import Followed, LinkedModel

FIRST = datetime(2013, 11, 27, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Peer(LinkedModel):
    """A library that rates subject and rater as players of a game.

    Attributes:
        middle: the stars at which nobody wins.
    """

    middle: float = 4.0

    name: ClassVar[str]
    library: ClassVar[str]

    def fit(self, history: History, *, progress: Progress | None = None) -> Self:
        """Return the peer with the median of the stars, and the link that suits its ratings."""
        middle = float(median(history.stars)) if len(history) else self.middle
        return super(Peer, attrs.evolve(self, middle=middle)).fit(history, progress=progress)

    def follow(self, history: History) -> Followed:
        """Return the difference of the ratings before each game, and each subject's at the end."""
        new, difference, play, rating = self.system()
        subjects = [None] * len(history.subject_ids)
        raters = [None] * len(history.rater_ids)
        features = []
        for rater, subject, stars in zip(history.raters, history.subjects, history.stars, strict=True):
            rated, rating_of = subjects[subject] or new(), raters[rater] or new()
            features.append(difference(rated, rating_of))
            subjects[subject], raters[rater] = play(rated, rating_of, stars)
        return Followed(features, [None if each is None else rating(each) for each in subjects])

    def system(self) -> tuple[Any, Any, Any, Any]:
        """Return what makes a player, compares two, lets them play, and tells the rating of one."""
        raise NotImplementedError


def _by_deviations(beta: float) -> Any:
    """Return what compares two players that have `mu` and `sigma`, in deviations of a game."""

    def difference(one: Any, other: Any) -> float:
        spread = math.sqrt(2 * beta * beta + one.sigma * one.sigma + other.sigma * other.sigma)
        return float((one.mu - other.mu) / spread)

    return difference


@attrs.frozen(kw_only=True)
class OpenSkill(Peer):
    """Plackett-Luce of openskill."""

    name: ClassVar[str] = "openskill"
    library: ClassVar[str] = "openskill.models"

    def system(self) -> tuple[Any, Any, Any, Any]:
        """Return its parts."""
        model = import_module(self.library).PlackettLuce()

        def play(one: Any, other: Any, stars: int) -> tuple[Any, Any]:
            ranks = [0 if stars >= self.middle else 1, 0 if stars <= self.middle else 1]
            [[after], [after_other]] = model.rate([[one], [other]], ranks=ranks)
            return after, after_other

        return model.rating, _by_deviations(25 / 6), play, lambda player: player.mu


@attrs.frozen(kw_only=True)
class TrueSkill(Peer):
    """The games of one against one of trueskill, its draw probability at its default."""

    name: ClassVar[str] = "trueskill"
    library: ClassVar[str] = "trueskill"

    def system(self) -> tuple[Any, Any, Any, Any]:
        """Return its parts."""
        world = import_module(self.library).TrueSkill()

        def play(one: Any, other: Any, stars: int) -> tuple[Any, Any]:
            if stars < self.middle:
                other, one = world.rate_1vs1(other, one)
                return one, other
            after: tuple[Any, Any] = world.rate_1vs1(one, other, drawn=stars == self.middle)
            return after

        return world.create_rating, _by_deviations(world.beta), play, lambda player: player.mu


@attrs.frozen(kw_only=True)
class Glicko2Library(Peer):
    """The players of the package glicko2, each rating a period of its own."""

    name: ClassVar[str] = "glicko2_package"
    library: ClassVar[str] = "glicko2"

    def system(self) -> tuple[Any, Any, Any, Any]:
        """Return its parts."""
        make = import_module(self.library).Player

        def difference(one: Any, other: Any) -> float:
            variance = (one.rd**2 + other.rd**2) / 173.7178**2
            return float((one.rating - other.rating) / 173.7178 / math.sqrt(1 + 3 * variance / math.pi**2))

        def play(one: Any, other: Any, stars: int) -> tuple[Any, Any]:
            score = (stars - 1) / 4
            before = one.rating, one.rd
            one.update_player([other.rating], [other.rd], [score])
            other.update_player([before[0]], [before[1]], [1 - score])
            return one, other

        return make, difference, play, lambda player: player.rating


def peers() -> Iterator[Model]:
    """Yield the peers whose libraries are installed; say which are not."""
    for peer in (OpenSkill(), TrueSkill(), Glicko2Library()):
        try:
            import_module(peer.library)
        except ImportError:
            print(f"{peer.name}: not installed, left out")
        else:
            yield peer


def updates_a_second(model: Model, history: History) -> float:
    """Return how many ratings a model takes in a second, the best of three times."""
    times = []
    for _ in range(3):
        begin = process_time()
        model.score(history)
        times.append(process_time() - begin)
    return len(history) / max(min(times), 1e-9)


def standings_a_second(history: History) -> Iterator[tuple[str, float]]:
    """Yield how many ratings standings take in a second: a book by its methods, and the loop behind it."""
    ratings = [
        Rating(
            booking_id=f"b{number}",
            direction=Direction.OF_FRIEND,
            author_id=f"c{row.rater}",
            subject_id=f"f{row.subject}",
            stars=row.stars,
            at=FIRST + timedelta(days=row.day - history.days[0], microseconds=number),
            closes_at=FIRST + timedelta(days=row.day - history.days[0] + 14),
            revealed_at=FIRST + timedelta(days=row.day - history.days[0] + 1, microseconds=number),
        )
        for number, row in enumerate(history)
    ]

    def by_book() -> None:
        book = ReputationBook()
        for rating in ratings:
            book.add(rating)
        book.evidence(ratings[0].subject_id, at=ratings[-1].counts_from)

    def by_loop() -> None:
        Learner(ReputationParams()).learn(
            zip(history.raters, history.subjects, history.stars, history.days, ones, strict=True)
        )

    ones = [1.0] * len(history)
    for name, step in (("ReputationBook", by_book), ("the loop behind it", by_loop)):
        times = []
        for _ in range(3):
            begin = process_time()
            step()
            times.append(process_time() - begin)
        yield name, len(history) / max(min(times), 1e-9)


def main() -> None:
    """Print the tables of all files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", metavar="FILE")
    for column in ("rater", "subject", "stars", "at"):
        parser.add_argument(f"--{column}", default=column, help="the name of the column")
    parser.add_argument("--same-people", action="store_true", help="an id is the same person in both columns")
    parser.add_argument("--models", nargs="*", help="only these")
    parser.add_argument("--updates", type=int, default=20_000, help="ratings for the updates a second")
    given = parser.parse_args()
    models = [*(make() for make in MODELS.values()), *peers()]
    models = [each for each in models if given.models is None or each.name in given.models]
    print(f"Python {platform.python_version()}, {platform.machine()}")
    for file in given.files:
        names = {each: getattr(given, each) for each in ("rater", "subject", "stars", "at")}
        table = read_table(file, columns=set(names.values()))
        history = History.of(table, **names, same_people=given.same_people)
        begin = perf_counter()
        print(f"\n{file}\n{backtest(history, models=models)}")
        print(f"\n{perf_counter() - begin:.0f} seconds\n\nupdates a second")
        part = history.first(given.updates)
        for name, speed in standings_a_second(part):
            print(f"{name:24}{speed:12,.0f}")
        for model in models:
            print(f"{model.name:24}{updates_a_second(model, part):12,.0f}")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
