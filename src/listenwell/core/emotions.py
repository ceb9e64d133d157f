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
