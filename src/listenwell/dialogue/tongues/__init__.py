"""Authored dialogues in other languages than English: plain words, and the pure functions that choose them."""
