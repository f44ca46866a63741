"""Minimisers: closed forms, descents, stopping rules, rows of data."""
