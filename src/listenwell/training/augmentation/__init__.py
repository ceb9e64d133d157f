"""More training rows from those there are, and from a language model; each labelled as synthetic."""
