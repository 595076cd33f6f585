"""One round of each kind of the race; `python -m tests.examples.race` runs a thousand."""

from pathlib import Path

from tests.examples import race


def test_one_of_eight_processes_wins_each_round(tmp_path: Path) -> None:
    """Whatever eight processes want of an hour at a time, one gets it and the others are told why not."""
    where = tmp_path / "race.sqlite"
    rounds = len(race.KINDS)  # one of each kind
    answers = race.run(where, rounds=rounds)
    with race.opened(where) as database:
        said = race.check(answers, database, rounds=rounds)
    # one is won by all eight, as they send the same command, and four by one
    assert (said["won"], said["not_available"], said["not_from_this_state"]) == (12, 21, 7)


def test_the_race_on_postgres(postgres: str) -> None:
    """PostgreSQL keeps the same promises to four processes."""
    rounds = len(race.KINDS)
    answers = race.run(postgres, rounds=rounds, workers=4)
    with race.opened(postgres) as database:
        said = race.check(answers, database, rounds=rounds, workers=4)
    assert (said["won"], said["not_available"], said["not_from_this_state"]) == (8, 9, 3)
