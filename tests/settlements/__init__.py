"""Settlements: tables, charges, the ledger, earnings."""
