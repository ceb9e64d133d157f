"""What one person chose to keep: encrypted at rest, and really gone when it is deleted."""
