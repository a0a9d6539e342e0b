"""Tests of the metrics engine."""
