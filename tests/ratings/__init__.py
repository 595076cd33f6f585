"""Tests of `mila_core.ratings`."""
