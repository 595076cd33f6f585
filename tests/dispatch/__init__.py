"""Tests of `mila_core.dispatch`."""
