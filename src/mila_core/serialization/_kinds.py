"""The classes that can be documents, by their kinds; and what stands for several of them."""

import re
from functools import cache
from types import MappingProxyType
from typing import Any

import attrs

from mila_core.audit import Violation
from mila_core.availability import Availability, FreeTime, WeeklyHours
from mila_core.bookings import Booking, BookingCommand, BookingEvent, Compensation, Consent, Ending
from mila_core.catalogue import AddOn, Catalogue, Category, Package, Selection, Service
from mila_core.certifications import Certification, Revocation, Suspension
from mila_core.dispatch import Candidate, Dispatch, DispatchCommand, DispatchEvent, Invitation
from mila_core.disputes import Contest, Dispute, DisputeCommand, DisputeEvent, Resolution
from mila_core.eligibility import Eligibility, Visit
from mila_core.friends import Address, Block, Customer, Friend, Partner
from mila_core.invoices import Invoice, InvoiceParty, VatShare
from mila_core.lifecycle import (
    Actor,
    Decision,
    Event,
    KeyUse,
    Refusal,
    Reminder,
    StreamVersion,
    Timer,
    Transition,
)
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
from mila_core.serialization._limits import Limits
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


def kind_of(cls: type) -> str:
    """Return the name of a class as a kind, in snake case.

    Args:
        cls: the class.
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()


_CLASSES: tuple[type, ...] = (
    *(Actor, AddOn, Address, Availability, AvailabilityPolicy, BadgePolicy, BayesianAverageParams, Block),
    *(Booking, BookingEvent, BookingPolicy, Catalogue, Category, Certification, BookingCommand, Contribution),
    *(Customer, Decision, Eligibility, EligibilityPolicy, FreeTime, Friend, KeyUse, Limits, Market, Match),
    *(Money, Names, NetworkPolicy, Offer, Opening, Package, Partner, Period, Place, PriceBook, Quote),
    *(QuoteLine, Ranking, RankingParams, Rating, Reason, Refusal, Region, Revocation, Selection, Service),
    *(ServiceOverview, ServiceRequest, SettlementPolicy, Standing, StreamVersion, Suspension, Term, Timer),
    *(Compensation, CompensationPolicy, Consent, DispatchPolicy, DisputePolicy, Ending, NoticeTier, Reminder),
    *(Candidate, Dispatch, DispatchCommand, DispatchEvent, Invitation),
    *(AspectRating, Moderation, RatedBooking, Reply, Reviews, ReviewsCommand, ReviewsEvent, ReviewSide),
    *(ReviewsView, VisibleRating),
    *(Contest, Dispute, DisputeCommand, DisputeEvent, Resolution),
    *(Charge, EarningsStatement, Entry, Hold, Posting, Settlement, SettlementCommand, SettlementEvent),
    *(SettlementTerms, Shares, VatRate),
    *(Discount, ListedHolidays, PublicHoliday, QuoteBasis, Tariff, Voucher),
    *(GuidanceParams, JobCost, PriceGuidance, PricePoint, PricePosition),
    *(Invoice, InvoiceParty, VatShare),
    *(CommissionTier, EarningsRow),
    *(BadgeAssessment, BadgeVerdict, Reliability),
    *(ExposureAccount, ExposureLedger, ExposureMarket, ExposureReport, FairExposureParams, StableMatching),
    *(AssignedVisit, Assignment, MergedShards, Plan, PlannedRequest, ProofPart, Unserved, VisitAssignment),
    *(
        Backtest,
        Evidence,
        Fitted,
        FittedParameter,
        Guard,
        LowRatings,
        LowRatingsParams,
        ModelResult,
        OrdinalLink,
        ReputationParams,
        TwoSided,
    ),
    *(BayesianAverage, Beta, Dirichlet, Glicko2, OrderedProbitFilter, RawMean, WilsonLowerBound),
    *(AttackMarket, AttackReport, EvidenceParams, Flag, FlagParams, IterativeFilteringParams, Rev2Params),
    *(TrustParams,),
    *(Transition, UnitPrice, Validity, Verification, Violation, Visit, WeeklyHours, Why, YearlyLimit),
)

KINDS = MappingProxyType({kind_of(cls): cls for cls in _CLASSES})
"""Every class that can be a document, by its kind.

:meta hide-value:
"""


@cache
def members_of(base: Any) -> MappingProxyType[str, type]:
    """Return the kinds that extend a class which is no kind itself, as the events of all machines do `Event`.

    Where a field is of such a class, what stands there says its `kind`, as a document does.

    Args:
        base: a class, or anything else that a field can be annotated with.

    Returns:
        The classes by their kinds; none for what is a kind itself, or no class of values.
    """
    if not isinstance(base, type) or not attrs.has(base) or base in _CLASSES:
        return MappingProxyType({})
    return MappingProxyType({kind: cls for kind, cls in KINDS.items() if issubclass(cls, base)})


def readable(cls: type) -> Any:
    """Return what to read and write for a class: a decision may have the events of any machine.

    Args:
        cls: a class of `KINDS`.
    """
    return Decision[Event] if cls is Decision else cls
