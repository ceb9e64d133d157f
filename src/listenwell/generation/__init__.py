"""What writes text: the seam, the embedded back end, and ranking."""
