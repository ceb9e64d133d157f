"""Measures of a model, and what a person reads before shipping one."""
