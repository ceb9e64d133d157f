"""The small model that ships with the package: its files, its word pieces, its session."""
