"""The diagrams in the docs show each machine's table whole, legibly, and with the same bytes each time."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise, permutations
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from machine_diagrams.graph import Arrow, arrows_of, column_of
from machine_diagrams.lanes import Lane, Row, arrange
from machine_diagrams.layout import lay_out
from machine_diagrams.picture import Box, Line, Picture, Point
from machine_diagrams.svg import to_svg
from machine_diagrams.tables import describe, public_tables, rows_of
from mila_core.lifecycle import Role, Transition

DOCS = Path(__file__).parents[2] / "docs"
Rect = tuple[float, float, float, float]  # left, top, right, bottom
Piece = tuple[Point, Point]


def row(event: str, who: Sequence[Role], sources: Sequence[str], target: str) -> Transition:
    """Return a row of a table."""
    return Transition(event=event, roles=who, sources=sources, target=target)


CUSTOMER, FRIEND, OPERATOR, TIMER, SYSTEM = Role.CUSTOMER, Role.FRIEND, Role.OPERATOR, Role.TIMER, Role.SYSTEM
LARGE = (  # a visit with twelve states, as large as a machine is to be
    row("request", [CUSTOMER], [], "requested"),
    row("assign", [SYSTEM], [], "accepted"),
    row("book_instantly", [CUSTOMER], [], "confirmed"),
    row("accept", [FRIEND, OPERATOR], ["requested"], "accepted"),
    row("decline", [FRIEND, OPERATOR], ["requested"], "declined"),
    row("expire_request", [TIMER], ["requested"], "expired"),
    row("expire_unscheduled", [TIMER], ["accepted"], "expired"),
    row("confirm", [FRIEND, OPERATOR], ["accepted"], "confirmed"),
    row("reschedule", [CUSTOMER, FRIEND, OPERATOR], ["confirmed"], "confirmed"),
    row("depart", [FRIEND], ["confirmed"], "en_route"),
    row("start_work", [FRIEND], ["confirmed", "en_route"], "in_progress"),
    row("amend", [FRIEND], ["in_progress"], "in_progress"),
    row("complete", [FRIEND, OPERATOR], ["confirmed", "en_route", "in_progress"], "completed"),
    row("auto_complete", [TIMER], ["in_progress"], "completed"),
    row("approve", [CUSTOMER, OPERATOR], ["completed"], "closed"),
    row("auto_approve", [TIMER], ["completed"], "closed"),
    row("fail", [FRIEND, OPERATOR], ["en_route", "in_progress"], "failed"),
    row("lapse", [TIMER], ["confirmed", "en_route"], "failed"),
    row("report_customer_no_show", [FRIEND, OPERATOR], ["confirmed", "en_route"], "no_show"),
    row("report_friend_no_show", [CUSTOMER, OPERATOR], ["confirmed", "en_route"], "no_show"),
    row("cancel_by_customer", [CUSTOMER], ["requested", "accepted", "confirmed", "en_route"], "cancelled"),
    row("cancel_by_friend", [FRIEND], ["accepted", "confirmed", "en_route"], "cancelled"),
    row(
        "cancel_by_operator",
        [OPERATOR],
        ["requested", "accepted", "confirmed", "en_route", "in_progress"],
        "cancelled",
    ),
)
CROWDED = (  # many final states beside one that is low
    row("send", [OPERATOR], [], "sent"),
    row("accept", [FRIEND], ["sent"], "accepted"),
    row("decline", [FRIEND], ["sent"], "declined"),
    row("expire", [TIMER], ["sent"], "expired"),
    row("supersede", [OPERATOR], ["sent"], "superseded"),
    row("revoke", [OPERATOR], ["sent"], "revoked"),
)
ENTERED = (  # a final state beside a line that leads back into the column
    row("join", [TIMER], ["b", "a"], "c"),
    row("stay", [TIMER], ["d"], "d"),
    row("lapse", [TIMER], ["c", "b"], "over"),
    row("finish", [FRIEND], ["c"], "over"),
)
UNSORTED = (row("close", [FRIEND], ["gamma", "alpha", "delta", "beta"], "over"),)  # known from one set alone

NAMES = st.sampled_from(["open", "matched", "in_progress", "partly_refunded", "closed", "no_show", "due"])
tables = st.lists(
    st.builds(
        row,
        st.sampled_from(["go", "cancel_by_operator", "report_customer_no_show", "lapse", "pay"]),
        st.sampled_from(
            [[TIMER], [FRIEND], [FRIEND, OPERATOR], [TIMER, OPERATOR], [TIMER, SYSTEM], [SYSTEM]]
        ),
        st.lists(NAMES, max_size=4),
        NAMES,
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda each: (each.event, each.sources, each.target, each.roles),
).map(tuple)


def rect_of(box: Box) -> Rect:
    """Return the rectangle that a state covers."""
    return box.left, box.top, box.left + box.width, box.top + box.height


def label_rects(picture: Picture) -> list[Rect]:
    """Return the rectangles that the labels cover: 12 pixels high, 0.6 of that wide a letter."""
    return [
        (label.left, label.base - 9, label.left + 7.2 * len(label.text), label.base + 3)
        for label in picture.labels
    ]


def overlap(one: Rect, other: Rect) -> bool:
    """Say whether two rectangles have more in common than an edge."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def cover(piece: Piece) -> Rect:
    """Return the rectangle around a level or upright piece of a line."""
    (x0, y0), (x1, y1) = piece
    assert x0 == x1 or y0 == y1
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def pieces(line: Line) -> list[Piece]:
    """Return the pieces of a line."""
    return list(pairwise(line.points))


def at_border(point: Point, box: Box) -> bool:
    """Say whether a point lies on the border of a state."""
    left, top, right, bottom = rect_of(box)
    inside = left <= point[0] <= right and top <= point[1] <= bottom
    return inside and (point[0] in {left, right} or point[1] in {top, bottom})


def on_line(point: Point, line: Line) -> bool:
    """Say whether a point lies on a line."""
    covers = [cover(piece) for piece in pieces(line)]
    return any(left <= point[0] <= right and top <= point[1] <= low for left, top, right, low in covers)


def direction(piece: Piece) -> Point:
    """Return the unit step from the one end of a piece to the other."""
    (x0, y0), (x1, y1) = piece
    return (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)


def goes_on(line: Line, other: Line) -> bool:
    """Say whether another line runs on from where a line ends, in its direction."""
    last = pieces(line)[-1]
    return any(
        direction(piece) == direction(last) and on_line(last[1], attrs.evolve(other, points=piece))
        for piece in pieces(other)
    )


def ends_of(picture: Picture, line: Line) -> tuple[str, str, bool]:
    """Follow a line with a finger: where it begins, where the arrow's head is, and whether it is dashed."""
    begin, last = line.points[0], line
    while not last.head:
        joined = [each for each in picture.lines if each is not last and goes_on(last, each)]
        last = joined[0]
        assert last.timed == line.timed
    sources = [""] if begin == picture.start else [box.name for box in picture.boxes if at_border(begin, box)]
    targets = [box.name for box in picture.boxes if at_border(last.points[-1], box)]
    assert len(sources) == len(targets) == 1
    return sources[0], targets[0], line.timed


def too_near(one: Piece, other: Piece) -> bool:
    """Say whether two pieces run beside each other less than half of a lane apart."""
    if (one[0][0] == one[1][0]) != (other[0][0] == other[1][0]):
        return False
    a, b = cover(one), cover(other)
    apart = max(a[0], b[0]) - min(a[2], b[2]), max(a[1], b[1]) - min(a[3], b[3])
    return max(apart) < 7 and min(apart) < 0


def drawn(table: Iterable[Transition]) -> str:
    """Return the picture of a table as SVG."""
    return to_svg(lay_out(table), name="m", title="A machine", description="What it does.")


def check(table: Sequence[Transition]) -> None:
    """Check that the picture of a table is whole and legible."""
    picture = lay_out(table)
    rects = [rect_of(box) for box in picture.boxes]
    labels = label_rects(picture)
    lines = [cover(piece) for line in picture.lines for piece in pieces(line)]
    for left, top, right, bottom in [*rects, *labels, *lines]:
        assert 0 <= left <= right <= picture.width
        assert 0 <= top <= bottom <= picture.height
    assert not any(overlap(one, other) for one, other in combinations([*rects, *labels], 2))
    assert not any(overlap(line, rect) for line in lines for rect in [*rects, *labels])


def check_arrows(table: Sequence[Transition]) -> None:
    """Check that the picture has each arrow of a table and no other."""
    picture = lay_out(table)
    expected = {
        (source, each.target, TIMER in each.roles and not each.roles & {CUSTOMER, FRIEND, OPERATOR})
        for each in table
        for source in each.sources or [""]
    }
    found = {line: ends_of(picture, line) for line in picture.lines}
    assert sorted(found.values()) == sorted(expected)
    for (one, ends), (other, others) in combinations(found.items(), 2):
        from_dot = ends[0] == others[0] == ""
        if ends[1:] != others[1:] and not from_dot:
            assert not any(too_near(a, b) for a in pieces(one) for b in pieces(other))
    for line in picture.lines:
        for (x0, y0), (x1, y1) in pieces(line)[1:-1]:
            assert abs(x1 - x0) + abs(y1 - y0) >= 14, "there is no room for the bends at both ends"


def test_a_large_machine_is_legible() -> None:
    """No label of twelve states and 39 pairs of event and state lies on a label, a state or a line."""
    assert sum(len(each.sources) or 1 for each in LARGE) == 39
    check(LARGE)


def test_a_large_machine_is_whole() -> None:
    """Whoever follows its lines with a finger finds each arrow of the table, and no other."""
    check_arrows(LARGE)


def test_a_large_machine_fits_a_page() -> None:
    """It is no wider than the text of a page, which is 736 pixels wide."""
    assert lay_out(LARGE).width <= 736


@given(tables)
@example(CROWDED)
@example(ENTERED)
def test_every_machine_is_legible(table: tuple[Transition, ...]) -> None:
    """No label lies on another, on a state or on a line, whatever the table."""
    check(table)


@given(tables)
@example(CROWDED)
@example(ENTERED)
def test_every_machine_is_whole(table: tuple[Transition, ...]) -> None:
    """Its lines lead where the table leads, and those to different places never run as one."""
    check_arrows(table)


@given(tables)
def test_every_event_is_named_once_a_state(table: tuple[Transition, ...]) -> None:
    """There is one label for each event and each state that it leaves."""
    expected = Counter(each.event for each in table for _ in each.sources or [""])
    assert Counter(label.text for label in lay_out(table).labels) == expected


@given(tables)
def test_final_states_are_marked(table: tuple[Transition, ...]) -> None:
    """A state is drawn as final if no event leaves it."""
    left = {source for each in table for source in each.sources}
    states = left | {each.target for each in table}
    assert {box.name: box.final for box in lay_out(table).boxes} == {
        name: name not in left for name in states
    }


def test_a_life_without_a_beginning_has_no_dot() -> None:
    """A table none of whose events begins a life is drawn without the dot."""
    assert lay_out([row("go", [FRIEND], ["open"], "closed")]).start is None


def test_the_column_follows_the_life() -> None:
    """Open states stand in the order in which a life goes through them, a person's end of it below."""
    table = [
        row("finish", [FRIEND], ["second"], "done"),
        row("lapse", [TIMER], ["second"], "lapsed"),
        row("go_on", [FRIEND], ["first"], "second"),
        row("begin", [FRIEND], [], "first"),
        row("stay", [FRIEND], ["first"], "first"),
    ]
    assert column_of(arrows_of(table)) == ("", "first", "second", "done")
    assert column_of(arrows_of([table[1], table[0]])) == ("second", "done")


def test_a_circle_begins_with_the_state_named_first() -> None:
    """Where states lead to each other, the table's order decides."""
    table = [row("pay", [FRIEND], ["due"], "paid"), row("return", [FRIEND], ["paid"], "due")]
    assert column_of(arrows_of(table)) == ("due", "paid")


def crossings(left_to_right: Sequence[Lane]) -> int:
    """Count the crossings of some lanes by drawing them: lane n stands at n, the ends far away."""
    uprights = [(at, lane.top, lane.bottom, lane) for at, lane in enumerate(left_to_right)]
    levels = [(-1.0, float(at), each.height) for at, _, _, lane in uprights for each in lane.rows]
    levels += [
        (-1.0, float(at), lane.entry) if lane.back else (float(at), 99.0, lane.entry)
        for at, _, _, lane in uprights
    ]
    return sum(
        left < at < right and top < height < bottom
        for left, right, height in levels
        for at, top, bottom, _ in uprights
    )


@given(
    st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=5),
    st.permutations(range(20)),
)
def test_the_order_of_lanes_crosses_least(shapes: list[tuple[int, bool]], heights: list[int]) -> None:
    """No other order of the lanes crosses less often; every order is tried."""
    left = iter(heights)
    lanes = [
        Lane(
            key=(f"t{number}", False),
            rows=tuple(
                Row(Arrow(source=f"s{each}", target=f"t{number}", timed=False, events=("e",)), next(left))
                for each in range(rows)
            ),
            entry=next(left),
            back=back,
        )
        for number, (rows, back) in enumerate(shapes)
    ]
    cost, order = arrange(lanes)
    assert sorted(lane.key for lane in order) == sorted(lane.key for lane in lanes)
    assert cost == crossings(order) == min(map(crossings, permutations(lanes)))


def test_the_picture_is_accessible() -> None:
    """It is an image with a title and a description, and names them by their ids."""
    svg = ET.fromstring(drawn(LARGE))  # noqa: S314  # it is our own
    title, description = svg[0], svg[1]
    assert (svg.tag, svg.get("role"), svg.get("aria-labelledby")) == ("svg", "img", "m-title m-desc")
    assert (title.tag, title.get("id"), title.text) == ("title", "m-title", "A machine")
    assert (description.tag, description.get("id"), description.text) == ("desc", "m-desc", "What it does.")


def test_the_picture_needs_nothing_from_elsewhere_and_no_colour_of_its_own() -> None:
    """It has no address and no colour: the page's styles colour it, by day and by night."""
    assert not re.search(r"https?:|href|style=|fill=|stroke=|#[0-9a-f]{3}", drawn(LARGE))
    styles = (DOCS / "_ext" / "machine_diagrams" / "machines.css").read_text(encoding="utf-8")
    assert not re.search(r"https?:|url\(|@import|#[0-9a-f]{3}|rgb", styles)


def test_the_timers_lines_are_drawn_differently() -> None:
    """What the timer causes is dashed, its name slanted; what a person may cause too is not."""
    both = [row("go", [TIMER, FRIEND], [], "a"), row("stop", [TIMER], ["a"], "b")]
    svg = drawn(both)
    assert svg.count('class="line"') == svg.count('class="line timed"') == 1
    assert 'class="event timed"' in svg.partition(">stop<")[0].rpartition("<text")[2]
    assert "timed" not in svg.partition(">go<")[0].rpartition("<text")[2]


def test_a_final_state_has_a_second_border_inside() -> None:
    """Of an open state and a final one, only the final one is drawn twice, the second time smaller."""
    svg = ET.fromstring(drawn([row("stop", [FRIEND], ["open"], "over")]))  # noqa: S314  # as above
    kinds = [(each.tag, each.text) for each in svg if each.tag in {"rect", "text"}]
    assert kinds == [
        ("rect", None),
        ("text", "open"),
        ("rect", None),
        ("rect", None),
        ("text", "over"),
        ("text", "stop"),
    ]
    outer, inner = [float(rect.get("width", "")) for rect in svg.findall("rect")[1:]]
    assert inner < outer


def test_the_bytes_are_the_same_in_every_process() -> None:
    """Sets have no order, and it differs from process to process: the picture does not."""
    code = (
        "from tests.docs.test_machine_diagrams import LARGE, UNSORTED, drawn;"
        "from machine_diagrams.tables import rows_of;"
        "[print(drawn(each), rows_of(each)) for each in (LARGE, UNSORTED)]"
    )
    path = os.pathsep.join([str(DOCS.parent), str(DOCS / "_ext")])
    outputs = {
        subprocess.check_output(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
            cwd=DOCS.parent,
        )
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_what_is_said_of_a_machine_names_its_states() -> None:
    """The description lists the states that events leave, the final ones, and where a life begins."""
    said = describe((row("go", [FRIEND], [], "open"), row("stop", [TIMER], ["open"], "over")))
    assert said.startswith("States that events leave: open. Final states: over. A life begins as open. ")


def test_the_rows_are_in_a_settled_order() -> None:
    """Roles stand in the order of their enumeration, states in that of the column."""
    table = (
        row("go", [FRIEND], [], "zero"),
        row("move", [TIMER, OPERATOR, CUSTOMER], ["zero"], "alpha"),
        row("stop", [FRIEND], ["alpha", "zero"], "over"),
    )
    assert rows_of(table)[1:] == [
        ("move", ("customer", "operator", "timer"), ("zero",), "alpha"),
        ("stop", ("friend",), ("zero", "alpha"), "over"),
    ]


def test_every_public_table_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table in the `__all__` of a public module is found by its shortest path, and once; others are not."""
    package = tmp_path / "made_up_machines"
    package.mkdir()
    rows = "from mila_core.lifecycle import Role, Transition\n" + "".join(
        f"{name} = (Transition(event='{name}', roles=[Role.TIMER], sources=[], target='x'),)\n"
        for name in ("TABLE", "OTHER", "UNLISTED")
    )
    (package / "inner.py").write_text(f"{rows}__all__ = ['OTHER', 'TABLE']\nEMPTY = ()\n")
    (package / "_private.py").write_text(f"{rows}__all__ = ['TABLE']\n")
    (package / "__init__.py").write_text(
        "from made_up_machines.inner import TABLE\nVERSION = '1'\n__all__ = ['TABLE', 'VERSION']\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    found = public_tables("made_up_machines")
    assert list(found) == ["made_up_machines.TABLE", "made_up_machines.inner.OTHER"]
    assert found["made_up_machines.inner.OTHER"][0].event == "OTHER"


def test_the_bookings_machine_is_found() -> None:
    """The package's own tables are among those that are shown."""
    assert "mila_core.bookings.TABLE" in public_tables("mila_core")


def test_every_machine_of_the_package_is_legible_and_whole() -> None:
    """What holds for every table holds for each that is on the page."""
    for table in public_tables("mila_core").values():
        check(table)
        check_arrows(table)


def test_a_page_of_the_reference_shows_them_all() -> None:
    """The page asks for every machine of the package, and the reference leads to it."""
    reference = DOCS / "reference"
    assert "```{machines} mila_core\n```" in (reference / "machines.md").read_text(encoding="utf-8")
    assert "\nmachines\n" in (reference / "index.md").read_text(encoding="utf-8")


MADE_UP = """
from mila_core.lifecycle import Role, Transition

__all__ = ["OTHER", "TABLE"]
F, O = Role.FRIEND, Role.OPERATOR
TABLE = (
    Transition(event="request", roles=[Role.CUSTOMER], sources=[], target="requested"),
    Transition(event="accept", roles=[O, F], sources=["requested"], target="accepted"),
)
OTHER = (Transition(event="turn", roles=[O], sources=["on"], target="off"),)
"""
PAGES = {
    "index": "```{toctree}\none\nall\nwrong\n```",
    "one": "```{machine} made_up.TABLE\n```",
    "all": "```{machines} made_up\n```",
    "wrong": "\n\n".join(
        f"```{{machine}} {at}\n```" for at in ("made_up.TABEL", "made_up.F", "nowhere.TABLE")
    ),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Build some pages with the directives; return where they are, and what was said."""
    pytest.importorskip("myst_parser", reason="needs the extra `docs`")
    folder = tmp_path_factory.mktemp("site")
    (folder / "conf.py").write_text(
        f"import sys\nsys.path[:0] = [{str(DOCS / '_ext')!r}, {str(folder)!r}]\n"
        "extensions = ['machine_diagrams.directives', 'myst_parser']\n"
        "html_theme = 'basic'\n"
    )
    (folder / "made_up.py").write_text(MADE_UP)
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(f"# Page\n\n{text}\n")
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-E", "-b", "html", str(folder), str(folder / "out")],
        capture_output=True,
        text=True,
        check=False,
    )
    return folder / "out", done.stderr


def test_the_directive_gives_a_picture_and_a_table(site: tuple[Path, str]) -> None:
    """The page has the picture, and the rows in words."""
    html = (site[0] / "one.html").read_text(encoding="utf-8")
    assert html.count("<svg") == html.count("</svg>") == html.count("<table") == 1
    assert re.findall(r"<th[^>]*>(?:<p>)?(\w+)", html) == ["event", "who", "from", "to"]
    cells = re.findall(r"<td>(.*?)</td>", html, re.DOTALL)
    assert [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells] == [
        *("request", "customer", "none", "requested"),
        *("accept", "friend, operator", "requested", "accepted"),
    ]


def test_the_styles_are_copied_and_linked(site: tuple[Path, str]) -> None:
    """The page has its colours from the site itself."""
    assert 'href="_static/machines.css' in (site[0] / "one.html").read_text(encoding="utf-8")
    assert (site[0] / "_static" / "machines.css").is_file()


def test_the_other_directive_gives_a_section_for_each(site: tuple[Path, str]) -> None:
    """All public tables stand on the page, each under its name, with ids of their own."""
    html = (site[0] / "all.html").read_text(encoding="utf-8")
    assert html.count("<svg") == html.count("<table") == 2
    assert re.findall(r"<h2>(\w+)", html) == ["OTHER", "TABLE"]
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_a_directive_without_a_table_is_an_error(site: tuple[Path, str]) -> None:
    """A path at which there is no table, or nothing, fails a build that takes warnings for errors."""
    assert re.findall(r"no table at (\S+)", site[1]) == ["made_up.TABEL", "made_up.F", "nowhere.TABLE"]
