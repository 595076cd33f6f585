"""What a person may know of requests and invitations."""

from mila_core.export import personal_data
from tests.dispatch import scene
from tests.journey import MARKET


def test_each_side_gets_its_own_and_no_other_friends_answers() -> None:
    """The customer what was asked, a friend the own invitation; who else was asked is nobody's business."""
    matched, _ = scene.taken("f1", invite=["f1", "sonja", "anna-sister"])
    at = matched.since
    customer = personal_data(MARKET, "anna", at=at, dispatches=[matched])
    assert (customer.requests, customer.invitations) == ((matched.request,), ())
    friend = personal_data(MARKET, "sonja", at=at, dispatches=[matched])
    assert (friend.requests, friend.invitations) == ((), (matched.invitations[1],))
    nobody = personal_data(MARKET, "bruno", at=at, dispatches=[matched])
    assert (nobody.requests, nobody.invitations) == ((), ())


def test_an_invitation_shows_no_address_and_no_name() -> None:
    """Before somebody has accepted, the place is a postcode."""
    (invitation,) = scene.sent(["f1"]).invitations
    assert str(invitation.quote.visit.place).startswith("8005")
    for personal in ("Anna", "street"):
        assert personal not in repr(invitation)
