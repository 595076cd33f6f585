"""How well a signed network of trust is predicted: `python benchmarks/reputation_signed.py RATINGS LABELS`.

RATINGS is the network of Bitcoin OTC, with the columns rater, item, rating (from -10 to 10, never 0) and ts
(seconds); LABELS are the people whom the authors of REV2 call benign (1) or fraudulent (-1), with the columns
user and label. A file that is not there is named and its part left out.

*The next rating*: scores become stars (-10, -9 to -1, 1, 2 and 3, 4 and more), models are fitted on the first
half and predict from the second each whether it is above 0, which is three stars or more.

*Labels*: they were made of ratings. Label-givers are the founder, user 1, and those whom he rated 5 or more;
all ratings they gave are taken out, whatever they say. `all` is what is left; `early` is only what came
before the first label-giving rating that a person got: by a label-giver, of 5 or more for who is benign, of
-5 or less for the others; the whole network ends there. The area under the curve is over people with a rating
left, in brackets over all with a label, those without a rating at the prior of each method. Standard errors
are those of 1,000 bootstrap samples of people. Fairness-goodness and REV2 take scores over 10, and come
within 0.01 of their exact values; iterative filtering ends as by default.
"""

import argparse
import csv
import gzip
import math
import platform
import random
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import stdev
from time import perf_counter
from typing import NamedTuple

from mila_core.reputation import Beta, History, LowRatings, TwoSided, integrity, metrics
from mila_core.reputation.integrity import Edge

CUTS = (-9.5, 0, 1.5, 3.5)
FOUNDER, TRUSTED = "1", 5
SAMPLES, SEED = 1_000, 1
DAY = 86_400
NEAR = 0.01


class Given(NamedTuple):
    """A rating of the file."""

    rater: str
    subject: str
    rating: int
    seconds: float


def read(path: Path) -> list[Given]:
    """Return the ratings of the file, by time."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        rows = [
            Given(row["rater"], row["item"], int(row["rating"]), float(row["ts"]))
            for row in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: row.seconds)


def read_labels(path: Path) -> dict[str, bool]:
    """Return who is benign."""
    with path.open() as file:
        return {row["user"]: int(row["label"]) > 0 for row in csv.DictReader(file)}


# The next rating -----------------------------------------------------------------------------------------


def next_ratings(rows: Sequence[Given]) -> None:
    """Print how well each model tells whether the next rating is above 0."""
    history = History.of(
        {
            "rater": [row.rater for row in rows],
            "subject": [row.subject for row in rows],
            "stars": [1 + sum(row.rating > cut for cut in CUTS) for row in rows],
            "at": [row.seconds / DAY for row in rows],
        },
        same_people=True,
    )
    split = len(history) // 2
    past = history.first(split)
    good = [stars > LowRatings.LOW_STARS for stars in history.stars[split:]]

    def by_stars(model: Beta | TwoSided) -> list[float]:
        return [math.fsum(each[2:]) for each in model.fit(past).predict(history, start=split)]

    models: Mapping[str, Callable[[], list[float]]] = {
        "Beta with decay": lambda: by_stars(Beta()),
        "two-sided": lambda: by_stars(TwoSided()),
        "low ratings": lambda: [1 - low for low in LowRatings().fit(past).chances(history, start=split)],
        "low ratings, half-lives searched": lambda: [
            1 - low for low in LowRatings().fit(past, search=True).chances(history, start=split)
        ],
    }
    print(f"{len(history)} ratings, the last {len(good)} predicted, {sum(good)} of them above 0\n")
    print("| model | log-loss | less than Beta by | AUC | seconds |")
    print("| --- | ---: | ---: | ---: | ---: |")
    first: list[float] = []
    for name, chances_of in models.items():
        begin = perf_counter()
        chances = chances_of()
        losses = [
            -math.log(chance if came else 1 - chance) for chance, came in zip(chances, good, strict=True)
        ]
        first = first or losses
        gain, error = metrics.mean_and_error([one - other for one, other in zip(first, losses, strict=True)])
        area = metrics.area_under_curve(chances, good)
        print(
            f"| {name} | {math.fsum(losses) / len(losses):.4f} | {gain:.4f} ± {error:.4f} | {area:.4f} |"
            f" {perf_counter() - begin:.0f} |",
            flush=True,
        )


# Labels --------------------------------------------------------------------------------------------------


class Method(NamedTuple):
    """A way to score people.

    Attributes:
        score: returns the score of each person who was rated.
        prior: the score of anybody else.
    """

    score: Callable[[Sequence[Edge]], Mapping[str, float]]
    prior: float


def beta_mean(edges: Sequence[Edge]) -> dict[str, float]:
    """Return the mean of Beta(1 + good ratings, 1 + bad ones)."""
    counts: dict[str, list[int]] = {}
    for edge in edges:
        kept = counts.setdefault(edge.subject_id, [1, 1])
        kept[edge.score > 0] += 1
    return {person: good / (good + bad) for person, (bad, good) in counts.items()}


REV2 = integrity.Rev2Params(tolerance=NEAR)
METHODS: Mapping[str, Method] = {
    "Beta mean": Method(beta_mean, 0.5),
    "fairness-goodness": Method(lambda e: integrity.fairness_goodness(e, tolerance=NEAR).goodness, 0.0),
    "REV2": Method(lambda e: integrity.rev2(e, params=REV2).goodness, 0.0),
    "iterative filtering": Method(
        lambda e: integrity.iterative_filtering(e).goodness,
        integrity.IterativeFilteringParams().prior_goodness,
    ),
}


def area(scores: Iterable[float], good: Iterable[bool]) -> float:
    """Return the area under the curve."""
    found = metrics.area_under_curve(list(scores), list(good))
    return math.nan if found is None else found


def shown(scores: Mapping[str, float], labels: Mapping[str, bool], prior: float) -> str:
    """Return the area over people with a score, its standard error, and the area over all."""
    known = sorted(scores)
    chance = random.Random(SEED)  # noqa: S311  # to be the same each time
    areas: list[float] = []
    while len(areas) < SAMPLES:
        drawn = chance.choices(known, k=len(known))
        found = metrics.area_under_curve([scores[each] for each in drawn], [labels[each] for each in drawn])
        if found is not None:
            areas.append(found)
    own = area((scores[each] for each in known), (labels[each] for each in known))
    whole = area((scores.get(each, prior) for each in labels), labels.values())
    return f"{own:.4f} ± {stdev(areas):.4f} ({whole:.4f})"


def label_ratings(rows: Sequence[Given], labels: Mapping[str, bool]) -> None:
    """Print how well each method tells who is benign, without the ratings that the labels were made of."""
    givers = {FOUNDER} | {row.subject for row in rows if row.rater == FOUNDER and row.rating >= TRUSTED}
    first: dict[str, float] = {}
    for row in rows:
        if row.rater in givers and row.subject in labels:
            sign = 1 if labels[row.subject] else -1
            if sign * row.rating >= TRUSTED:
                first.setdefault(row.subject, row.seconds)
    edges = [
        Edge(row.rater, row.subject, row.rating / 10, row.seconds) for row in rows if row.rater not in givers
    ]
    times = [edge.seconds for edge in edges]
    begun: dict[str, float] = {}
    for edge in edges:
        begun.setdefault(edge.subject_id, edge.seconds)
    everybody = [person for person in labels if person in begun]
    ends = {person: first.get(person, math.inf) for person in labels}
    early = [person for person in everybody if begun[person] < ends[person]]
    print(
        f"\n{len(givers)} label-givers, {len(edges)} of {len(rows)} ratings left; with one of them"
        f" {len(everybody)} people ({sum(labels[each] for each in everybody)} benign) of {len(labels)},"
        f" early {len(early)} ({sum(labels[each] for each in early)} benign)\n"
    )
    print("| method | AUC, all (of all labels) | AUC, early (of all labels) | seconds |")
    print("| --- | ---: | ---: | ---: |")
    for name, method in METHODS.items():
        begin = perf_counter()
        found = method.score(edges)
        late = shown({each: found[each] for each in everybody}, labels, method.prior)
        by_end: dict[int, Mapping[str, float]] = {}
        warned = {}
        for person in early:
            end = bisect_left(times, ends[person])
            if end not in by_end:
                by_end[end] = method.score(edges[:end])
            warned[person] = by_end[end][person]
        print(
            f"| {name} | {late} | {shown(warned, labels, method.prior)} | {perf_counter() - begin:.0f} |",
            flush=True,
        )


def main() -> None:
    """Measure and print the tables in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ratings", type=Path, metavar="RATINGS")
    parser.add_argument("labels", type=Path, metavar="LABELS", nargs="?")
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}\n")
    missing = [path for path in (given.ratings, given.labels) if path is not None and not path.exists()]
    for path in missing:
        print(f"{path}: not there, left out")
    if given.ratings in missing:
        return
    rows = read(given.ratings)
    next_ratings(rows)
    if given.labels is not None and given.labels not in missing:
        label_ratings(rows, read_labels(given.labels))


if __name__ == "__main__":
    main()
