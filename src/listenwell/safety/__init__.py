"""The screen on what comes in, the guard on what goes out, and the dialogue for danger."""
