"""Tests of `mila_core.disputes`."""
