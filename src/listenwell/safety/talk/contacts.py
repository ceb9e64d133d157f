"""The seam to the directory of help lines: which country somebody is in, and what to tell them."""

import re

from listenwell.safety.talk.words import Words

_COUNTRIES = {
    "US": r"us|usa|u\.s\.a?\.?|united states|america|the states|estados unidos|eeuu|états[- ]unis|eua",
    "CA": r"canada|canadá|kanada",
    "GB": r"uk|u\.k\.|united kingdom|england|scotland|wales|britain|northern ireland|london|reino unido",
    "IE": r"ireland|irlanda|irland",
    "AU": r"australia",
    "NZ": r"new zealand|nz|aotearoa",
    "IN": r"india|inde|indien|bharat|भारत|इंडिया",
    "DE": r"germany|deutschland|alemania|allemagne|alemanha",
    "AT": r"austria|österreich",
    "CH": r"switzerland|schweiz|suisse|suiza",
    "FR": r"france|francia|frankreich|frança",
    "BE": r"belgium|belgique|belgien",
    "ES": r"spain|españa|espagne|spanien|espanha",
    "PT": r"portugal",
    "IT": r"italy|italia",
    "NL": r"netherlands|holland",
    "BR": r"brazil|brasil|brésil",
    "MX": r"mexico|méxico",
    "AR": r"argentina",
    "CO": r"colombia",
    "CL": r"chile",
    "ZA": r"south africa",
    "JP": r"japan",
    "NG": r"nigeria",
    "KE": r"kenya",
    "PH": r"philippines",
    "PK": r"pakistan",
}
_NAMED = {code: re.compile(rf"(?<!\w)({names})(?!\w)") for code, names in _COUNTRIES.items()}
_PLACED = re.compile(
    r"\b(i'?m|i am|live|living|here) (in|from) |\bvivo en |\bestoy en |\bj'habite |\bje suis (en|au) |"
    r"\bich (bin|lebe|wohne) in |\bmoro n|\bestou n|\bem "
)
_EMERGENCY = {
    "US": "911", "CA": "911", "MX": "911", "GB": "999", "IE": "112", "IN": "112", "ZA": "112",
    "AU": "000", "NZ": "111",
    **dict.fromkeys(("DE", "AT", "CH", "FR", "BE", "ES", "PT", "IT", "NL"), "112"),
}  # fmt: skip


def country_in(text: str, *, asked: bool) -> str | None:
    """Return the country that somebody says they are in.

    Args:
        text: What they wrote.
        asked: Whether they were asked for it just before; else only "I'm in …" counts.
    """
    plain = text.casefold()
    if not asked and not any(names.fullmatch(plain) for names in _NAMED.values()):
        placed = _PLACED.search(plain)
        if placed is None:
            return None
        plain = plain[placed.end() : placed.end() + 20]
    return next((code for code, names in _NAMED.items() if names.search(plain)), None)


def line(country: str | None, need: str, words: Words) -> str:
    """Return a sentence with a line for a need, and a way to write instead of calling."""
    said = words.contacts
    for name in (f"{need}_{country or 'nowhere'}", country or "nowhere"):
        if name in said:
            return said[name]
    return said["elsewhere"]


def emergency(country: str | None, words: Words) -> str:
    """Return the emergency number, as it stands in a sentence."""
    number = _EMERGENCY.get(country or "")
    return words.contacts["number"].format(number) if number else words.contacts["emergency"]
