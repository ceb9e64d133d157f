"""The parts of the crisis dialogue: what was heard, where the talk stands, what comes next."""
