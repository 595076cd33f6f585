"""Tests of the documents about money."""
