"""How a person seems to feel."""
