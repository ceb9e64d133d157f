"""A run while it goes on and when it is done: what its folder holds, on a page or in a terminal."""
