"""The strategy of each public type."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from hypothesis.strategies import SearchStrategy

import mila_core.testing._assignments as _assignments
import mila_core.testing._backtests as _backtests
import mila_core.testing._baselines as _baselines
import mila_core.testing._bookings as _bookings
import mila_core.testing._catalogues as _catalogues
import mila_core.testing._dispatch as _dispatch
import mila_core.testing._disputes as _disputes
import mila_core.testing._documents as _documents
import mila_core.testing._exposure as _exposure
import mila_core.testing._guidance as _guidance
import mila_core.testing._holidays as _holidays
import mila_core.testing._integrity as _integrity
import mila_core.testing._invoices as _invoices
import mila_core.testing._lives as _lives
import mila_core.testing._markets as _markets
import mila_core.testing._people as _people
import mila_core.testing._policies as _policies
import mila_core.testing._pricing as _pricing
import mila_core.testing._quotes as _quotes
import mila_core.testing._rankings as _rankings
import mila_core.testing._reliability as _reliability
import mila_core.testing._reputations as _reputations
import mila_core.testing._requests as _requests
import mila_core.testing._reviews as _reviews
import mila_core.testing._settlements as _settlements
import mila_core.testing._values as _values
from mila_core.audit import Violation
from mila_core.availability import Availability, FreeTime, WeeklyHours
from mila_core.bookings import Booking, BookingCommand, BookingEvent, Compensation, Consent, Ending
from mila_core.catalogue import AddOn, Catalogue, Category, Package, Selection, Service
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.dispatch import Candidate, Dispatch, DispatchCommand, DispatchEvent, Invitation
from mila_core.disputes import Contest, Dispute, DisputeCommand, DisputeEvent, Resolution
from mila_core.eligibility import Eligibility, Visit
from mila_core.errors import InvalidTypeError, describe
from mila_core.friends import Address, Block, Customer, Friend, Partner
from mila_core.invoices import Invoice, InvoiceParty, VatShare
from mila_core.lifecycle import Actor, Decision, KeyUse, Refusal, Reminder, StreamVersion, Timer, Transition
from mila_core.market import Market, ServiceOverview
from mila_core.matching import (
    AssignedVisit,
    Assignment,
    ExposureAccount,
    ExposureLedger,
    ExposureMarket,
    ExposureReport,
    FairExposureParams,
    Match,
    MergedShards,
    Plan,
    PlannedRequest,
    ProofPart,
    Ranking,
    RankingParams,
    StableMatching,
    Term,
    Unserved,
    VisitAssignment,
    Why,
)
from mila_core.money import Money
from mila_core.names import Names
from mila_core.offers import Offer, UnitPrice
from mila_core.periods import Period, Validity
from mila_core.places import Place
from mila_core.policies import (
    AvailabilityPolicy,
    BadgePolicy,
    BookingPolicy,
    CommissionTier,
    CompensationPolicy,
    DispatchPolicy,
    DisputePolicy,
    EligibilityPolicy,
    NetworkPolicy,
    NoticeTier,
    SettlementPolicy,
    VatRate,
    YearlyLimit,
)
from mila_core.pricing import (
    GuidanceParams,
    JobCost,
    ListedHolidays,
    PriceBook,
    PriceGuidance,
    PricePoint,
    PricePosition,
    PublicHoliday,
    Tariff,
)
from mila_core.quotes import Discount, Quote, QuoteBasis, QuoteLine, Voucher
from mila_core.ratings import (
    AspectRating,
    Moderation,
    RatedBooking,
    Rating,
    Reply,
    Reviews,
    ReviewsCommand,
    ReviewsEvent,
    ReviewSide,
    ReviewsView,
    VisibleRating,
)
from mila_core.reasons import Reason
from mila_core.regions import Opening, Region
from mila_core.reputation import (
    Backtest,
    BadgeAssessment,
    BadgeVerdict,
    BayesianAverage,
    BayesianAverageParams,
    Beta,
    Contribution,
    Dirichlet,
    Evidence,
    Fitted,
    FittedParameter,
    Glicko2,
    Guard,
    LowRatings,
    LowRatingsParams,
    ModelResult,
    OrderedProbitFilter,
    OrdinalLink,
    RawMean,
    ReputationParams,
    TwoSided,
    WilsonLowerBound,
)
from mila_core.reputation.integrity import (
    AttackMarket,
    AttackReport,
    EvidenceParams,
    Flag,
    FlagParams,
    IterativeFilteringParams,
    Rev2Params,
    TrustParams,
)
from mila_core.serialization import Limits
from mila_core.service_requests import ServiceRequest
from mila_core.settlements import (
    Charge,
    EarningsRow,
    EarningsStatement,
    Entry,
    Hold,
    Posting,
    Settlement,
    SettlementCommand,
    SettlementEvent,
    SettlementTerms,
    Shares,
)
from mila_core.standings import Reliability, Standing
from mila_core.verifications import Verification

T = TypeVar("T")

STRATEGIES: Mapping[type, Callable[[], SearchStrategy[Any]]] = MappingProxyType(
    {
        Actor: _lives.actors,
        AddOn: _catalogues.add_ons,
        Address: _people.addresses,
        AspectRating: _reviews.aspect_ratings,
        AssignedVisit: _assignments.assigned_visits,
        Assignment: _assignments.assignments,
        AttackMarket: _integrity.attack_markets,
        AttackReport: _integrity.attack_reports,
        Availability: _people.availabilities,
        AvailabilityPolicy: _policies.availability_policies,
        Backtest: _backtests.backtests,
        BadgeAssessment: _reliability.badge_assessments,
        BadgePolicy: _policies.badge_policies,
        BadgeVerdict: _reliability.badge_verdicts,
        BayesianAverage: _baselines.bayesian_averages,
        BayesianAverageParams: _rankings.bayesian_average_params,
        Beta: _baselines.betas,
        Block: _people.blocks,
        Booking: _bookings.bookings,
        BookingCommand: _bookings.commands,
        BookingEvent: _bookings.booking_events,
        BookingPolicy: _policies.booking_policies,
        Candidate: _dispatch.candidates,
        Catalogue: _catalogues.catalogues,
        Category: _catalogues.categories,
        Certification: _people.certifications,
        Charge: _settlements.charges,
        CommissionTier: _policies.commission_tiers,
        Compensation: _bookings.compensations,
        CompensationPolicy: _policies.compensation_policies,
        Consent: _bookings.consents,
        Contest: _disputes.contests,
        Contribution: _rankings.contributions,
        Customer: _people.customers,
        Decision: _bookings.decisions,
        Dirichlet: _baselines.dirichlets,
        Discount: _pricing.discounts,
        Dispatch: _dispatch.dispatches,
        DispatchCommand: _dispatch.dispatch_commands,
        DispatchEvent: _dispatch.dispatch_events,
        DispatchPolicy: _policies.dispatch_policies,
        Dispute: _disputes.disputes,
        DisputeCommand: _disputes.dispute_commands,
        DisputeEvent: _disputes.dispute_events,
        DisputePolicy: _policies.dispute_policies,
        EarningsRow: _settlements.earnings_rows,
        EarningsStatement: _settlements.earnings_statements,
        Eligibility: _requests.eligibilities,
        EligibilityPolicy: _policies.eligibility_policies,
        Ending: _bookings.endings,
        Entry: _settlements.entries,
        Evidence: _reputations.evidences,
        EvidenceParams: _integrity.evidence_params,
        ExposureAccount: _exposure.exposure_accounts,
        ExposureLedger: _exposure.exposure_ledgers,
        ExposureMarket: _exposure.exposure_markets,
        ExposureReport: _exposure.exposure_reports,
        FairExposureParams: _exposure.fair_exposure_params,
        Fitted: _reputations.fits,
        FittedParameter: _reputations.fitted_parameters,
        Flag: _integrity.flags,
        FlagParams: _integrity.flag_params,
        FreeTime: _people.free_times,
        Friend: _people.friends,
        Glicko2: _baselines.glicko2s,
        Guard: _reputations.guards,
        GuidanceParams: _guidance.guidance_params,
        Hold: _settlements.holds,
        Invitation: _dispatch.invitations,
        Invoice: _invoices.invoices,
        InvoiceParty: _invoices.invoice_parties,
        IterativeFilteringParams: _integrity.iterative_filtering_params,
        JobCost: _guidance.job_costs,
        KeyUse: _lives.key_uses,
        Limits: _documents.limits,
        ListedHolidays: _holidays.listed_holidays,
        LowRatings: _reputations.low_ratings_models,
        LowRatingsParams: _reputations.low_ratings_params,
        Market: _markets.markets,
        Match: _rankings.matches,
        MergedShards: _assignments.merged_shards,
        ModelResult: _backtests.model_results,
        Moderation: _reviews.moderations,
        Money: _values.moneys,
        Names: _values.names,
        NetworkPolicy: _policies.network_policies,
        NoticeTier: _policies.notice_tiers,
        Offer: _requests.offers,
        Opening: _requests.openings,
        OrderedProbitFilter: _baselines.ordered_probit_filters,
        OrdinalLink: _backtests.ordinal_links,
        Package: _catalogues.packages,
        Partner: _people.partners,
        Period: _values.periods,
        Place: _values.places,
        Plan: _assignments.plans,
        PlannedRequest: _assignments.planned_requests,
        Posting: _settlements.postings,
        PriceBook: _pricing.dated_price_books,
        PriceGuidance: _guidance.price_guidances,
        PricePoint: _guidance.price_points,
        PricePosition: _guidance.price_positions,
        ProofPart: _assignments.proof_parts,
        PublicHoliday: _holidays.public_holidays,
        Quote: _quotes.quotes,
        QuoteBasis: _quotes.quote_bases,
        QuoteLine: _quotes.quote_lines,
        Ranking: _rankings.rankings,
        RankingParams: _rankings.ranking_params,
        RatedBooking: _reviews.rated_bookings,
        Rating: _reviews.ratings,
        RawMean: _baselines.raw_means,
        Reason: _values.reasons,
        Refusal: _lives.refusals,
        Region: _requests.regions,
        Reliability: _reliability.reliabilities,
        Reminder: _lives.reminders,
        Reply: _reviews.replies,
        ReputationParams: _reputations.reputation_params,
        Resolution: _disputes.resolutions,
        Rev2Params: _integrity.rev2_params,
        ReviewSide: _reviews.review_sides,
        Reviews: _reviews.reviews,
        ReviewsCommand: _reviews.reviews_commands,
        ReviewsEvent: _reviews.reviews_events,
        ReviewsView: _reviews.reviews_views,
        Revocation: _people.revocations,
        Selection: _catalogues.selections,
        Service: _catalogues.services,
        ServiceOverview: _markets.service_overviews,
        ServiceRequest: _requests.service_requests,
        Settlement: _settlements.settlements,
        SettlementCommand: _settlements.settlement_commands,
        SettlementEvent: _settlements.settlement_events,
        SettlementPolicy: _policies.settlement_policies,
        SettlementTerms: _settlements.settlement_terms,
        Shares: _settlements.shares,
        StableMatching: _exposure.stable_matchings,
        Standing: _rankings.standings,
        StreamVersion: _lives.stream_versions,
        Suspension: _people.suspensions,
        Tariff: _pricing.tariffs,
        Term: _rankings.terms,
        Timer: _lives.timers,
        Transition: _lives.transitions,
        TrustParams: _integrity.trust_params,
        TwoSided: _reputations.two_sided_models,
        UnitPrice: _requests.unit_prices,
        Unserved: _assignments.unserved,
        Validity: _values.validities,
        VatRate: _policies.vat_rates,
        VatShare: _invoices.vat_shares,
        Verification: _people.verifications,
        Violation: _lives.violations,
        VisibleRating: _reviews.visible_ratings,
        Visit: _requests.visits,
        VisitAssignment: _assignments.visit_assignments,
        Voucher: _pricing.vouchers,
        WeeklyHours: _people.weekly_hours,
        Why: _rankings.whys,
        WilsonLowerBound: _baselines.wilson_lower_bounds,
        YearlyLimit: _policies.yearly_limits,
    }
)
"""The function that returns the strategy of each public type, by type.

:meta hide-value:
"""


def strategy_for(cls: type[T]) -> SearchStrategy[T]:
    """Return the strategy of a public type, in its most general form.

    Args:
        cls: the type, one that can be a document.

    Raises:
        InvalidTypeError: another type.

    Examples:
        >>> from mila_core.money import Money
        >>> from hypothesis import given
        >>> @given(strategy_for(Money))
        ... def twice_is_the_sum(amount):
        ...     assert amount + amount == amount * 2
        >>> twice_is_the_sum()
    """
    if cls not in STRATEGIES:
        raise InvalidTypeError("cls", "a public value class of mila_core", describe(cls))
    return STRATEGIES[cls]()
