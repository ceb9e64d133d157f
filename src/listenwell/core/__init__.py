"""Values, errors and places that everything else is built on; imports nothing of the project."""
