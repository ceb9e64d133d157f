"""Training of the screen's learned part."""
