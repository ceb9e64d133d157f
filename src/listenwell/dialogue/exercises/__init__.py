"""Guided exercises: authored steps, and the pure functions that go through them with a person."""
