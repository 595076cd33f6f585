"""The commands on files: the pilot's files give the pilot's answers, bad ones all their problems."""

import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from mila_core import pricing
from mila_core.i18n import format_instant, word
from mila_core.market import Market
from mila_core.matching import Ranking, Why
from mila_core.money import chf
from mila_core.names import LANGUAGES
from mila_core.periods import midnight
from mila_core.pricing import PriceBook
from mila_core.quotes import Quote
from mila_core.reasons import reason
from mila_core.serialization import dump, dumps, loads
from mila_core.service_requests import ServiceRequest
from tests.journey import INDEX, MARKET, PILOT, REQUEST
from tests.terminal.shell import Run, lines_of, one_line

Files = Mapping[str, Path]
File = Callable[[str, object], Path]

A_DAY_BEFORE = REQUEST.windows[0].start - timedelta(days=1)
RANKING = INDEX.rank(REQUEST, at=A_DAY_BEFORE)


# --- sample


def test_sample_prints_a_document_a_line(run: Run) -> None:
    """Market, price book and requests, each a line: what `rank - -` and `quote - -` read."""
    done = run("sample")
    assert (done.status, done.err) == (0, "")
    assert [loads(line, object) for line in lines_of(done.out)] == [PILOT.market, PILOT.book, *PILOT.requests]


@pytest.mark.parametrize(
    ("what", "value"),
    [("market", MARKET), ("book", PILOT.book), *((each.id, each) for each in PILOT.requests)],
)
def test_sample_prints_one_part_to_be_edited(run: Run, what: str, value: object) -> None:
    """A part alone is indented, and is read back as it was."""
    done = run("sample", what)
    assert (done.status, done.err) == (0, "")
    assert len(lines_of(done.out)) > 10
    assert loads(done.out, object) == value


@pytest.mark.parametrize("what", ["r5", "", "Market", "markt"])
def test_sample_of_what_is_not_there_says_what_is(run: Run, what: str) -> None:
    """The error lists what can be printed."""
    done = run("sample", what)
    assert (done.status, done.out) == (2, "")
    assert "market, book, r1, r2, r3, r4" in done.err


# --- the same answers by every way


def test_rank_on_files_is_the_ranking_of_the_library(run: Run, files: Files) -> None:
    """`--json` prints the ranking itself; without `--at` it is a day before the first window."""
    done = run("rank", files["market"], files["r1"], "--json")
    assert (done.status, done.err) == (0, "")
    assert loads(done.out, Ranking) == RANKING.complete()


def test_quote_on_files_is_the_quote_of_the_library(run: Run, files: Files) -> None:
    """`--json` prints the quote itself, of the best friend."""
    done = run("quote", files["market"], files["r1"], "--json")
    assert (done.status, done.err) == (0, "")
    expected = pricing.quote(REQUEST, RANKING.matches[0], book=PriceBook(), at=A_DAY_BEFORE)
    assert loads(done.out, Quote) == expected


@pytest.mark.parametrize("command", ["rank", "quote"])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_pipe_gives_the_same_as_files(
    run: Run, files: Files, *, command: str, form: tuple[str, ...]
) -> None:
    """`sample | rank - -` is `rank` on the two files; so it is with one of them piped."""
    expected = run(command, files["market"], files["r1"], *form)
    assert expected.status == 0
    everything = run("sample").out
    assert run(command, "-", "-", *form, stdin=everything) == expected
    assert run(command, "-", files["r1"], *form, stdin=files["market"].read_bytes()) == expected
    assert run(command, files["market"], "-", *form, stdin=files["r1"].read_bytes()) == expected
    assert run(command, files["market"], "-", *form, stdin=everything) == expected


def test_a_pipe_may_hold_documents_in_any_order_and_writing(run: Run, files: Files) -> None:
    """Indented or not, first or last: the first document of the kind that is wanted counts."""
    expected = run("quote", files["market"], files["r1"], "--book", files["book"])
    text = "\n\n".join(files[name].read_text(encoding="utf-8") for name in ("r1", "book", "r2", "market"))
    assert run("quote", "-", "-", "--book", "-", stdin=f" \r\n{text}\t") == expected


def test_each_friend_can_be_quoted(run: Run, files: Files) -> None:
    """`--friend` chooses whom to price."""
    for friend_id, price in (("andreas", "40.00"), ("chiara", "46.00")):
        done = run("quote", files["market"], files["r1"], "--friend", friend_id, "--json")
        quote = loads(done.out, Quote)
        assert (done.status, quote.friend_id, quote.due) == (0, friend_id, chf(price))


def test_the_instant_can_be_chosen(run: Run, files: Files) -> None:
    """`--at` takes an instant with any offset."""
    for text in ("2013-11-27T09:00+01:00", "2013-11-27T08:00:00Z", "2013-11-27T03:00:00-05:00"):
        done = run("rank", files["market"], files["r1"], "--at", text, "--json")
        assert loads(done.out, Ranking) == INDEX.rank(REQUEST, at=PILOT.opened_at).complete()


def test_the_limit_can_be_chosen(run: Run, files: Files) -> None:
    """`--limit` shows no more friends than that, and changes nothing else."""
    shown = loads(run("rank", files["market"], files["r1"], "--limit", 1, "--json").out, Ranking)
    assert shown == INDEX.rank(REQUEST, at=RANKING.at, limit=1).complete()
    assert shown.ranked == RANKING.ranked
    words = run("rank", files["market"], files["r1"], "--limit", 1).out
    assert "1. Beat" in one_line(words)
    assert "2. Andreas" not in one_line(words)


def test_cash_is_rounded_in_a_line_of_its_own(run: Run, files: Files, file: File) -> None:
    """`--cash` adds the line that brings what is due to 5 Rappen."""
    book = file("odd.json", PriceBook(version="odd", customer_fee=chf("0.98")))
    arguments = ("quote", files["market"], files["r1"], "--book", book, "--friend", "andreas", "--json")
    exact, rounded = (loads(run(*arguments, *more).out, Quote) for more in ((), ("--cash",)))
    assert (exact.due, rounded.due) == (chf("40.98"), chf("41.00"))
    assert rounded.lines[:-1] == exact.lines
    assert rounded.lines[-1].why.code == "cash_rounding"


def test_the_book_can_be_chosen(run: Run, files: Files, file: File) -> None:
    """`--book` prices with other numbers; the quote names their version."""
    book = file("dear.json", PriceBook(version="dear", customer_fee=chf("2.50")))
    quote = loads(run("quote", files["market"], files["r1"], "--book", book, "--json").out, Quote)
    assert (quote.book_version, quote.due) == ("dear", chf("47.50"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_options_may_stand_before_the_command(run: Run, files: Files, language: str) -> None:
    """`--lang` and `--json` mean the same before the command and behind it."""
    behind = run("rank", files["market"], files["r1"], "--lang", language)
    assert run("--lang", language, "rank", files["market"], files["r1"]) == behind
    as_json = run("rank", files["market"], files["r1"], "--json")
    assert run("--json", "rank", files["market"], files["r1"]) == as_json


def test_an_option_behind_the_command_prevails(run: Run, files: Files) -> None:
    """Of two languages the last one counts."""
    french = run("rank", files["market"], files["r1"], "--lang", "fr")
    assert run("--lang", "de", "rank", files["market"], files["r1"], "--lang", "fr") == french


# --- a no, with its reasons


def test_a_request_that_nobody_may_answer_is_a_no(run: Run, files: Files) -> None:
    """Bern in 2013: status 1, and from when on it works."""
    for command in ("rank", "quote"):
        done = run(command, files["market"], files["r4"], "--at", "2013-11-27T09:00+01:00")
        assert (done.status, done.err) == (1, "")
        assert "Nobody may come." in done.out
        assert "1 Jan 2014" in done.out


def test_programs_get_the_ranking_of_a_no(run: Run, files: Files) -> None:
    """With `--json` a no is the ranking with every refusal."""
    done = run("quote", files["market"], files["r4"], "--at", "2013-11-27T09:00+01:00", "--json")
    ranking = loads(done.out, Ranking)
    assert (done.status, ranking.ranked) == (1, ())
    assert len(ranking.refusals) == len(MARKET.friends)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("friend_id", ["nadja", "david", "elena", "hannes", "reto"])
def test_a_friend_who_may_not_come_is_a_no_with_reasons(
    run: Run, files: Files, *, friend_id: str, language: str
) -> None:
    """Asked for one friend, the answer is this friend's reasons, and from when on it works."""
    done = run("quote", files["market"], files["r1"], "--friend", friend_id, "--lang", language)
    assert (done.status, done.err) == (1, "")
    fitness = RANKING.why(friend_id).eligibility
    out = one_line(done.out)
    assert MARKET.friend(friend_id).name in out
    assert [why for why in fitness.reasons if one_line(word(why, locale=language)) not in out] == []
    if fitness.eligible_from is not None:
        assert one_line(format_instant(fitness.eligible_from, locale=language)) in out


def test_programs_get_why_a_friend_may_not_come(run: Run, files: Files) -> None:
    """With `--json` the answer is the friend's `Why`."""
    done = run("quote", files["market"], files["r1"], "--friend", "elena", "--json")
    why = loads(done.out, Why)
    assert (done.status, why) == (1, RANKING.why("elena"))
    assert why.eligibility.eligible_from == midnight(date(2013, 12, 15))


def test_a_window_without_the_notice_that_a_visit_needs_is_a_no(run: Run, files: Files) -> None:
    """An hour before the window ends nobody may come any more."""
    done = run("quote", files["market"], files["r1"], "--at", "2013-11-28T17:00+01:00")
    assert (done.status, done.err) == (1, "")
    why = reason("notice_too_short", possible_from=midnight(date(2013, 11, 28)) + timedelta(hours=19))
    assert one_line(word(why, locale="en")) in one_line(done.out)


def test_a_slot_that_can_no_longer_be_booked_is_not_offered(run: Run, files: Files) -> None:
    """A second after the last moment for one slot the next one is quoted."""
    arguments = ("quote", files["market"], files["r1"], "--friend", "andreas", "--json")
    before = run(*arguments, "--at", "2013-11-28T12:00+01:00")
    done = run(*arguments, "--at", "2013-11-28T12:00:01+01:00")
    starts = [loads(each.out, Quote).visit.slot.start for each in (before, done)]
    noon = midnight(date(2013, 11, 28)) + timedelta(hours=12)
    assert starts == [noon + timedelta(hours=2), noon + timedelta(hours=2, minutes=15)]


# --- bad arguments


@pytest.mark.parametrize("limit", ["0", "-1", "1000001", "1" * 30])
def test_a_limit_out_of_range_is_told(run: Run, files: Files, limit: str) -> None:
    """A limit is a whole number from 1 up."""
    done = run("rank", files["market"], files["r1"], f"--limit={limit}")
    assert (done.status, done.out) == (2, "")
    assert "limit: expected an integer from 1 to" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("rank",),
        ("rank", "-"),
        ("rank", "-", "-", "-"),
        ("rank", "-", "-", "--limit", "ten"),
        ("rank", "-", "-", "--limit", "1.5"),
        ("rank", "-", "-", "--cash"),
        ("rank", "-", "-", "--lang", "rm"),
        ("--lang", "DE"),
        ("quote", "-", "-", "--limit", "1"),
        ("sample", "market", "book"),
        ("walk",),
        ("--at", "2013-11-27"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_answered_with_the_usage(run: Run, arguments: tuple[str, ...]) -> None:
    """Arguments that there are not: status 2, the usage, and nothing on the standard output."""
    done = run(*arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("usage: python -m mila_core")


@pytest.mark.parametrize(
    "at",
    [
        "",
        "now",
        "2013-11-27",
        "2013-11-27T09:00",
        "09:00+01:00",
        "27.11.2013 09:00",
        "0001-01-01T00:00+01:00",
        "é",
    ],
)
def test_an_instant_that_is_none_is_told(run: Run, files: Files, at: str) -> None:
    """`--at` without an offset would be a guess."""
    done = run("rank", files["market"], files["r1"], "--at", at)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: --at: expected an instant with an offset")


def test_an_unknown_friend_is_told(run: Run, files: Files) -> None:
    """A friend whom nobody knows is bad input, not a no."""
    done = run("quote", files["market"], files["r1"], "--friend", "nobody")
    assert (done.status, done.out) == (2, "")
    assert done.err == "error: no friend with the id 'nobody'\n"


NO_CUSTOMER = "$.customer_id: expected the id of a customer of the market, came 'x'"
NO_SERVICE = "$.service_code: expected the code of a service of the market, came 'y'"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"customer_id": "x"}, [NO_CUSTOMER]),
        ({"service_code": "y"}, [NO_SERVICE]),
        ({"customer_id": "x", "service_code": "y"}, [NO_CUSTOMER, NO_SERVICE]),
    ],
)
@pytest.mark.parametrize("command", ["rank", "quote"])
def test_a_request_of_what_is_not_in_the_market_is_told(
    run: Run, files: Files, file: File, *, command: str, changes: dict[str, Any], said: list[str]
) -> None:
    """A request has to be one of this market; the error names the file and the fields, all of them."""
    other = file("other.json", attrs.evolve(REQUEST, **changes))
    done = run(command, files["market"], other)
    assert (done.status, done.out) == (2, "")
    first, *problems = lines_of(done.err)
    assert first == f"error: {other}: service_request: {len(said)} problem{'s' if len(said) > 1 else ''}"
    assert problems == [f"  {each}" for each in said]


@pytest.mark.parametrize("command", ["rank", "quote"])
def test_what_is_wrong_with_one_file_does_not_hide_the_next(run: Run, tmp_path: Path, command: str) -> None:
    """Market, request and price book are all read before anything is refused."""
    for name in ("market", "request", "book"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    book = ["--book", tmp_path / "book"] if command == "quote" else []
    done = run(command, tmp_path / "market", tmp_path / "request", *book)
    assert (done.status, done.out) == (2, "")
    told = [line for line in lines_of(done.err) if line.startswith("error: ")]
    names = ["market", "request", *(["book"] if book else [])]
    assert told == [f"error: {tmp_path / name}: document: 2 problems" for name in names]


def test_an_empty_option_is_an_option(run: Run, files: Files) -> None:
    """An empty name is not the same as none: there is no such friend, and no such file."""
    assert "no friend with the id ''" in run("quote", files["market"], files["r1"], "--friend", "").err
    done = run("quote", files["market"], files["r1"], "--book", "")
    assert (done.status, done.out) == (2, "")


# --- bad files


def test_a_file_that_is_not_there_is_told(run: Run, files: Files, tmp_path: Path) -> None:
    """The name of the file and what the system says of it."""
    done = run("rank", tmp_path / "none.json", files["r1"])
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: {tmp_path / 'none.json'}: expected a file that can be read, came ")


def test_a_folder_is_no_file(run: Run, files: Files, tmp_path: Path) -> None:
    """A folder is told like a file that cannot be read."""
    done = run("quote", files["market"], files["r1"], "--book", tmp_path)
    assert (done.status, done.out) == (2, "")
    assert "expected a file that can be read" in done.err


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read any file")
def test_a_file_that_may_not_be_read_is_told(run: Run, files: Files) -> None:
    """A file without the right to read it."""
    files["market"].chmod(0)
    done = run("rank", files["market"], files["r1"])
    assert (done.status, done.out) == (2, "")
    assert "expected a file that can be read" in done.err


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"{", b"[]", b"\xef\xbb\xbf{", b"[" * 100_000, b"PK\x03\x04"]
)
def test_a_file_that_is_no_document_is_told(run: Run, files: Files, file: File, content: bytes) -> None:
    """The error names the file and what is wrong with it, in a few lines."""
    path = file("odd.json", content)
    for arguments in (("rank", path, files["r1"]), ("rank", files["market"], path)):
        done = run(*arguments)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith(f"error: {path}: document: 1 problem\n  $: expected ")
        assert len(lines_of(done.err)) == 2


def test_files_in_the_wrong_order_are_told(run: Run, files: Files) -> None:
    """A request in place of the market is a document of the wrong kind."""
    done = run("rank", files["r1"], files["market"])
    assert (done.status, done.out) == (2, "")
    assert "$.kind: expected \"market\", came 'service_request'" in done.err


def test_a_broken_market_gives_all_its_problems(run: Run, files: Files, file: File) -> None:
    """Every problem with its path, on the standard error; status 2, no output, no traceback."""
    document = dump(MARKET)
    document["offers"][0]["price"] = 40.0
    document["offers"][1]["friend_id"] = "nobody"
    document["offers"].append(document["offers"][2])
    document["friends"][0]["home"] = "9999"
    document["friends"][1]["nmae"] = document["friends"][1].pop("name")
    document["friends"][2]["certifications"][0]["valid"]["start"] = "2013-09-01T00:00:00"
    document["catalogue"]["services"][3]["names"]["fr"] = 7
    path = file("broken.json", json.dumps(document))
    done = run("rank", path, files["r1"])
    assert (done.status, done.out) == (2, "")
    first, *problems = lines_of(done.err)
    assert first == f"error: {path}: market: 8 problems"
    assert sorted(problem.strip().partition(": ")[0] for problem in problems) == [
        "$.catalogue.services[3].names.fr",
        "$.friends[0].home",
        "$.friends[1].name",
        "$.friends[1].nmae",
        "$.friends[2].certifications[0].valid.start",
        "$.offers[0].price",
        "$.offers[1].friend_id",
        f"$.offers[{len(MARKET.offers)}].id",
    ]
    assert "Sonja" not in done.err


def test_a_broken_request_gives_all_its_problems(run: Run, files: Files, file: File) -> None:
    """A request is checked as strictly as a market."""
    document = {**dump(REQUEST), "place": "0000", "windows": [], "price_limit": "thirty"}
    done = run("quote", files["market"], file("broken.json", json.dumps(document)))
    assert (done.status, done.out) == (2, "")
    assert re.findall(r"\$\.\w+", done.err) == ["$.place", "$.windows", "$.price_limit"]


def test_a_broken_book_gives_all_its_problems(run: Run, files: Files, file: File) -> None:
    """So is a price book."""
    document = {**dump(PILOT.book), "travel_most": "-1.00", "evening_from": "25:00", "sunday_percent": 201}
    done = run("quote", files["market"], files["r1"], "--book", file("b.json", json.dumps(document)))
    assert (done.status, done.out) == (2, "")
    assert re.findall(r"\$\.\w+", done.err) == ["$.travel_most", "$.evening_from", "$.sunday_percent"]


# --- a bad pipe


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "line 1, column 1"),
        (" \n\n", "line 1, column 1"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"kind": "market", "name": "Z\xfcrich"}', "UTF-8"),
        ("[", "line 1"),
        ("[" * 100_000, "nested too deeply"),
        ("1 2 3", "an object with schema_version and kind"),
        (dumps(REQUEST), "$.kind"),
        (f"{dumps(REQUEST)}\n{dumps(PILOT.book)}", 'a document of the kind "market", came 2 documents'),
        (f'{dumps(REQUEST)}\n{{"kind": "market", }}', "line 2, column"),
    ],
)
def test_a_pipe_without_a_market_is_told(run: Run, typed: str | bytes, said: str) -> None:
    """What is wrong with the standard input is said, at its line."""
    done = run("rank", "-", "-", stdin=typed)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: standard input: ")
    assert said in done.err


def test_a_pipe_without_a_request_is_told(run: Run) -> None:
    """The market alone is not enough; that there is no request is said."""
    done = run("rank", "-", "-", stdin=dumps(MARKET))
    assert (done.status, done.out) == (2, "")
    assert "$.kind: expected \"service_request\", came 'market'" in done.err


def test_many_small_documents_are_read_in_linear_time(run: Run) -> None:
    """A long pipe of documents that nobody asked for ends, soon."""
    done = run("rank", "-", "-", stdin="1 " * 300_000)
    assert done.status == 2


def test_a_market_of_one_friend_can_be_edited_by_hand(run: Run, files: Files, file: File) -> None:
    """The files are meant to be changed: another price gives another quote."""
    text = files["market"].read_text(encoding="utf-8").replace('"price": "45.00"', '"price": "41.35"')
    done = run("quote", file("mine.json", text), files["r1"], "--json")
    quote = loads(done.out, Quote)
    assert (quote.friend_id, quote.due) == ("beat", chf("41.35"))


def test_a_market_that_offers_nothing_is_no_error(run: Run, files: Files, file: File) -> None:
    """Without offers nobody may come: a no, in words."""
    empty = file("empty.json", Market(catalogue=MARKET.catalogue, customers=MARKET.customers))
    for command in ("rank", "quote"):
        done = run(command, empty, files["r1"])
        assert (done.status, done.err) == (1, "")
        assert "Nobody may come." in done.out


@pytest.mark.parametrize("year", ["0002", "0003", "9998"])
@pytest.mark.parametrize("command", ["rank", "quote"])
def test_a_request_at_the_ends_of_time_is_no_crash(
    run: Run, files: Files, file: File, *, command: str, year: str
) -> None:
    """The first and the last instants that there are give a no or an error, never a traceback."""
    for start, end in (("01-01T00:00:00", "01-01T05:00:00"), ("12-31T18:00:00", "12-31T23:59:59")):
        windows = [{"start": f"{year}-{start}Z", "end": f"{year}-{end}Z"}]
        path = file("old.json", json.dumps({**dump(REQUEST), "windows": windows}))
        assert run(command, files["market"], path).status in {1, 2}


def test_a_request_is_read_as_a_request(run: Run, files: Files) -> None:
    """The request that is ranked is the one of the file."""
    done = run("rank", files["market"], files["r3"], "--json")
    assert loads(done.out, Ranking).request == loads(files["r3"].read_text(encoding="utf-8"), ServiceRequest)
