"""Fits the guard's second look."""
