"""The web page and the HTTP interfaces; knows the engine, and keeps nothing that is said."""
