"""The age gate of the terminal: asks once, keeps a band of ages, and never stands before help."""

from collections.abc import Callable, Iterator

from listenwell.safety.age import AGAIN, QUESTION, AgeBand, band_of, keep_band, kept_band, read_age


def asked_band(
    messages: Iterator[str],
    minimum: int,
    in_danger: Callable[[str], bool],
    say: Callable[[str], None],
) -> tuple[AgeBand | None, str | None]:
    """Return the person's band of ages, and a message that came instead of an age.

    Whoever is in danger is answered first: their message comes back and no age is asked for.

    Args:
        messages: What the person types.
        minimum: The age below which nobody is talked with.
        in_danger: Whether a message shows danger.
        say: Says an English text in the person's language.
    """
    kept = kept_band()
    if kept:
        return kept, None
    say(QUESTION)
    for text in messages:
        # "I'm 13 and I want to die" is a call for help before it is an age.
        if text.startswith(("/quit", "/exit", "/q")) or in_danger(text):
            return None, text
        age = read_age(text)
        if age is not None:
            band = band_of(age, minimum)
            keep_band(band)
            return band, None
        say(AGAIN)
    return None, None
