"""Rankings and quotes in words, line by line."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import mila_core.i18n as i18n
from mila_core.eligibility import Eligibility
from mila_core.market import Market
from mila_core.matching import Ranking
from mila_core.money import Money
from mila_core.periods import Period
from mila_core.quotes import Quote
from mila_core.reasons import Reason
from mila_core.terminal._layout import RULE
from mila_core.terminal._words import Words

_MOST_REFUSALS = 5
_SHOWN_AS_ONE = 100  # a score of 10,000 points is shown as 100.00


class View(Words):
    """Words for one market, in one locale, on one width of the terminal."""

    def __init__(self, market: Market, *, locale: str, width: int) -> None:
        """Prepare the names of the market."""
        super().__init__(locale=locale, width=width)
        self.market = market
        self.names: Mapping[str, str] = i18n.names_of(market, locale=locale)

    def word(self, why: Reason) -> str:
        """Return a reason in words."""
        return i18n.word(why, locale=self.locale, names=self.names)

    def label(self, kind: str, code: str) -> str:
        """Return the name of a state, an event or a role."""
        return i18n.label(kind, code, locale=self.locale)

    def money(self, amount: Money) -> str:
        """Return an amount."""
        return i18n.format_money(amount, locale=self.locale)

    def instant(self, at: datetime) -> str:
        """Return an instant on the Swiss wall clock."""
        return i18n.format_instant(at, locale=self.locale)

    def period(self, period: Period) -> str:
        """Return a period on the Swiss wall clock."""
        return i18n.format_period(period, locale=self.locale)

    def friend(self, friend_id: str) -> str:
        """Return a friend's name; on the terminal of the network's own people it may be shown."""
        return self.market.friend(friend_id).name

    def points(self, points: int) -> str:
        """Return points as they are shown, 10,000 as 100.00."""
        return self.number(points / _SHOWN_AS_ONE)

    def ranking(self, ranking: Ranking) -> Iterator[str]:
        """Yield a ranking: the request, the matches, why the first is first, why the others may not come."""
        request = ranking.request
        yield from self.tell(
            "asked",
            customer=self.market.customer(request.customer_id).name,
            service=self.names[f"service.{request.service_code}"],
            place=request.place,
            windows=self.join(self.period(each) for each in request.windows),
            at=self.instant(ranking.at),
        )
        yield ""
        if ranking.matches:
            yield from self._matches(ranking)
        else:
            yield from self.tell("nobody")
        yield from self._refusals(ranking)

    def _matches(self, ranking: Ranking) -> Iterator[str]:
        terms = [self.say(f"term_{term.why.code}") for term in ranking.matches[0].terms]
        rows = [
            (
                f"{position}.",
                self.friend(match.friend_id),
                self.money(match.offer.price),
                *(self.points(term.points) for term in match.terms),
                self.points(match.score),
            )
            for position, match in enumerate(ranking.matches, start=1)
        ]
        titles = ("", self.say("friend"), self.say("price"), *terms, self.say("score"))
        yield from self.table(rows, right=[0, *range(2, len(titles))], head=titles)
        best = ranking.matches[0]
        yield ""
        yield from self.tell(
            "why_first", friend=self.friend(best.friend_id), slot=self.period(best.visit.slot)
        )
        yield from self.table(
            [
                (
                    self.say("of", points=self.points(term.points), most=self.points(term.most)),
                    self.word(term.why),
                )
                for term in best.terms
            ],
            right=[0],
        )

    def _refusals(self, ranking: Ranking) -> Iterator[str]:
        asked = [each for each in ranking.refusals if each.reasons[0].code != "no_offer"]
        firsts = {each.reasons[0] for each in asked}
        common = firsts if len(firsts) == 1 and len(asked) > 1 and not ranking.ranked else set()
        yield from (line for why in common for line in self.tell("for_all", reason=self.word(why)))
        nearest = sorted(asked, key=lambda each: (len(each.reasons), each.friend_id))[:_MOST_REFUSALS]
        if nearest:
            yield ""
            yield from self.tell("not_listed")
            yield from self.table([self._refusal(each, common) for each in nearest])
        yield ""
        if len(asked) > len(nearest):
            yield from self.tell("more_refused", count=len(asked) - len(nearest))
        if len(ranking.refusals) > len(asked):
            yield from self.tell("without_offer", count=len(ranking.refusals) - len(asked))

    def _refusal(self, fitness: Eligibility, common: set[Reason]) -> tuple[str, str]:
        reasons = [self.word(why) for why in fitness.reasons if why not in common]
        if fitness.eligible_from is not None:
            reasons.append(self.say("eligible_from", at=self.instant(fitness.eligible_from)))
        return self.friend(fitness.friend_id), self.join(reasons)

    def refusal(self, fitness: Eligibility) -> Iterator[str]:
        """Yield why one friend may not come."""
        yield from self.tell("not_listed")
        yield from self.table([self._refusal(fitness, set())])

    def quote(self, quote: Quote) -> Iterator[str]:
        """Yield a quote line by line, with its sum and its expiry."""
        slot = self.period(quote.visit.slot)
        yield from self.tell("quote_of", friend=self.friend(quote.friend_id), slot=slot)
        yield ""
        lines = [(self.word(line.why), self.money(line.amount)) for line in quote.lines]
        due = (self.say("due"), self.money(quote.due))
        yield from self.table([*lines, (RULE, RULE), due], right=[1])
        yield ""
        yield from self.tell("expires", at=self.instant(quote.expires_at))
