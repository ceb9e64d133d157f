"""The 32 emotion labels of EmpatheticDialogues, and which of them feel good or bad."""

# In the order of Rashkin et al. 2019 (https://arxiv.org/abs/1811.00207) sorted by name; the
# embedded model's output head follows this order, so it is never rearranged.
EMOTIONS: tuple[str, ...] = (
    "afraid", "angry", "annoyed", "anticipating", "anxious", "apprehensive", "ashamed",
    "caring", "confident", "content", "devastated", "disappointed", "disgusted", "embarrassed",
    "excited", "faithful", "furious", "grateful", "guilty", "hopeful", "impressed", "jealous",
    "joyful", "lonely", "nostalgic", "prepared", "proud", "sad", "sentimental", "surprised",
    "terrified", "trusting",
)  # fmt: skip

PLEASANT: frozenset[str] = frozenset({
    "confident", "content", "excited", "faithful", "grateful", "hopeful", "impressed", "joyful",
    "prepared", "proud", "trusting",
})  # fmt: skip

PAINFUL: frozenset[str] = frozenset({
    "afraid", "angry", "annoyed", "anxious", "apprehensive", "ashamed", "devastated",
    "disappointed", "disgusted", "embarrassed", "furious", "guilty", "jealous", "lonely", "sad",
    "terrified",
})  # fmt: skip

# How strong a feeling each label names, from 0 (mild) to 1 (overwhelming). Written for this project:
# several labels are one feeling at two strengths ("annoyed", "furious"), which this spells out.
INTENSITY: dict[str, float] = {
    "afraid": 0.7, "angry": 0.7, "annoyed": 0.4, "anticipating": 0.4, "anxious": 0.6,
    "apprehensive": 0.4, "ashamed": 0.6, "caring": 0.4, "confident": 0.4, "content": 0.3,
    "devastated": 1.0, "disappointed": 0.5, "disgusted": 0.6, "embarrassed": 0.5, "excited": 0.7,
    "faithful": 0.3, "furious": 0.9, "grateful": 0.5, "guilty": 0.6, "hopeful": 0.4,
    "impressed": 0.4, "jealous": 0.5, "joyful": 0.7, "lonely": 0.6, "nostalgic": 0.3,
    "prepared": 0.3, "proud": 0.6, "sad": 0.6, "sentimental": 0.4, "surprised": 0.5,
    "terrified": 1.0, "trusting": 0.3,
}  # fmt: skip
