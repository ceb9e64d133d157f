"""Undo the ways people disguise words, on purpose or not, and remember where each letter stood."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import methodcaller

from listenwell.safety import gaps, romanised, slips
from listenwell.safety.data import disguises

# Cyrillic and Greek letters that look Latin, mapped only inside otherwise Latin words.
_LOOKALIKES = dict(zip("аеорсухіѕԁкοαεικбвнтмгпѵԝ", "aeopcyxisdkoaeikbvhtmrnvw", strict=True))
_TO_CYRILLIC = dict(zip("aeopcyxkmtbnh", "аеорсухкмтвпн", strict=True))
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))
_LEET = str.maketrans("013457@$!¡|€¢", "oieastasiilec")
_QUOTES = dict.fromkeys("’‘`´ʼ′＇", "'") | dict.fromkeys("“”„«»‹›「」『』＂", '"')
_EMOJI: Mapping[str, str] = disguises()["pictures"]
"""What stands for a word in a message about danger; other pictures are read as a space."""

# Text speech and slips of the keyboard, told apart from words that mean something else.
_SHORT = {
    written: read for read, every in disguises()["short"].items() for written in every.split(", ")
}

_MIXED = re.compile(r"\b(?=\w{0,20}[a-z])(?=\w{0,20}[а-яіѕԁѵԝα-ω])\w{2,24}\b")
_BETWEEN = r"[ .\-_*/!+|·]"
_SPACED = re.compile(rf"(?<!\w)[a-z](?:{_BETWEEN}{{1,3}}[a-z](?!\w)){{2,80}}")
_GAP = re.compile(rf"{_BETWEEN}+")
_WIDE_GAP = re.compile(rf"{_BETWEEN}{{2,}}")
_LEET_WORD = re.compile(
    r"(?<![\w@$!|])(?=[\w@$!¡|€¢]{0,20}[a-z])(?=[\w@$|]{0,20}[013457@$|€!¡¢][\w@$|]|[013457@$|])"
    r"[\w@$!¡|€¢]{3,24}(?![\w@$|])"
)
_LEFT_ALONE = re.compile(r"\d+[a-z]{1,3}|[a-z']+[!|]+|[a-z]{1,2}\d+|\d+x\d+|[a-z]+\d{2,4}")
_SPOKEN = re.compile(
    r"(?<! a)(?<! an)(?<!the)(?<! no)(?<!one) (?:full stop|new (?:paragraph|line)|(?:question|exclamation) (?:mark|point))\b\.?"
)
"""Points that were dictated."""
_WONT = re.compile(r"\bwont to (?:dye?|diy)\b|(?<=to )dy\b")
"""Who writes "wont" for "want" may write "dye" for "die"."""
_WANT = re.compile(r"\bwont(?= to [a-z])")
_AHM = re.compile(r"\bahm\b(?! (?:nee|nein|ja|also|und|ich|was|wie)\b)")
"""Scots; in German it is a pause."""
_TO = re.compile(r"(?<=[a-z])2(?=(?:die|kill|end|b|be|live|go|hurt|cut)\b)")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_JOINED = re.compile(r"(?<=[a-z])[\-_.*](?=[a-z]{1,9}\b)")
_SPACE = re.compile(r"[\s,،:\"()\[\]{}*_~\-–—/…<>|]+")
_AGAIN = re.compile(r"\b(\w{2,20}) (?:\1 ){2,}")
_SHORT_WORD = re.compile(r"\b(?:" + "|".join(map(re.escape, _SHORT)) + r")\b")
# How a run of single letters without gaps between the words is cut into words again.
_WORDS = re.compile(
    r"suicid(?:e|al)|killing|kill|myself|my|self|wanna|want|to|die|dead|dying|ending|end|it|life|"
    r"cutting|cut|again|hang|hurt|tonight|today|is|all|see|dont|not|live|alive|anymore|be|me|help|"
    r"please|pills|jump|going|gonna|i|a|am|no|the|of|and"
)
# Letters in boxes and discs; Unicode's compatibility forms know only those with dark letters.
_BOXED = {chr(first + n): chr(ord("a") + n) for first in (0x1F150, 0x1F170) for n in range(26)}
_TURNED = dict(zip("ɐqɔpǝɟƃɓɥᴉıɾʞlןɯuodbɹsʇnʌʍxʎz", "abcdefgghiijkllmnopqrstuvwxyz", strict=True))
"""Letters upside down; those that look like others count only beside one that does not."""
_UPSIDE_DOWN = re.compile(r"[ɐɔǝɟƃɓɥᴉɾʞןɯɹʇʌʍʎ]")
_ARABIC = {"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": ""}
_OTHER = {"ё": "е", "ँ": "ं", "़": "", "ß": "ss", "ı": "i", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe"}
_SIMPLIFIED = str.maketrans(
    "丟並併來係俬個們備傢債傷儘兒內兩凍別剛劃劇勁動務厭員唸喫單嗎噹國團場壓夠妳姦媽嬭孃學寧寫寵寶將對屜師帶幹幾廁廣弔強彆彔後從悶愛慮應戰戲捄捨掛"
    "掽搖搶摃摺撐擔擾攢攷敵斷時暈曬書會朢朮東條業榦槍樂樓樣橋機檯櫃欄歲歸殘殺毆毬氣決沒沖準滿潑潔澆瀉為無煙熱燒燙爺牆牠現甯畢畫當發盡監睏碼秖箇節"
    "糰紀紅紙結絕給經維緊線練總繩繫繼續纍纔罵義習翫聞聲職聽肐脈脣脫腦膠膩臟臺舉荳菸葯藥蘤處號虧蝦術衕衝裡製褲褻見視覺計訊託記訣許詞詩話該認語說誰"
    "課論講謝識護變讓貓負貪買費賬賽贅踫蹤車軌較輕輩輪轉辦農迴這進遊過遞遠遺還邊鄰醫針銀錄錢錶鍼鎖鎗鐵鑵長門開間閨闆關陽隊隨險隻離難電靈靜頂項預頓"
    "頭頻顆題願顧風颱飯飲餘馬騙騷髒體髮鬆鯊麵麼點黨齣著於連裏尋嚇慘誤擊爛鑰錯親餓佢冇唔嘅喺咗嚟俾畀瞓哋睇亂佈佔侶侷倆倉倖偽傚傳優兇凈刪剋劑勞勸區"
    "卻厲問啞啟喪嗆噁噠嚥嚨嚮嚴圍園圖堅報塊塗壞奪婦媿嬰嬸實審專導尒尟屍層崗幙幫廚廢廳張彎復徹恥惡惷態慶慼憊憑懷懸懼戀戶拋拚捱揚換揹搆搤摳撥撫擇擋"
    "擠擬攔攝攤攩敗數暫曉曏桿棄棗棟構檔檢櫻權歐歡殭況洩淨淩減測溫滾潰濃瀏灣煩燈營爭爾牓狀猶獃獨獸產瘋癈癥癲盪瞞矯確礙祕禍禮種稱積穩筆簡簽籤約級細"
    "終組綁綠網緒緣編緩緻縫績繙繞罰聯聰聾脅脩腫腳膚膿臉臝臥與興萬蓋蕩藍蘋虛衛補裝複規覽討訓設訴診註証評詢試誌誒調談請諒諮諾謂謊謠證讀責貸資賓質賭"
    "趕蹧軍軟輔輛辭迻週違適遲遶選醜醣釋鈅鋒鍾鐘閉閤闇闖陣陸隱雞韆響順須領額類顯餃餅養館餬餵驗驚鬚魚魷鮮鹽麥黃齊齒",
    "丢并并来是私个们备家债伤尽儿内两冻别刚划剧劲动务厌员念吃单吗当国团场压够你奸妈奶娘学宁写宠宝将对屉师带干几厕广吊强别录后从闷爱虑应战戏救舍挂"
    "碰摇抢扛折撑担扰攒考敌断时晕晒书会望术东条业干枪乐楼样桥机台柜栏岁归残杀殴球气决没冲准满泼洁浇泻为无烟热烧烫爷墙它现宁毕画当发尽监困码只个节"
    "团纪红纸结绝给经维紧线练总绳系继续累才骂义习玩闻声职听胳脉唇脱脑胶腻脏台举豆烟药药花处号亏虾术同冲里制裤亵见视觉计讯托记诀许词诗话该认语说谁"
    "课论讲谢识护变让猫负贪买费账赛赘碰踪车轨较轻辈轮转办农回这进游过递远遗还边邻医针银录钱表针锁枪铁罐长门开间闺板关阳队随险只离难电灵静顶项预顿"
    "头频颗题愿顾风台饭饮余马骗骚脏体发松鲨面么点党出着于连里寻吓惨误击烂钥错亲饿他没不的在了来给给睡们看乱布占侣局俩仓幸伪效传优凶净删克剂劳劝区"
    "却厉问哑启丧呛恶哒咽咙向严围园图坚报块涂坏夺妇愧婴婶实审专导尔鲜尸层岗幕帮厨废厅张弯复彻耻恶蠢态庆戚惫凭怀悬惧恋户抛拼挨扬换背构扼抠拨抚择挡"
    "挤拟拦摄摊挡败数暂晓向杆弃枣栋构档检樱权欧欢僵况泄净凌减测温滚溃浓浏湾烦灯营争尔榜状犹呆独兽产疯废症癫荡瞒矫确碍秘祸礼种称积稳笔简签签约级细"
    "终组绑绿网绪缘编缓致缝绩翻绕罚联聪聋胁修肿脚肤脓脸裸卧与兴万盖荡蓝苹虚卫补装复规览讨训设诉诊注证评询试志诶调谈请谅咨诺谓谎谣证读责贷资宾质赌"
    "赶糟军软辅辆辞移周违适迟绕选丑糖释钥锋钟钟闭合暗闯阵陆隐鸡千响顺须领额类显饺饼养馆糊喂验惊须鱼鱿鲜盐麦黄齐齿",
)
"""Signs of traditional Chinese and of Cantonese, and the simplified ones that rules are written in."""
_CANTONESE = {
    "而家": "现在", "依家": "现在", "屋企": "家里", "啱啱": "刚刚", "琴晚": "昨晚", "尋晚": "昨晚", "聽日": "明天",
    "阿媽": "妈妈", "阿妈": "妈妈", "老豆": "爸爸", "阿爸": "爸爸", "斬死": "砍死", "點算": "咋办",
}  # fmt: skip
"""Words of Cantonese, and others of the same length."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in the plain form that the rules are written for.

    Attributes:
        text: Lower case, without accents, disguises, apostrophes or double spaces.
        origin: For each letter of `text` and for its end, where it stood in the original.
        original: What was given.
        disguised: Whether other letters, gaps or pictures stood for words.
    """

    text: str
    origin: Sequence[int]
    original: str
    disguised: bool = False

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where some letters of `text` stood in the original."""
        first, last = self.origin[start], self.origin[end]
        return first, first + len(self.original[first:last].rstrip())


def normalise(text: str) -> str:
    """Return a text in its plain form.

    Example:
        >>> normalise("K1LL  myse\u200blf")
        'kill myself'
    """
    return plain(text).text


def plain(text: str) -> Plain:
    """Return a text in its plain form, with the way back; time grows with its length only."""
    turned = not text.isascii() and _upside_down(text)
    letters, origin = _turned(text) if turned else _letters(text)
    now = _Tracked(letters, origin)
    disguised = turned or (not text.isascii() and any(map(_stands_for_another, set(text))))
    if not now.text.isascii():
        disguised |= now.replace(_MIXED, _one_script)
    now.replace(_APOSTROPHE, lambda m: "")
    now.replace(_SPOKEN, lambda m: ".")
    disguised |= now.rewrite(gaps.torn(now.text))
    disguised |= now.replace(_SPACED, _unspaced)
    for pattern, written in romanised.native(now.text):
        disguised |= now.replace(pattern, methodcaller("expand", written))
    now.replace(_TO, lambda m: " to ")
    disguised |= now.replace(_LEET_WORD, _unleet)
    now.replace(_STRETCHED, lambda m: m[1])
    now.replace(_SHORT_WORD, lambda m: _SHORT[m[0]])
    disguised |= now.replace(slips.SPELT, slips.mended)
    disguised |= now.replace(_WONT, lambda m: "want to die" if m[0][0] == "w" else "die")
    now.replace(_WANT, lambda m: "want")
    now.replace(_AHM, lambda m: "im")
    # What parts words is a space; a new line ends a sentence.
    now.replace(_SPACE, lambda m: ". " if "\n" in m[0] else " ")
    now.replace(_AGAIN, lambda m: f"{m[1]} {m[1]} ")
    return Plain(now.text, now.origin, text, disguised)


def in_simplified(text: str) -> str:
    """Return a text with traditional and Cantonese signs written as simplified ones, letter for letter."""
    if text.isascii():
        return text
    for word, other in _CANTONESE.items():
        text = text.replace(word, other)
    return text.translate(_SIMPLIFIED)


def simplified(text: Plain) -> Plain:
    """Return a plain text in simplified signs; each letter stands where it stood."""
    return text if text.text.isascii() else replace(text, text=in_simplified(text.text))


class _Tracked:
    """A text under replacements, with the origin of each letter."""

    def __init__(self, text: str, origin: list[int]) -> None:
        self.text, self.origin = text, origin

    def replace(self, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> bool:
        """Write every match anew; return whether anything changed."""
        anew = ((match.start(), match.end(), new(match)) for match in pattern.finditer(self.text))
        return self.rewrite(
            (start, end, written) for start, end, written in anew if written != self.text[start:end]
        )

    def rewrite(self, parts: Iterable[tuple[int, int, str]]) -> bool:
        """Write parts anew, given in order; return whether there were any."""
        pieces: list[str] = []
        origin: list[int] = []
        last = 0
        for start, end, written in parts:
            pieces += (self.text[last:start], written)
            origin += self.origin[last:start]
            origin += _spread(self.origin, start, end, len(written))
            last = end
        if last:
            self.text = "".join((*pieces, self.text[last:]))
            self.origin = origin + self.origin[last:]
        return last > 0


def _spread(origin: list[int], start: int, end: int, length: int) -> list[int]:
    """Return origins for a replacement: its letters lie over those that it replaces."""
    old = end - start
    return [origin[start + min(i * old // max(length, 1), old - 1)] for i in range(length)]


def _letters(text: str) -> tuple[str, list[int]]:
    if text.isascii():
        return _low(text), list(range(len(text) + 1))
    pieces: list[str] = []
    origin: list[int] = []
    for index, (letter, before) in enumerate(zip(text, " " + text, strict=False)):
        # A capital i in the middle of a small word stands for an l.
        stands_for_l = letter == "I" and (before.islower() or text[index - 2 : index - 1].islower())
        new = "l" if stands_for_l and before != " " else _letter(letter)
        pieces.append(new)
        origin += [index] * len(new)
    return "".join(pieces), [*origin, len(text)]


def _turned(text: str) -> tuple[str, list[int]]:
    """Return a text that stands upside down; where each letter stood is not told apart."""
    letters = "".join(_TURNED.get(letter, letter) for letter in reversed(text.lower()))
    return letters, [0] * len(letters) + [len(text)]


def _upside_down(text: str) -> bool:
    return len(set(_UPSIDE_DOWN.findall(text))) > 1


def _low(text: str) -> str:
    text = re.sub(r"(?<=[a-z])I+(?=[a-z]|\b)", lambda m: "l" * len(m[0]), text)
    return re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", " ", text.lower().replace("`", "'"))


@lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    """Return the plain form of one letter, which may be nothing, or a word."""
    for table in (_QUOTES, _ARABIC, _OTHER, _SMALL_CAPITALS, _BOXED):
        if letter in table:
            return table[letter]
    if letter in _EMOJI:
        return f" {_EMOJI[letter]} "
    kind = unicodedata.category(letter)
    if kind in {"Cf", "Cc", "Cs"}:
        return letter if letter in "\n\t" else ""
    if kind == "So" and not unicodedata.normalize("NFKC", letter).isalnum():
        return " "
    return _folded(letter)


@lru_cache(maxsize=4096)
def _stands_for_another(letter: str) -> bool:
    """Whether a sign stands for a word, or for a letter of the Latin alphabet in another dress."""
    if letter in _EMOJI or letter in _BOXED or letter in _SMALL_CAPITALS:
        return True
    if letter.isascii() or unicodedata.combining(letter):
        return False
    plainer = unicodedata.normalize("NFKC", letter)
    return plainer != letter and plainer.isascii() and plainer.isalpha()


def _folded(letter: str) -> str:
    """Return a letter in lower case; accents of Latin, Greek, Cyrillic and Arabic are dropped."""
    parts = unicodedata.normalize("NFKD", letter)
    if any(unicodedata.name(part, "").startswith("DEVANAGARI") for part in parts):
        return parts.replace("़", "")
    kept = "".join(part for part in parts if not unicodedata.combining(part))
    if letter == "й" or letter == "Й":
        return "й"
    return _OTHER.get(kept.casefold(), kept.casefold())


def _one_script(match: re.Match[str]) -> str:
    """Write a word of mixed scripts in one: in Cyrillic where a letter has no Latin look-alike."""
    word = match[0]
    if any("а" <= letter <= "я" and letter not in _LOOKALIKES for letter in word):
        return "".join(_TO_CYRILLIC.get(letter, letter) for letter in word)
    return "".join(_LOOKALIKES.get(letter, letter) for letter in word)


def _unspaced(match: re.Match[str]) -> str:
    """Join single letters: wider or other gaps part words, as in "d i e  n o w"; else words do."""
    gaps = _GAP.findall(match[0])
    if len({len(gap) for gap in gaps}) > 1:
        return " ".join(_GAP.sub("", word) for word in _WIDE_GAP.split(match[0]))
    if len(set(gaps)) > 1 and " " in gaps:
        return " ".join(_GAP.sub("", word) for word in match[0].split(" "))
    joined = _GAP.sub("", match[0])
    known: list[str] = _WORDS.findall(joined)
    return " ".join(known) if "".join(known) == joined else joined


def _unleet(match: re.Match[str]) -> str:
    word = match[0]
    # "20mg", "3pm", "covid19" and "!" at the end of a word are what they are.
    if _LEFT_ALONE.fullmatch(word) or word in _SHORT:
        return word
    # Spanish exclamations begin with "¡".
    start, bare = len(word) - len(word.lstrip("¡")), word.strip("¡").rstrip("!|")
    return word[:start] + bare.translate(_LEET) + word[start + len(bare) :]
