"""Whole conversations: authored scenarios with what a fair reader demands, and simulated talks."""
