"""Price guidance: the band of a region, drawn towards all regions and the catalogue, and shown to all."""

from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mila_core import testing
from mila_core.catalogue import Catalogue, Selection
from mila_core.errors import InvalidDocumentError, InvalidTypeError, InvalidValueError, UnknownIdError
from mila_core.i18n import LOCALES, names_of, word
from mila_core.money import Money, chf
from mila_core.pricing import (
    GuidanceLevel,
    GuidanceParams,
    PriceGuidance,
    PricePoint,
    PriceSource,
    price_guidance,
)
from mila_core.pricing._quartiles import lower_median, quartiles
from mila_core.samples import roll_out_2013
from tests import wrong
from tests.journey import MARKET
from tests.pricing.prices import (
    CODES,
    REGION_IDS,
    REGIONS,
    SHELF,
    bands,
    first,
    guided,
    many_points,
    of_each,
    params,
    point,
    slow_guidance,
)
from tests.pricing.prices import points as some_points

FRANC = GuidanceParams(grid=chf(1))
ALONE = GuidanceParams(strength=0, grid=chf(1))
"""The friends alone: what is shown are their quartiles, to the franc."""


# --- the numbers


@given(many_points, params)
def test_the_numbers_are_those_of_the_slow_way(seen: list[PricePoint], rules: GuidanceParams) -> None:
    """Lists of fractions and the standard library's quantiles give the same, for every service and region."""
    found = guided(seen, params=rules)
    assert [(each.service_code, each.region_id) for each in found] == [
        (code, region_id) for code in CODES for region_id in REGION_IDS
    ]
    for each in found:
        level, friends, exact = slow_guidance(seen, each.service_code, each.region_id, rules)
        assert (each.level.value, each.friends) == (level, friends)
        step = rules.grid.rappen
        for shown, value in zip((each.p25, each.p50, each.p75), exact, strict=True):
            assert shown.rappen % step == 0
            nearest = (2 * value + step) // (2 * step) * step  # a half up
            assert shown.rappen == max(nearest, step if value > 0 else 0)


def test_an_example_by_hand() -> None:
    """Five friends at 38, 40, 40, 45 and 60: a fifth of their quartiles, and the rest of the catalogue's."""
    own = of_each(3800, 4000, 4000, 4500, 6000)  # 40, 40, 45 by definition 7
    # in all regions the same five: (5 x 40 + 20 x 40) / 25, (5 x 40 + 20 x 55) / 25, (5 x 45 + 20 x 70) / 25
    found = first(own, FRANC)
    assert (SHELF.services[0].price_from, SHELF.services[0].price_to) == (chf(40), chf(70))
    # then in the region: 40 again, (5 x 40 + 20 x 52) / 25 = 49.60, (5 x 45 + 20 x 65) / 25
    assert (found.p25, found.p50, found.p75) == (chf(40), chf(50), chf(61))
    assert (found.level, found.friends) == (GuidanceLevel.REGION, 5)
    on_grid = first(own)
    assert (on_grid.p25, on_grid.p50, on_grid.p75) == (chf(40), chf(50), chf(60))


@pytest.mark.parametrize(
    ("own", "counted"), [([30, 50], 30), ([50, 30, 40], 40), ([30, 50, 60, 90], 50), ([70], 70)]
)
def test_a_friend_counts_with_the_price_in_the_middle(own: list[int], counted: int) -> None:
    """Of an even number it is the lower of the two in the middle: a price that was asked."""
    others = of_each(*[1000] * 2, *[9900] * 2, first=1)  # so that the one in the middle is this friend's
    several = [point(100 * each) for each in own]
    assert first([*several, *others], ALONE) == first([point(100 * counted), *others], ALONE)


@pytest.mark.parametrize("francs", [0, 5, 50, 55])
def test_a_half_on_the_grid_goes_up(francs: int) -> None:
    """Rounding is named: the catalogue's middle of 50 and 55 is 52.50, on a grid of 5 it is 55."""
    service = attrs.evolve(SHELF.services[0], price_from=chf(francs), price_to=chf(francs + 5))
    shelf = attrs.evolve(SHELF, services=[service])
    found = price_guidance([], catalogue=shelf, regions=REGIONS)[0]
    assert (found.p25, found.p50, found.p75) == (chf(francs), chf(francs + 5), chf(francs + 5))


def test_what_costs_something_is_never_shown_as_nothing() -> None:
    """400 friends who ask CHF 2 are a band of one step of the grid; a catalogue of gifts stays at zero."""
    found = first(of_each(*[200] * 400))
    assert (found.p25, found.p50, found.p75) == (chf(5), chf(5), chf(5))
    gift = attrs.evolve(SHELF.services[0], price_from=chf(0), price_to=chf(0))
    shown = price_guidance([], catalogue=attrs.evolve(SHELF, services=[gift]), regions=REGIONS)[0]
    assert (shown.p25, shown.p75) == (chf(0), chf(0))


def test_the_quartiles_are_worked_out_by_hand() -> None:
    """Of six amounts the quarter stands a quarter of the way from the second to the third."""
    assert list(quartiles([10, 20, 40, 50, 60, 80])) == [25, 45, Fraction(115, 2)]
    assert list(quartiles([7])) == [7, 7, 7]
    assert [lower_median(each) for each in ([3], [4, 1], [9, 1, 5], [4, 3, 2, 1])] == [3, 1, 5, 2]


# --- the laws


@given(many_points, params)
def test_a_band_is_in_order(seen: list[PricePoint], rules: GuidanceParams) -> None:
    """P25, P50 and P75 never cross, whatever is rounded."""
    for each in guided(seen, params=rules):
        assert each.p25 <= each.p50 <= each.p75


@given(many_points, params, st.integers(1, 50))
def test_all_amounts_so_many_times_make_bands_so_many_times(
    seen: list[PricePoint], rules: GuidanceParams, factor: int
) -> None:
    """In another currency of another worth the guidance is the same."""
    services = [
        attrs.evolve(each, price_from=each.price_from * factor, price_to=each.price_to * factor)
        for each in SHELF.services
    ]
    dearer = guided(
        [attrs.evolve(each, price=each.price * factor) for each in seen],
        catalogue=attrs.evolve(SHELF, services=services),
        params=attrs.evolve(rules, grid=rules.grid * factor),
    )
    plain = guided(seen, params=rules)
    assert bands(dearer) == [(low * factor, mid * factor, high * factor) for low, mid, high in bands(plain)]


@given(many_points, params, st.data())
def test_the_order_does_not_matter(
    seen: list[PricePoint], rules: GuidanceParams, data: st.DataObject
) -> None:
    """Points may come from anywhere, in any order."""
    mixed = data.draw(st.permutations(seen))
    assert guided(mixed, params=rules) == guided(seen, params=rules)


@given(many_points, params, st.integers(2, 4))
def test_to_be_seen_again_changes_nothing(seen: list[PricePoint], rules: GuidanceParams, times: int) -> None:
    """What comes twice, all of it, counts once."""
    assert guided(seen * times, params=rules) == guided(seen, params=rules)


@given(many_points, params, some_points, st.integers(1, 9))
def test_one_price_repeated_counts_once(
    seen: list[PricePoint], rules: GuidanceParams, again: PricePoint, times: int
) -> None:
    """Nobody moves a band by many offers at one price."""
    others = [each for each in seen if each.friend_id != again.friend_id]
    assert guided([*others, *[again] * times], params=rules) == guided([*others, again], params=rules)


@given(many_points.filter(bool), params, st.integers(0, 10_000), st.data())
def test_a_higher_price_never_lowers_a_band(
    seen: list[PricePoint], rules: GuidanceParams, more: int, data: st.DataObject
) -> None:
    """Every number of every band goes up with a price, or stays."""
    at = data.draw(st.integers(0, len(seen) - 1))
    dearer = [*seen[:at], attrs.evolve(seen[at], price=seen[at].price + Money(more)), *seen[at + 1 :]]
    for before, after in zip(
        bands(guided(seen, params=rules)), bands(guided(dearer, params=rules)), strict=True
    ):
        assert all(low <= high for low, high in zip(before, after, strict=True))


@given(many_points, params)
def test_what_is_shown_lies_between_own_and_parent(seen: list[PricePoint], rules: GuidanceParams) -> None:
    """The reason says what the parent is; what the friends ask alone is what is shown without weight."""
    alone = guided(seen, params=attrs.evolve(rules, strength=0))
    for each, own in zip(guided(seen, params=rules), alone, strict=True):
        why = each.reasons[0].as_mapping()
        if each.level is GuidanceLevel.REGION:
            names = ("parent_from", "parent_usual", "parent_to")
            for shown, mine, name in zip(*bands((each, own)), names, strict=True):
                low, high = sorted([mine, why[name]])
                assert low <= shown <= high


def test_many_friends_speak_for_themselves() -> None:
    """With more and more friends at one price, the distance to it goes to nothing, like 1 / n."""
    away = []
    for count in (5, 50, 500, 5_000):
        found = first(of_each(*[1_000_000] * count), FRANC)
        away.append(1_000_000 - found.p50.rappen)
    assert away == sorted(away, reverse=True)
    assert away[0] > 500_000
    assert away[-1] <= 100  # (20 / 5,020) squared of CHF 9,945


def test_without_weight_for_the_parents_friends_speak_alone() -> None:
    """A strength of 0 is allowed: the quartiles are the friends' own."""
    found = first(of_each(1000, 2000, 3000, 4000, 5000), GuidanceParams(strength=0))
    assert (found.p25, found.p50, found.p75) == (chf(20), chf(30), chf(40))


# --- who is shown


@given(many_points, params)
def test_prices_of_a_few_are_in_no_number_of_their_region(
    seen: list[PricePoint], rules: GuidanceParams
) -> None:
    """Below the least number all regions without enough friends of their own show the same band."""
    found = guided(seen, params=rules)
    for code in CODES:
        shown = [each for each in found if each.service_code == code]
        fallen = [each for each in shown if each.level is not GuidanceLevel.REGION]
        assert len(set(bands(tuple(fallen)))) <= 1
        for each in shown:
            own = {
                known.friend_id
                for known in seen
                if (known.service_code, known.region_id) == (code, each.region_id)
            }
            assert (each.level is GuidanceLevel.REGION) == (len(own) >= rules.least_friends)
            assert each.friends == 0 or each.friends >= rules.least_friends


@given(st.lists(st.integers(1, 30_000), max_size=4), st.lists(st.integers(1, 30_000), max_size=4))
def test_up_to_four_friends_move_nothing(one: list[int], other: list[int]) -> None:
    """With fewer than five friends in all regions the catalogue's band is shown, whatever they ask."""
    found, same = first(of_each(*one)), first(of_each(*other))
    assert bands((found,)) == bands((same,)) == [(chf(40), chf(55), chf(70))]
    assert (found.level, found.friends) == (GuidanceLevel.CATALOGUE, 0)
    amounts = {value for why in found.reasons for _, value in why.values if isinstance(value, Money)}
    assert amounts == {chf(40), chf(55), chf(70)}


def test_from_five_friends_on_the_region_is_shown() -> None:
    """Four of a region show all regions, a fifth shows the region."""
    elsewhere = of_each(*[6000] * 3, region=1, first=10)
    four, five = first([*of_each(*[3000] * 4), *elsewhere]), first([*of_each(*[3000] * 5), *elsewhere])
    assert (four.level, four.friends) == (GuidanceLevel.SERVICE, 7)
    assert (five.level, five.friends) == (GuidanceLevel.REGION, 5)


def test_a_friend_in_two_regions_is_one_friend() -> None:
    """A home in two regions counts in both, and once in all of them."""
    both = [*of_each(*[5000] * 5), *of_each(*[5000] * 5, region=1)]
    found = guided(both)
    assert [each.friends for each in found[:3]] == [5, 5, 5]
    assert [each.level.value for each in found[:3]] == ["region", "region", "service"]


def test_a_price_in_two_regions_is_one_price() -> None:
    """Each friend has paid 30, 60 and 60, and the 30 lies in two regions: the one in the middle is 60."""
    own = [
        point(francs * 100, friend, region=region, offer=visit)
        for friend in ("f1", "f2", "f3", "f4", "f5")
        for visit, (francs, regions) in enumerate([(30, (0, 1)), (60, (0,)), (60, (0,))])
        for region in regions
    ]
    found = guided(own, params=ALONE)
    assert [(each.level.value, each.p50) for each in found[:3]] == [
        ("region", chf(60)),
        ("region", chf(30)),
        ("service", chf(60)),
    ]


def test_several_prices_in_several_regions_all_count_in_all_of_them() -> None:
    """Not only those of the last region: 20, 30 in one and 90 in the other have 30 in the middle."""
    own = [
        point(francs * 100, friend, region=region)
        for friend in ("f1", "f2", "f3", "f4", "f5")
        for francs, region in ((20, 0), (30, 0), (90, 1))
    ]
    assert [each.p50 for each in guided(own, params=ALONE)[:3]] == [chf(20), chf(90), chf(30)]


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("price", {"price": chf(41)}),
        ("price", {"price": chf(41), "region_id": REGION_IDS[1]}),
        ("friend_id", {"friend_id": "f9"}),
        ("service_code", {"service_code": CODES[1]}),
    ],
)
def test_an_id_is_of_one_price(field: str, changes: dict[str, Any]) -> None:
    """With another price, friend or service it is an error, in whichever region; elsewhere it is the same."""
    with pytest.raises(InvalidDocumentError) as caught:
        guided([point(4000), attrs.evolve(point(4000), **changes)])
    assert [each.field for each in caught.value.problems] == [f"points[1].{field}"]
    assert guided([point(4000), point(4000), point(4000, region=1)])


# --- why


def test_a_band_says_how_it_came_about() -> None:
    """From the region to all regions to the catalogue, with friends, weights and both ends."""
    found = guided([*of_each(*[4000] * 5), *of_each(8000, region=1, first=5)])
    assert [why.code for why in found[0].reasons] == [
        "guidance_region",
        "guidance_service",
        "guidance_catalogue",
    ]
    region, service, root = (why.as_mapping() for why in found[0].reasons)
    assert (region["region"], region["count"], region["strength"]) == (REGION_IDS[0], 5, 20)
    assert (service["count"], service["strength"], service["parent_usual"]) == (6, 20, chf(55))
    assert (root["usual_from"], root["usual"], root["usual_to"]) == (chf(40), chf(55), chf(70))
    codes = [[why.code for why in each.reasons] for each in found]
    assert codes[1] == ["guidance_too_few_in_region", "guidance_service", "guidance_catalogue"]
    assert codes[3] == ["guidance_too_few_in_region", "guidance_too_few", "guidance_catalogue"]


@given(many_points, params)
def test_no_price_of_the_friends_alone_is_in_a_reason(seen: list[PricePoint], rules: GuidanceParams) -> None:
    """Amounts in reasons are the catalogue's, or those that a region without friends shows anyway."""
    regions = roll_out_2013()[:4]
    shown = price_guidance(seen, catalogue=SHELF, regions=regions, params=rules)
    plain = price_guidance([], catalogue=SHELF, regions=regions, params=rules)
    for code in CODES:
        own = [each for each in shown if each.service_code == code]
        above = bands((own[-1], *(each for each in plain if each.service_code == code)))
        told = {value for each in own for why in each.reasons for _, value in why.values}
        assert {each for each in told if isinstance(each, Money)} <= {
            price for band in above for price in band
        }


def test_prices_that_were_paid_are_told_as_such() -> None:
    """The guidance knows whether friends ask it or customers paid it, and does not mix the two."""
    paid = [attrs.evolve(each, source=PriceSource.PAID) for each in of_each(*[4000] * 5)]
    found = guided(paid)
    assert [why.code for why in found[0].reasons] == [
        "guidance_region_paid",
        "guidance_service_paid",
        "guidance_catalogue",
    ]
    assert [each.source for each in found[:2]] == [PriceSource.PAID] * 2
    assert {each.source for each in guided([])} == {None}
    assert first(of_each(*[4000] * 5)).source is PriceSource.ASKED
    assert bands(found) == bands(guided(of_each(*[4000] * 5)))
    with pytest.raises(InvalidValueError, match="asked") as caught:
        guided([*paid, point(4000, "f9")])
    assert caught.value.field == "points[5].source"


@pytest.mark.parametrize("source", PriceSource)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_reason_is_worded(locale: str, source: PriceSource) -> None:
    """Whoever asks why gets a sentence, with the region's name and the amounts."""
    names = names_of(MARKET, locale=locale)
    seen = [*of_each(*[4000] * 5), *of_each(8000, region=1, first=5)]
    for found in guided([attrs.evolve(each, source=source) for each in seen]):
        said = [word(why, locale=locale, names=names) for why in found.reasons]
        assert all(said)
        if found.level is GuidanceLevel.REGION:
            assert names[f"region.{found.region_id}"] in said[0]


# --- more or less than the service itself


def test_for_more_time_the_catalogues_band_is_stretched() -> None:
    """Two blocks of half an hour on top of an hour: twice the time, twice the band."""
    plain, longer = guided([]), guided([], selection=Selection(extra_blocks=2))
    assert [SHELF.services[0].minutes, SHELF.services[0].block_minutes] == [60, 30]
    assert (longer[0].p25, longer[0].p75) == (plain[0].p25 * 2, plain[0].p75 * 2)
    assert longer[0].selection == Selection(extra_blocks=2)


def test_services_without_the_package_are_left_out() -> None:
    """A package is one of its service; prices for another one are unknown there."""
    wanted = Selection(package="two-televisions")
    assert {each.service_code for each in guided([], selection=wanted)} == {CODES[0]}
    with pytest.raises(UnknownIdError):
        guided([point(5000, service=1)], selection=wanted)


@pytest.mark.parametrize(
    ("selection", "error"),
    [
        (Selection(package="nothing"), UnknownIdError),
        (Selection(add_ons=["nothing"]), UnknownIdError),
        (Selection(extra_blocks=48), InvalidValueError),  # over a day, of every service
    ],
)
def test_what_no_service_has_is_an_error(selection: Selection, error: type[Exception]) -> None:
    """A slip in a code does not look like a market without services."""
    with pytest.raises(error):
        guided([], selection=selection)


# --- wrong calls


def test_nothing_seen_is_the_catalogue() -> None:
    """A network begins without prices; of no services or no regions there is no guidance."""
    assert {each.level for each in guided([])} == {GuidanceLevel.CATALOGUE}
    assert price_guidance([], catalogue=SHELF, regions=[]) == ()
    assert price_guidance([], catalogue=Catalogue(categories=[], services=[]), regions=REGIONS) == ()


def test_an_unknown_id_is_told_and_several_all_at_once() -> None:
    """One is an `UnknownIdError`; several are told with the place of each."""
    lost = attrs.evolve(point(4000), region_id="nowhere")
    with pytest.raises(UnknownIdError) as one:
        guided([point(4000), lost, lost])
    assert (one.value.kind, one.value.id) == ("region", "nowhere")
    with pytest.raises(InvalidDocumentError) as several:
        guided([lost, point(4000), attrs.evolve(lost, id="x", service_code="nothing")])
    assert [each.field for each in several.value.problems] == [
        "points[0].region_id",
        "points[2].service_code",
        "points[2].region_id",
    ]


def test_what_is_unknown_and_what_contradicts_is_told_together() -> None:
    """A contradiction is told even where only one id is unknown."""
    lost = attrs.evolve(point(4000), region_id="nowhere")
    with pytest.raises(InvalidDocumentError) as caught:
        guided([lost, attrs.evolve(lost, price=chf(41))])
    fields = [each.field for each in caught.value.problems]
    assert fields == ["points[1].price", "points[0].region_id", "points[1].region_id"]
    with pytest.raises(InvalidDocumentError) as many:
        guided([point(4000), *[attrs.evolve(point(4000), price=chf(41))] * 1100])
    assert len(many.value.problems) == 1000


def test_so_many_unknown_ids_are_cut() -> None:
    """A file of another network does not make a message of a million lines."""
    lost = [attrs.evolve(point(4000), region_id=f"r{number}", service_code="x") for number in range(700)]
    with pytest.raises(InvalidDocumentError) as caught:
        guided(lost)
    assert len(caught.value.problems) == 1000


@pytest.mark.parametrize("what", ["services", "regions"])
def test_an_id_twice_is_an_error(what: str) -> None:
    """Of two regions or services with one id, one would be lost."""
    shelf = attrs.evolve(SHELF, services=[*SHELF.services, SHELF.services[0]])
    with pytest.raises(InvalidValueError, match="twice"):
        price_guidance(
            [],
            catalogue=shelf if what == "services" else SHELF,
            regions=[*REGIONS, REGIONS[0]] if what == "regions" else REGIONS,
        )


@pytest.mark.parametrize("came", [None, 40, "40.00", chf(40)])
def test_what_is_no_point_is_an_error(came: Any) -> None:
    """The error names its place."""
    with pytest.raises(InvalidTypeError, match=r"points\[1\]"):
        guided([point(4000), came])


def test_huge_amounts_are_exact_or_refused() -> None:
    """No float rounds them; what has no room as an amount is the error of the amount."""
    most = 10**17 - 100
    assert first(of_each(*[most] * 5), ALONE).p75 == Money(most)
    assert first(of_each(*[most - 100, most] * 3), ALONE).p25 == Money(most - 100)
    with pytest.raises(InvalidValueError):
        first(of_each(*[most] * 5), GuidanceParams(strength=0))


PARAMS = [
    *wrong.fields(
        strength=wrong.numbers(0, 1_000_000),
        least_friends=wrong.numbers(5, 1_000_000),  # of three friends a band tells all prices
        grid=[*wrong.OTHERS, *[(Money(n), InvalidValueError) for n in (0, 1, 99, -500)]],
    )
]


@pytest.mark.parametrize(("field", "value", "error"), PARAMS)
def test_wrong_parameters_are_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """The error names the field."""
    wrong.check_refused(GuidanceParams(), field, value, error)


GUIDANCE = first(of_each(*[4000] * 5))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    wrong.fields(
        service_code=wrong.IDS,
        region_id=wrong.IDS,
        selection=wrong.OTHERS,
        level=[*wrong.OTHERS, ("region", InvalidTypeError), (GuidanceLevel.TARIFF, InvalidValueError)],
        source=[("asked", InvalidTypeError), (None, InvalidValueError)],  # a region's is always one
        friends=[*wrong.numbers(0, 2**53), (0, InvalidValueError)],  # a region's is never of nobody
        p25=[*wrong.OTHERS, (chf(-1), InvalidValueError)],
        p50=wrong.OTHERS,
        p75=wrong.OTHERS,
        reasons=wrong.ITEMS,
    ),
)
def test_a_wrong_guidance_is_refused(field: str, value: Any, error: type[InvalidValueError]) -> None:
    """The error names the field."""
    wrong.check_refused(GUIDANCE, field, value, error)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("points", {"points": None}),
        ("selection", {"selection": "two"}),
        ("params", {"params": "two"}),
        ("catalogue", {"catalogue": None}),
        ("regions", {"regions": None}),
        ("regions[0]", {"regions": [REGION_IDS[0]]}),
    ],
)
def test_a_wrong_argument_is_named(field: str, changes: dict[str, Any]) -> None:
    """No error of the interpreter comes out."""
    given: dict[str, Any] = {"points": [], "catalogue": SHELF, "regions": REGIONS, **changes}
    with pytest.raises(InvalidTypeError) as caught:
        price_guidance(given.pop("points"), **given)
    assert caught.value.field == field


@given(testing.price_guidances())
def test_a_band_out_of_order_is_no_guidance(found: PriceGuidance) -> None:
    """The three prices are checked together."""
    with pytest.raises(InvalidValueError, match="p50"):
        attrs.evolve(found, p50=found.p75 + Money(1))
    with pytest.raises(InvalidValueError, match="p50"):
        attrs.evolve(found, p25=found.p50 + Money(1))
