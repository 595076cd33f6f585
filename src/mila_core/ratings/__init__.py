"""Ratings: what both sides of a booking say of each other, hidden until both have spoken.

The reviews of a booking are one machine, with the booking's id. `TABLE` is its table, `decide` and `evolve`
are its two functions, `replay` folds a history. The verbs (`open_reviews`, `rate`, `edit`, `withdraw`,
`reply`, `moderate`, ...) do both steps at once and raise `RefusedError` where `decide` would return a
`Refusal`.

A rating needs a booking that took place: once it is over, both sides can rate for 14 days (by policy), or the
one alone that was harmed by a no-show or a late cancellation. All ratings are revealed together, when all
are in or the time is over, so that nobody answers tit for tat (Fradkin, Grewal, Holtz 2021,
doi:10.1287/mksc.2021.1311). Until then authors may change their own; after that, nobody.

`view` is what may be shown to whom: before the reveal, nobody learns from it, from a refusal or from a log
whether the other side has rated. `revealed` gives the ratings that count, for `reputation`. `Reviews` itself
holds what is hidden: it is for storage.
"""

from mila_core.ratings.aspects import ASPECTS, Aspect, AspectRating, Direction, Solved
from mila_core.ratings.bases import RatedBooking, directions_of
from mila_core.ratings.commands import ReviewsCommand
from mila_core.ratings.facts import LONGEST_TEXT, Rating, counted
from mila_core.ratings.machine import MACHINE, decide, due, evolve, replay
from mila_core.ratings.sides import Moderation, ModerationEffect, Reply, ReviewSide
from mila_core.ratings.table import TABLE, ReviewState
from mila_core.ratings.values import Reviews, ReviewsEvent
from mila_core.ratings.verbs import (
    edit,
    edit_reply,
    moderate,
    open_reviews,
    rate,
    reply,
    run_timers,
    withdraw,
)
from mila_core.ratings.views import ReviewsView, VisibleRating, revealed, view

__all__ = [
    "ASPECTS",
    "LONGEST_TEXT",
    "MACHINE",
    "TABLE",
    "Aspect",
    "AspectRating",
    "Direction",
    "Moderation",
    "ModerationEffect",
    "RatedBooking",
    "Rating",
    "Reply",
    "ReviewSide",
    "ReviewState",
    "Reviews",
    "ReviewsCommand",
    "ReviewsEvent",
    "ReviewsView",
    "Solved",
    "VisibleRating",
    "counted",
    "decide",
    "directions_of",
    "due",
    "edit",
    "edit_reply",
    "evolve",
    "moderate",
    "open_reviews",
    "rate",
    "replay",
    "reply",
    "revealed",
    "run_timers",
    "view",
    "withdraw",
]
