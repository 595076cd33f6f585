"""The walk through the pilot in words."""

from collections.abc import Iterator

from mila_core.bookings import replay
from mila_core.matching import Ranking
from mila_core.ratings import Direction, Rating
from mila_core.standings import Standing
from mila_core.terminal._layout import heading
from mila_core.terminal._views import View
from mila_core.terminal._walk import Story, Walk


def _overview(walk: Walk, view: View) -> Iterator[str]:
    yield from view.tell("overview", region=view.names["region.zurich"])
    yield ""
    rows = [
        (
            view.names[f"service.{each.service_code}"],
            view.money(each.price_from)
            if each.price_from == each.price_to
            else view.say("range", low=view.money(each.price_from), high=view.money(each.price_to)),
            view.say("friends", count=each.friends),
        )
        for each in walk.overview
    ]
    yield from view.table(rows, right=[1, 2], head=(view.say("service"), view.say("price"), ""))
    more = len(walk.pilot.market.catalogue.services) - len(rows)
    yield ""
    yield from view.tell("more_services", count=more)


def _bern(walk: Walk, view: View) -> Iterator[str]:
    yield from view.ranking(walk.bern_2013)
    yield ""
    yield from view.tell("later")
    yield ""
    yield from view.ranking(walk.bern_2014)


def _quotes(walk: Walk, view: View) -> Iterator[str]:
    first = walk.stories[0]
    yield from view.quote(first.quote)
    yield ""
    yield from view.tell("other_quotes")
    yield from view.table(
        [
            (
                view.friend(story.friend_id),
                view.names[f"service.{story.quote.visit.service.code}"],
                view.money(story.quote.due),
            )
            for story in walk.stories[1:]
        ],
        right=[2],
    )


def _life(story: Story, view: View) -> Iterator[str]:
    rows = []
    for number, event in enumerate(story.events, start=1):
        booking = replay(story.events[:number])
        timers = view.join(
            view.say("otherwise", at=view.instant(timer.at), event=view.label("event", timer.event))
            for timer in booking.due
        )
        rows.append(
            (
                view.instant(event.at),
                view.label("role", event.by.role.value),
                view.label("event", event.event),
                view.label("state", booking.state.value),
                timers,
            )
        )
    titles = ("", view.say("who"), view.say("what"), view.say("state"), view.say("if_nothing"))
    yield from view.table(rows, head=titles)


def _ratings(walk: Walk, view: View) -> Iterator[str]:
    yield from view.tell("rated")
    yield ""
    rows = [
        (
            view.friend(story.friend_id),
            view.say("stars", count=_of_friend(story).stars),
            _stars(story.standing, view),
            _stars(story.standing_after, view),
            _place(story.before, story.friend_id, view),
            _place(story.after, story.friend_id, view),
        )
        for story in walk.stories
    ]
    titles = (
        view.say("friend"),
        view.say("rating"),
        *[view.say(key) for key in ("standing_before", "standing_after")],
    )
    yield from view.table(
        rows, head=(*titles, view.say("rank_before"), view.say("rank_after")), right=[2, 3, 4, 5]
    )
    yield ""
    for story in walk.stories:
        yield from _moved(story, view)


def _of_friend(story: Story) -> Rating:
    return next(each for each in story.ratings if each.direction is Direction.OF_FRIEND)


def _stars(standing: Standing | None, view: View) -> str:
    if standing is None:
        return view.say("new")
    return f"{view.number(standing.stars)} ({standing.ratings})"


def _place(ranking: Ranking, friend_id: str, view: View) -> str:
    why = ranking.why(friend_id)
    return f"{why.position}. ({view.points(why.match.score)})" if why.match else "-"


def _moved(story: Story, view: View) -> Iterator[str]:
    before, after = story.before.why(story.friend_id), story.after.why(story.friend_id)
    if before.match is None or after.match is None or before.position is None or after.position is None:
        return
    change = after.match.score - before.match.score
    sign = "+" if change >= 0 else "\N{MINUS SIGN}"
    values = {
        "friend": view.friend(story.friend_id),
        "change": f"{sign}{view.points(abs(change))}",
        "before": before.position,
        "after": after.position,
    }
    if after.position < before.position:
        overtaken = story.after.matches[after.position]  # positions count from 1: the next one down
        yield from view.tell("moved_up", overtaken=view.friend(overtaken.friend_id), **values)
    else:
        yield from view.tell("stayed" if after.position == before.position else "moved_down", **values)


def walk_lines(walk: Walk, view: View) -> Iterator[str]:
    """Yield the whole walk."""
    yield from view.tell("title")
    yield from view.tell("intro", at=view.instant(walk.pilot.opened_at))
    story = walk.stories[0]
    friend = view.friend(story.friend_id)
    sections = (
        (view.say("section_overview"), _overview(walk, view)),
        (view.say("section_request"), view.ranking(story.ranking)),
        (view.say("section_bern"), _bern(walk, view)),
        (view.say("section_quote"), _quotes(walk, view)),
        (view.say("section_booking", friend=friend), _life(story, view)),
        (view.say("section_rating"), _ratings(walk, view)),
    )
    for number, (title, lines) in enumerate(sections, start=1):
        yield from heading(f"{number}. {title}", view.width)
        yield from lines
    yield ""
    yield from view.tell("next")
