"""Training, export and model card of the embedded model."""
