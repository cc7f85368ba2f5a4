"""Targets become bytes: one file per medium, one door per library."""
