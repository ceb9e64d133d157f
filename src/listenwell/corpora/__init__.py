"""Public corpora and people's own files, read into conversations."""
