"""What others would build to rank friends: arrays, and a way to find whoever lives near. Used by `rank.py`.

Each peer finds who lives within ten kilometres in its own way; then numpy does the rest for all of them: it
leaves out who does not offer the service, is not certified or has no time, scores the others and sorts them.
Who has time when is read off a matrix of quarter hours, made beforehand for two weeks. A peer knows no
reasons and makes no objects: it returns the positions of ten friends, and their scores.
"""

import importlib
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rank_market import DAY, DAYS, NEAR_M  # type: ignore[import-not-found,unused-ignore]

from mila_core.availability import compile_plan
from mila_core.market import Market
from mila_core.matching import RankingParams
from mila_core.matching.terms import bound_milli, friend_points, price_points
from mila_core.periods import Period, midnight
from mila_core.service_requests import ServiceRequest

QUARTER = timedelta(minutes=15)
ORIGIN = midnight(DAY)
SHOWN = 10
Peer = Callable[[ServiceRequest], list[tuple[int, int]]]


class Arrays:
    """A market as arrays."""

    def __init__(self, market: Market, busy: dict[str, tuple[Period, ...]]) -> None:
        """Fill them."""
        self.np: Any = importlib.import_module("numpy")
        np, friends = self.np, market.friends
        self.params = RankingParams()
        self.catalogue = market.catalogue
        self.points = np.array([each.home.lv95 for each in friends], dtype=np.float64)
        at = {each.id: number for number, each in enumerate(friends)}
        self.services = {each.code: number for number, each in enumerate(market.catalogue.services)}
        self.static = np.full((len(self.services), len(friends)), -1, dtype=np.int64)
        for offer in market.offers:
            service = market.catalogue.service(offer.service_code)
            standing = market.standing(offer.friend_id)
            milli = bound_milli(self.params, standing, friend_id=offer.friend_id)
            self.static[self.services[service.code], at[offer.friend_id]] = friend_points(
                self.params, milli_stars=milli, standing=standing, reliability=None
            ) + price_points(self.params, service, price=offer.price)
        certified = np.array([bool(each.certifications) for each in friends])
        self.static[:, ~certified] = -1
        order = sorted(range(len(friends)), key=lambda number: friends[number].id)
        self.by_id = np.empty(len(friends), dtype=np.int64)
        self.by_id[order] = np.arange(len(friends))
        within = Period(ORIGIN, ORIGIN + timedelta(days=DAYS))
        self.free = np.zeros((len(friends), DAYS * 96), dtype=np.uint8)
        for number, friend in enumerate(friends):
            free = compile_plan(friend.availability, within, busy=busy.get(friend.id, ()))
            for period in free.periods:
                first = -((ORIGIN - period.start) // QUARTER)
                self.free[number, first : (period.end - ORIGIN) // QUARTER] = 1

    def best(self, near: Any, request: ServiceRequest) -> list[tuple[int, int]]:
        """Return the best ten of some friends, with their scores."""
        np, params = self.np, self.params
        static = self.static[self.services[request.service_code]][near]
        near, static = near[static >= 0], static[static >= 0]
        ways = np.rint(np.hypot(*(self.points[near] - request.place.lv95).T)).astype(np.int64)
        inside = ways <= NEAR_M
        near, static, ways = near[inside], static[inside], ways[inside]
        length = self.catalogue.service(request.service_code).minutes // 15
        starts = np.full(len(near), -1, dtype=np.int64)
        for window in sorted(request.windows):
            first, last = (window.start - ORIGIN) // QUARTER, (window.end - ORIGIN) // QUARTER
            sums = np.cumsum(np.pad(self.free[near, first:last], ((0, 0), (1, 0))), axis=1, dtype=np.int64)
            fits = sums[:, length:] - sums[:, :-length] == length
            if fits.shape[1]:
                found = fits.any(axis=1) & (starts < 0)
                starts[found] = first + fits[found].argmax(axis=1)
        there = starts >= 0
        near, static, ways, starts = near[there], static[there], ways[there], starts[there]
        waits = starts * 15 - (min(request.windows).start - ORIGIN) // timedelta(minutes=1)
        scores = (
            static
            + self._part(params.distance_weight, ways, params.distance_bound_m)
            + self._part(params.earliness_weight, waits, params.wait_bound_minutes)
        )
        if len(scores) > 4 * SHOWN:  # of ties with the last one all are kept
            least = np.partition(scores, -SHOWN)[-SHOWN]
            near, scores = near[scores >= least], scores[scores >= least]
        order = np.lexsort((self.by_id[near], -scores))[:SHOWN]
        return list(zip(near[order].tolist(), scores[order].tolist(), strict=True))

    def _part(self, weight: int, less: Any, whole: int) -> Any:
        share = self.np.clip(whole - less, 0, whole)
        return (2 * weight * share + whole) // (2 * whole)


def peers(arrays: Arrays) -> dict[str, Peer]:
    """Return the peers whose libraries are installed."""
    makers = {
        "numpy scan": _scan,
        "BallTree + numpy": _ball_tree,
        "cKDTree + numpy": _kd_tree,
        "SQLite R*Tree + numpy": _sqlite,
        "DuckDB + numpy": _duckdb,
        "Polars + numpy": _polars,
    }
    made = {}
    for name, maker in makers.items():
        try:
            made[name] = maker(arrays)
        except ImportError:
            continue
    return made


def _scan(arrays: Arrays) -> Peer:
    np = arrays.np

    def ask(request: ServiceRequest) -> list[tuple[int, int]]:
        return arrays.best(np.nonzero(arrays.static[arrays.services[request.service_code]] >= 0)[0], request)

    return ask


def _ball_tree(arrays: Arrays) -> Peer:
    tree = importlib.import_module("sklearn.neighbors").BallTree(arrays.points)

    def ask(request: ServiceRequest) -> list[tuple[int, int]]:
        return arrays.best(tree.query_radius([request.place.lv95], NEAR_M + 1)[0], request)

    return ask


def _kd_tree(arrays: Arrays) -> Peer:
    tree = importlib.import_module("scipy.spatial").cKDTree(arrays.points)
    np = arrays.np

    def ask(request: ServiceRequest) -> list[tuple[int, int]]:
        return arrays.best(
            np.array(tree.query_ball_point(request.place.lv95, NEAR_M + 1), dtype=int), request
        )

    return ask


def _rows(arrays: Arrays) -> Any:
    """Return friend, service, east and north of each offer of somebody certified."""
    services, friends = arrays.np.nonzero(arrays.static >= 0)
    return friends, services, arrays.points[friends, 0], arrays.points[friends, 1]


def _box(request: ServiceRequest) -> tuple[int, int, int, int]:
    east, north = request.place.lv95
    return east - NEAR_M - 1, east + NEAR_M + 1, north - NEAR_M - 1, north + NEAR_M + 1


def _sqlite(arrays: Arrays) -> Peer:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE near USING rtree(id, e0, e1, n0, n1, +friend INTEGER, +service INTEGER)")
    rows = zip(*(each.tolist() for each in _rows(arrays)), strict=True)
    db.executemany(
        "INSERT INTO near VALUES (?, ?, ?, ?, ?, ?, ?)",
        ((number, e, e, n, n, friend, service) for number, (friend, service, e, n) in enumerate(rows)),
    )
    query = "SELECT friend FROM near WHERE e0 >= ? AND e1 <= ? AND n0 >= ? AND n1 <= ? AND service = ?"

    def ask(request: ServiceRequest) -> list[tuple[int, int]]:
        found = db.execute(query, (*_box(request), arrays.services[request.service_code])).fetchall()
        return arrays.best(arrays.np.array(found, dtype=int).reshape(-1), request)

    return ask


def _duckdb(arrays: Arrays) -> Peer:
    db = importlib.import_module("duckdb").connect(config={"threads": 1})
    friend, service, east, north = _rows(arrays)
    db.register("given", {"friend": friend, "service": service, "east": east, "north": north})
    db.execute("CREATE TABLE near AS SELECT * FROM given ORDER BY service, east")
    query = "SELECT friend FROM near WHERE service = ? AND east BETWEEN ? AND ? AND north BETWEEN ? AND ?"

    def ask(request: ServiceRequest) -> list[tuple[int, int]]:
        found = db.execute(query, [arrays.services[request.service_code], *_box(request)]).fetchnumpy()
        return arrays.best(found["friend"], request)

    return ask


def _polars(arrays: Arrays) -> Peer:
    pl = importlib.import_module("polars")
    friend, service, east, north = _rows(arrays)
    frame = pl.DataFrame({"friend": friend, "service": service, "east": east, "north": north})

    def ask(request: ServiceRequest) -> list[tuple[int, int]]:
        west, east_to, south, north_to = _box(request)
        found = frame.filter(
            (pl.col("service") == arrays.services[request.service_code])
            & pl.col("east").is_between(west, east_to)
            & pl.col("north").is_between(south, north_to)
        )
        return arrays.best(found["friend"].to_numpy(), request)

    return ask
