"""Hindi in Latin letters, as people type it: Devanagari spelled out by rule, without silent vowels."""

import re

WRITTEN_AS = {"hi-Latn": "hi"}
"""Ways of writing that share a language's words: Hindi in Latin letters is spelled by rule."""
_CONSONANTS = dict(zip(
    ["क", "ख", "ग", "घ", "ङ", "च", "छ", "ज", "झ", "ञ", "ट", "ठ", "ड", "ढ", "ण", "त", "थ", "द", "ध", "न", "प", "फ", "ब", "भ", "म", "य", "र", "ल", "व", "श", "ष", "स", "ह"],
    ["k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n", "t", "th", "d", "dh", "n", "p", "ph", "b", "bh", "m", "y", "r", "l", "v", "sh", "sh", "s", "h"],
    strict=True,
))  # fmt: skip
_DOTTED = {"क़": "q", "ख़": "kh", "ग़": "g", "ज़": "z", "ड़": "d", "ढ़": "dh", "फ़": "f"}
_VOWELS = dict(zip(["अ", "आ", "इ", "ई", "उ", "ऊ", "ए", "ऐ", "ओ", "औ", "ऋ", "ऑ"], ["a", "aa", "i", "ee", "u", "oo", "e", "ai", "o", "au", "ri", "o"], strict=True))  # fmt: skip
_SIGNS = dict(zip(["ा", "ि", "ी", "ु", "ू", "े", "ै", "ो", "ौ", "ृ", "ॉ"], ["aa", "i", "ee", "u", "oo", "e", "ai", "o", "au", "ri", "o"], strict=True))  # fmt: skip
_SILENT = "A"
"""A vowel that a consonant carries by itself; spoken or not."""
_LETTER = r"(?:chh|[kgcjtdpbs]h|[b-df-hj-np-tv-z])"
_SPOKEN = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        # A vowel that is carried at the end is silent, but behind "mitr" and "satya".
        (rf"(?<![bcdfghjklmnpqstvz][yrv]){_SILENT}$", ""),
        # So is one between two syllables that have vowels.
        (rf"(?<=[aeiou{_SILENT}])({_LETTER}n?){_SILENT}(?={_LETTER}[aeiou{_SILENT}])", r"\1"),
        (_SILENT, "a"),
        (r"chchh", "cch"), (r"ie", "iye"), (r"aa?e", "aye"), (r"n(?=[bp])", "m"), (r"v(?=aa)", "w"),
    )
)  # fmt: skip
_DEVANAGARI = re.compile(r"[\u0900-\u0963\u0970-\u097f]+")
# How people spell the commonest words, whatever the rules say.
_USUAL = {
    "का": "ka", "या": "ya", "सी": "si", "कुछ": "kuch", "पहले": "pehle", "कहीं": "kahin", "कहना": "kehna",
    "कहने": "kehne", "रहना": "rehna", "ना": "na", "न": "na", "सा": "sa", "सुबहें": "subahen", "वजहें": "wajahen", "महसूस": "mehsoos", "शब्द": "shabd", "अपराधबोध": "aparadhbodh",
    "मैं": "main", "में": "mein", "हूँ": "hoon", "है": "hai", "हैं": "hain", "नहीं": "nahi", "यह": "yeh",
    "वह": "woh", "और": "aur", "पर": "par", "कि": "ki", "की": "ki", "भी": "bhi", "ही": "hi", "जी": "ji",
    "एआई": "AI", "क्या": "kya", "यहाँ": "yahan", "वहाँ": "wahan", "कहाँ": "kahan", "जहाँ": "jahan",
    "हाँ": "haan", "माँ": "maa", "बहुत": "bahut", "कोई": "koi", "थोड़ी": "thodi", "थोड़ा": "thoda",
    "किसी": "kisi", "उसी": "usi", "वही": "wahi", "यही": "yahi", "यहीं": "yahin", "वहीं": "wahin", "ऐसी": "aisi",
    "ऐसा": "aisa", "ऐसे": "aise", "कैसा": "kaisa", "कैसे": "kaise", "कैसी": "kaisi", "लिए": "liye", "चाहिए": "chahiye",
    "आपकी": "aapki", "आपका": "aapka", "आपके": "aapke", "मेरी": "meri", "अपनी": "apni", "सकती": "sakti",
    "रही": "rahi", "गई": "gayi", "हुई": "hui", "हुआ": "hua", "ज़्यादा": "zyada", "ज़रूरी": "zaroori", "ज़रूरत": "zaroorat",
    "इंसान": "insaan", "शुक्रिया": "shukriya", "हिंदी": "Hindi", "अंग्रेज़ी": "English", "देवनागरी": "Devanagari",
    "सॉफ़्टवेयर": "software", "प्रोग्राम": "program", "डॉक्टर": "doctor", "थेरेपिस्ट": "therapist", "मॉडल": "model",
    "अलार्म": "alarm", "मिनट": "minute", "होमवर्क": "homework", "गुस्सा": "gussa", "ग़ुस्सा": "gussa", "जल्दी": "jaldi",
    "मशीन": "machine", "फ़ाइल": "file", "टेक्स्ट": "text", "हेल्पलाइन": "helpline", "पासवर्ड": "password", "देश": "desh",
    "एन्क्रिप्टेड": "encrypted", "क़दम": "kadam", "मार्च": "March", "अप्रैल": "April", "मई": "May", "जून": "June", "नव॰": "Nov.",
    "जन॰": "Jan.", "फ़र॰": "Feb.", "जुल॰": "July", "अग॰": "Aug.", "सित॰": "Sept.", "अक्तू॰": "Oct.", "दिस॰": "Dec.",
    "पड़ेगा": "padega", "ठीक": "theek", "तरीक़ा": "tareeka", "चीज़": "cheez", "बात": "baat", "रेखांकित": "underline",
    "सेकंड": "second", "स्क्रीन": "screen", "मैसेज": "message", "कैमरे": "camera", "नंबर": "number",
    "क़दमों": "kadmon", "शुरू": "shuru", "ढूँढना": "dhoondhna", "छह": "chhe", "पहली": "pehli", "आए": "aaye", "ख़याल": "khayal", "बदलने": "badalne",
    "कॉल": "call", "फ़ोन": "phone", "लाइन": "line", "लाइनें": "lines", "पुलिस": "police", "एम्बुलेंस": "ambulance", "स्पीकर": "speaker",
    "नर्स": "nurse", "टीचर": "teacher", "स्कूल": "school", "हेल्पलाइनें": "helplines", "हेल्पलाइनों": "helplines",
    "इमरजेंसी": "emergency", "चैट": "chat", "बैलेंस": "balance", "काउंटर": "counter", "काउंसलर": "counsellor", "कॉपी": "copy",
    "ब्लेड": "blade", "स्टेशन": "station", "होटल": "hotel", "बिल्डिंग": "building", "रिकॉर्डिंग": "recording", "गारंटी": "guarantee",
    "पार्सल": "parcel", "ब्राउज़र": "browser", "चार्जर": "charger", "रिपोर्ट": "report", "बोतल": "bottle", "अमेरिका": "America",
    "कनाडा": "Canada", "भारत": "Bharat", "मैंने": "maine", "रह": "reh", "रहने": "rehne", "रहते": "rehte", "रहता": "rehta",
    "रहती": "rehti", "कह": "keh", "कहते": "kehte", "कहता": "kehta", "कहकर": "kehkar", "पहला": "pehla", "ली": "li", "डॉक्टरी": "doctori",
    "ख़त्म": "khatam", "ज़्यादातर": "zyadatar", "इंतज़ार": "intezaar", "सही": "sahi", "ज़बरदस्ती": "zabardasti", "मददगार": "madadgaar", "प्रिंसिपल": "principal",
}  # fmt: skip


def romanised(text: str, *, begins: bool = True) -> str:
    """Return a Hindi text in Latin letters.

    Args:
        text: The text; what is in other letters stays.
        begins: Whether it begins a sentence, and gets a capital.

    Example:
        >>> romanised("मैं यहीं हूँ, आराम से।")
        'Main yahin hoon, aaraam se.'
    """
    spelled = _DEVANAGARI.sub(lambda word: _USUAL.get(word[0]) or _spelled(word[0]), text)
    spelled = spelled.replace("।", ".")
    start = r"(^|[.?!]»? |\n)(\w)" if begins else r"([.?!]»? |\n)(\w)"
    return re.sub(start, lambda m: m[1] + m[2].upper(), spelled)


def _spelled(word: str) -> str:
    found = _sounds(word)
    for pattern, plain in _SPOKEN:
        found = pattern.sub(plain, found)
    return re.sub(r"ee$", "i", re.sub(r"aa$", "a", found)) if len(found) > 3 else found


def _sounds(word: str) -> str:
    sounds: list[str] = []
    bare = False  # whether the last sound is a consonant that carries its own vowel
    for letter in _letters(word):
        if letter in _SIGNS or letter == "्":
            sounds.append(_SIGNS.get(letter, ""))
            bare = False
            continue
        if bare:
            sounds.append(_SILENT)
            bare = False
        consonant = _DOTTED.get(letter) or _CONSONANTS.get(letter)
        bare = consonant is not None
        sounds.append(consonant or _VOWELS.get(letter, "n" if letter in "ंँ" else ""))
    return "".join(sounds) + (_SILENT if bare else "")


def _letters(word: str) -> list[str]:
    """Return the letters, a dot below with the one that it changes."""
    return re.findall(r".\u093c?", word)
