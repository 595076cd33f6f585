"""The reviews of a booking once more, written down from the domain's rules alone: the oracle of their tests.

Nothing here is taken from `mila_core`: states, events, roles and effects are plain words.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from types import MappingProxyType

# One line a step: the event, who may cause it, from which state, to which state.
STEPS = """
open_reviews    | system          | none     | open
give_rating     | customer friend | open     | open
edit_rating     | customer friend | open     | open
withdraw_rating | customer friend | open     | open
moderate        | operator        | open     | open
reveal          | system timer    | open     | revealed
reply           | customer friend | revealed | revealed
edit_reply      | customer friend | revealed | revealed
moderate        | operator        | revealed | revealed
"""

ROLES = ("customer", "friend", "operator", "timer", "system")
STATES = ("none", "open", "revealed")
WINDOW, REPLY, REPLY_EDIT = timedelta(days=14), timedelta(days=30), timedelta(hours=48)
OTHER = MappingProxyType({"customer": "friend", "friend": "customer"})


def _steps() -> Iterator[tuple[str, str, str, str]]:
    for line in STEPS.strip().splitlines():
        event, roles, source, target = (part.strip() for part in line.split("|"))
        for role in roles.split():
            yield event, source, role, target


TARGETS = MappingProxyType({(event, source, role): target for event, source, role, target in _steps()})
EVENTS = tuple(dict.fromkeys(event for event, *_ in TARGETS))
CASES = list(product(STATES, EVENTS, ROLES))


def refusal_by_table(state: str, event: str, role: str) -> str | None:
    """Return the code with which the table refuses, or None."""
    if (event, state, role) in TARGETS:
        return None
    if not any((event, state, each) in TARGETS for each in ROLES):
        return "not_from_this_state"
    return "not_for_this_role"


# Who rates, by how the booking ended: the roles of the authors.
AUTHORS = MappingProxyType(
    {
        "approve": ("customer", "friend"),
        "auto_approve": ("customer", "friend"),
        "fail": ("customer", "friend"),
        "lapse": (),
        "report_customer_no_show": ("friend",),
        "report_friend_no_show": ("customer",),
        "late cancel_by_customer": ("friend",),
        "late cancel_by_friend": ("customer",),
        "cancel_by_customer": (),
        "cancel_by_friend": (),
        "cancel_by_operator": (),
        "late cancel_by_operator": (),
        "decline": (),
        "expire_request": (),
        "expire_unscheduled": (),
    }
)


@dataclass
class Page:
    """What one side has said, and what came of it."""

    stars: int | None = None
    replied_at: datetime | None = None
    of_rating: str = "keep"
    of_reply: str = "keep"


@dataclass
class Book:
    """The reviews of one booking as the rules have them; pages by the role of the author."""

    ended_at: datetime
    authors: tuple[str, ...]
    pages: dict[str, Page] = field(default_factory=dict)
    revealed_at: datetime | None = None

    def __post_init__(self) -> None:
        """Give each author a page."""
        self.pages = {author: Page() for author in self.authors}

    @property
    def closes_at(self) -> datetime:
        """When the window ends."""
        return self.ended_at + WINDOW

    @property
    def state(self) -> str:
        """Whether they are revealed."""
        return "open" if self.revealed_at is None else "revealed"

    def why_not(
        self, event: str, role: str, at: datetime, *, of: str = "", reply: bool = False
    ) -> str | None:
        """Return the code of the refusal, or None; `of` is the author whose page an operator means."""
        if refused := refusal_by_table(self.state, event, role):
            return refused
        if role == "timer":
            return "too_early" if at < self.closes_at else None
        if self.state == "open" and at >= self.closes_at:
            return "deadline_passed"
        if event == "reveal":
            return None if self.is_complete else "not_due"
        if event in {"reply", "edit_reply"}:
            return self._why_no_reply(event, self.pages.get(OTHER[role]), at)
        page = self.pages.get(of or role)
        if event == "moderate":
            missing = page is None or (page.replied_at if reply else page.stars) is None
            return ("no_reply" if reply else "not_rated") if missing else None
        return self._why_no_rating(event, page, at)

    def _why_no_rating(self, event: str, page: Page | None, at: datetime) -> str | None:
        if page is None:
            return "may_not_rate"
        if event != "give_rating":
            return "not_rated" if page.stars is None else None
        if page.stars is not None:
            return "already_rated"
        return "too_early" if at < self.ended_at else None

    def _why_no_reply(self, event: str, page: Page | None, at: datetime) -> str | None:
        if event == "edit_reply":
            if page is None or page.replied_at is None:
                return "no_reply"
            return "deadline_passed" if at >= page.replied_at + REPLY_EDIT else None
        if page is None or page.stars is None or page.of_rating == "remove":
            return "nothing_to_reply_to"
        if page.replied_at is not None:
            return "already_replied"
        assert self.revealed_at is not None
        return "deadline_passed" if at >= self.revealed_at + REPLY else None

    @property
    def is_complete(self) -> bool:
        """Whether all are in who may rate."""
        return all(page.stars is not None for page in self.pages.values())

    def do(
        self, event: str, role: str, at: datetime, *, of: str = "", stars: int = 0, effect: str = ""
    ) -> None:
        """Let an event happen that was granted; `effect` of a reply begins with `reply:`."""
        match event:
            case "give_rating" | "edit_rating":
                self.pages[role].stars = stars
                if event == "give_rating" and self.is_complete:
                    self.revealed_at = at
            case "withdraw_rating":
                self.pages[role].stars = None
            case "reveal":
                self.revealed_at = min(at, self.closes_at)
            case "reply":
                self.pages[OTHER[role]].replied_at = at
            case "moderate" if effect.startswith("reply:"):
                self.pages[of].of_reply = effect.removeprefix("reply:")
            case "moderate":
                self.pages[of].of_rating = effect

    @property
    def counted(self) -> dict[str, int]:
        """The stars that count, by the role of the author."""
        if self.revealed_at is None:
            return {}
        return {
            author: page.stars
            for author, page in self.pages.items()
            if page.stars is not None and page.of_rating in {"keep", "redact"}
        }
