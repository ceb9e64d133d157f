"""Danger told in Latin letters where the language has its own: pinyin, Arabizi, Russian, Japanese.

Only what is grave is written in the language's own letters, so that its rules and the learned part
read it; the rest of a message stays as it is.
"""

import re

from listenwell.safety.patterns import compiled, may_match

_WANT_AR = (
    r"(?:3[ae]*y[aei]?z[aeh]?|3aw[ae]?z[aeh]?|3ayz[aeh]?|aa?yez|b[aei]dd?[ie]|abgh[aiy]|abi|wdd?i|widd?i|"
    r"[uo]r[ie]+d|nefsi|nifsi)"
)
_WANT_RU = r"(?:[hx]|kh)[oa](?:ch|4)u"
_DIE_RU = r"(?:umere?t|umirat|sdo(?:h|kh|x)nut|pomeret)"
_LIVE_RU = r"(?:zh|j|g|z)[iy]t"
_ALSO_RU = r"(?: (?:prosto|tolko|bolshe|bolwe|uzhe|uje|tak|ochen|ya|dalshe)){0,2}"
_NOT_LAUGHING = r"'?(?! (?:ot|so) (?:sm|styd|schast|skuk|golod|zhar|voshi))"
_SOMEWHERE = r"'?(?! (?:v|vo|s|so|u|na|tut|zdes|tam|bez|odn\w+|vmeste|po|ryadom|kak)\b)"
_READ: tuple[tuple[str, tuple[str, ...], str], ...] = (
    # Each: a pattern, pieces of which one is in every match, how it is written.
    (r"\b(wo|xiang|si|bu|huo|zi|sha|yao|tiao|lou|qu|zhen|de|hao|zai|le)[1-5]\b", ("xiang3", "huo2", "sha1", "si3"), r"\1"),
    (r"(?<=[我好真只都想不])xiang(?=[死自跳])", ("xiang",), "想"),
    (r"(?<=[我好真只都])想(?:四|4|si|shi|嘶)(?=了|$|[^\w])", ("想四", "想4", "想s", "想嘶"), "想死"),
    (r"不想(?:h|huo)(?=了|$|[^\w])", ("不想h",), "不想活"),
    (r"\bwo ?(?:zhen ?de|hao|jiu|zhi|hen|yi ?zhi|dou|zhen)? ?xiang ?(?:qu ?)?si\b(?! ?(?:ni|ta|ni ?men|ta ?men|nin|jia|ma ?ma|mama)\b)",
     ("xiang",), "我想死"),
    (r"\b(?:hao|zhen|jiu|tian ?tian) xiang ?si\b(?! ?(?:ni|ta|ni ?men|jia|ma ?ma)\b)", ("xiang",), "好想死"),
    (r"\b(?:wo ?)?xiang ?(?:yao ?|qu ?|guo ?)*zi ?sha\b(?! ?hu)", ("xiang",), "我想自杀"),
    (r"\b(?:wo|yao|hui|jiu) (?:yao |hui |jiu |qu )?zi ?sha\b(?! ?hu)", ("zi sha", "zisha"), "我要自杀"),
    (r"\b(?:wo ?)?bu ?(?:xiang|yao) ?(?:zai ?)?huo(?:le)?\b(?! ?(?:zai|dong|dao|ji)\b)", ("huo",), "不想活"),
    (r"\bhuo ?bu ?xia ?qu\b", ("huo",), "活不下去"),
    (r"\bhuo ?zhe ?(?:mei|hao ?lei|tai ?lei|you ?shen ?me ?yi ?si)", ("huo",), "活着没"),
    (r"\bxiang ?(?:yao ?)?(?:cong \w+ )?tiao ?lou\b", ("tiao",), "想跳楼"),
    (r"\bxiang ?(?:yao ?)?(?:shang ?diao|ge ?wan)\b", ("xiang",), "想上吊"),
    (r"\b(?:jie ?shu|liao ?jie) ?(?:zi ?ji ?(?:de ?)?)?(?:sheng ?ming|yi ?sheng)\b", ("jie",), "结束生命"),
    (rf"\b(?:m[aei]sh|mo?sh|ma) {_WANT_AR} (?:enni )?a?3[aei]+sh\b", ("3",), "مش عايز اعيش"),
    (rf"\b{_WANT_AR} (?:enni |ene |bas |w )?a?m(?:oo+|ou|u|o)t\b(?! (?:mn|men|min) (?:el |al )?(?:d[ae]7k|dehk|gou3|goo3|far7))",
     ("oot", "out", "mut", "ot"), "عايز اموت"),
    (r"\b(?:amoo+t|amout|amawwet|amawet|mawwet|a2tel|aqtol|aqtul|2tol|ba2tel) (?:nafsi|nefsi|7ali|hali)\b",
     ("nafsi", "nefsi", "7ali", "hali"), "اقتل نفسي"),
    (r"\b(?:a|b|ba|7a|ha|ra7|h)?n?(?:antaher|anta7er|antahir|anta7ir|enta7er|ent7er|anti7er|ant7er)\b",
     ("antah", "anta7", "enta7", "ent7", "anti7", "ant7"), "انتحر"),
    (r"\b(?:el |al )?(?:int|ent)i(?:7|h)ar\b", ("ntihar", "nti7ar"), "الانتحار"),
    (r"\b(?:m[aei]sh|mo?sh) [2aq2]+adr?[aei]? (?:a?kamm?[ei]l|asta7mel|a3ish)\b", ("kam", "sta7mel", "a3ish"), "مش قادر اكمل"),
    (rf"\b(?:ne {_WANT_RU}{_ALSO_RU} {_LIVE_RU}|{_LIVE_RU}{_ALSO_RU} ne {_WANT_RU}){_SOMEWHERE}", ("ne ",), "не хочу жить"),
    (rf"\b{_WANT_RU}{_ALSO_RU} {_DIE_RU}\b{_NOT_LAUGHING}", ("chu", "4u"), "хочу умереть"),
    (r"\bpokonch\w{1,3} (?:s |so )?(?:sobo[yij]u?|soboyu|(?:zh|j)izn\w+|vsem)\b", ("pokonch",), "покончу с собой"),
    (r"\bseb(?:ya|ja|ia) (?:ubyu|ubju|ubit)\b'?", ("seb",), "убью себя"),
    (r"\b(?:ubit|ubyu|ubju|ubiyu|ubivat|ubu)'? seb(?:ya|ja|a|ia)\b", ("seb",), "убью себя"),
    (r"\b(?:povesh?us|povesitsya|povesit'?sa|povesitsja|povesitysya)\b'?", ("pove",), "повешусь"),
    (r"\bsamoubi\w+", ("samoubi",), "самоубийство"),
    (r"\b(?:vskro(?:yu|ju)|vskryt|vskrit|pererezhu|perejhu)'? (?:sebe )?ven[yi]\b", ("ven",), "вскрою вены"),
    (r"\bshini ?tai\b", ("shini",), "i want to die"),
    (r"\bjisatsu\b", ("jisatsu",), "suicide"),
    (r"\biki(?:te ?i)?takunai\b|\bikiru no (?:ga )?(?:tsukareta|yameta\w*)", ("iki",), "i dont want to live"),
    (r"\bju(?:g|kk?|gg)(?:g|k)?o ?(?:sip|shi?p)(?:da|eo|uh|eoyo|oyo)\b", ("ip",), "i want to die"),
)  # fmt: skip


def native(text: str) -> list[tuple[re.Pattern[str], str]]:
    """Return what is to be written in its own letters in a text of Latin ones: patterns, and their templates."""
    return [
        (compiled(source), written) for source, pieces, written in _READ if may_match(pieces, text)
    ]
