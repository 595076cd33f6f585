"""Settlements: the money side of a booking, from what the customer owes to the last refund.

A settlement is one stream of events beside its booking's, `settlement:` and the booking's id, with one
version and three small machines: the customer's payment (`PAYMENT_TABLE`), what the friend owes the platform
(`COMMISSION_TABLE`), and what the friend gets (`PAYOUT_TABLE`). What one of them means for another follows in
the same decision. `decide` and `evolve` are the two functions; `replay` folds a history. The verbs do both
steps at once and raise `RefusedError` where `decide` would return a `Refusal`.

Every event that moves a claim or money carries a balanced `Posting`; the ledger is all postings of all
settlements. What a customer pays is divided by a `Charge` into `Shares` that add up to the Rappen:
`due + tip == payout + commission and its tax + fee and its tax - voucher + rounding`. Amounts are whole
Rappen throughout. The tax on the service itself is the business of whoever the contract is with.
"""

from mila_core.settlements.charges import Charge, charge_for, is_chargeable, served_on
from mila_core.settlements.commands import SettlementCommand
from mila_core.settlements.earnings import EarningsRow, EarningsStatement, balance_of, earnings_statement
from mila_core.settlements.ledger import Account, Entry, Posting, balances
from mila_core.settlements.machine import MACHINE, decide, due, evolve, replay
from mila_core.settlements.means import PaymentMeans
from mila_core.settlements.payments import (
    credit,
    give_back,
    open_settlement,
    receive_payment,
    refund,
    report_payment_failed,
    start_payment,
    waive,
    write_off,
)
from mila_core.settlements.payouts import (
    hold_payout,
    receive_commission,
    reissue_payout,
    release_payout,
    report_commission_failed,
    report_payout_returned,
    run_timers,
    send_payout,
    start_commission_payment,
)
from mila_core.settlements.shares import Shares
from mila_core.settlements.table import (
    COMMISSION_TABLE,
    PAYMENT_TABLE,
    PAYOUT_TABLE,
    UNPAID,
    CommissionState,
    PaymentState,
    PayoutState,
)
from mila_core.settlements.values import Hold, Settlement, SettlementEvent, SettlementTerms

__all__ = [
    "COMMISSION_TABLE",
    "MACHINE",
    "PAYMENT_TABLE",
    "PAYOUT_TABLE",
    "UNPAID",
    "Account",
    "Charge",
    "CommissionState",
    "EarningsRow",
    "EarningsStatement",
    "Entry",
    "Hold",
    "PaymentMeans",
    "PaymentState",
    "PayoutState",
    "Posting",
    "Settlement",
    "SettlementCommand",
    "SettlementEvent",
    "SettlementTerms",
    "Shares",
    "balance_of",
    "balances",
    "charge_for",
    "credit",
    "decide",
    "due",
    "earnings_statement",
    "evolve",
    "give_back",
    "hold_payout",
    "is_chargeable",
    "open_settlement",
    "receive_commission",
    "receive_payment",
    "refund",
    "reissue_payout",
    "release_payout",
    "replay",
    "report_commission_failed",
    "report_payment_failed",
    "report_payout_returned",
    "run_timers",
    "send_payout",
    "served_on",
    "start_commission_payment",
    "start_payment",
    "waive",
    "write_off",
]
