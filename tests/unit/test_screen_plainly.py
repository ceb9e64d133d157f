"""What is said plainly is heard: what somebody means to do, times what would kill them, in eleven languages."""

from itertools import product
from pathlib import Path

import pytest
import yaml

from listenwell.core.types import RiskLevel
from listenwell.safety.learned import LearnedJudge
from listenwell.safety.screen import RuleScreen

WHOLE = RuleScreen(LearnedJudge())
MOSTLY = 0.9
"""The share of sayings that is to be high; the rest is asked after."""

MEANT: dict[str, tuple[str, str]] = {
    "en": (
        "i want to {}|i wanna {}|im going to {}|i'm gonna {}|im planning to {}|i will {}|ive decided to {}|i need to {}|"
        "i intend to {}|i might {}|i just want to {}|i really want to {}|i want so badly to {}|i think i should {}",
        "kill myself|end my life|take my own life|hang myself|shoot myself|slit my wrists|jump off the bridge|drown myself|"
        "jump in front of a train|throw myself off the roof|put a bullet in my head|bleed out in the bath|suffocate myself",
    ),
    "es": (
        "quiero {}|voy a {}|estoy pensando en {}|he decidido {}|tengo ganas de {}|necesito {}|solo quiero {}|planeo {}|"
        "no dejo de pensar en {}",
        "matarme|suicidarme|quitarme la vida|acabar con mi vida|ahorcarme|pegarme un tiro|cortarme las venas|"
        "tirarme del puente|tirarme a las vías|tomarme todas las pastillas|dispararme|envenenarme|lanzarme desde la azotea",
    ),
    "fr": (
        "je veux {}|je vais {}|je pense à {}|j'ai décidé de {}|je compte {}|je suis sur le point de {}|je songe à {}",
        "me tuer|me suicider|mettre fin à mes jours|me pendre|me tirer une balle|me jeter du pont|me jeter sous un train|"
        "sauter du toit|avaler tous mes cachets|me noyer|me taillader les veines",
    ),
    "de": (
        "ich will {}|ich werde {}|ich möchte {}|ich sollte {}|heute abend werde ich {}",
        "mich umbringen|mir das leben nehmen|mich erhängen|mich erschießen|von der brücke springen|vor den zug springen|"
        "mich vor den zug werfen|aus dem fenster springen|alle tabletten nehmen|mich ertränken|allem ein ende setzen",
    ),
    "pt": (
        "quero {}|vou {}|estou pensando em {}|decidi {}|tenho vontade de {}|só quero {}|pretendo {}|acho que vou {}",
        "me matar|tirar minha vida|acabar com a minha vida|me enforcar|me dar um tiro|cortar os pulsos|pular da ponte|"
        "me jogar da janela|tomar todos os remédios|me afogar|beber água sanitária",
    ),
    "it": (
        "voglio {}|vorrei {}|sto per {}|sto pensando di {}|ho deciso di {}|ho intenzione di {}",
        "uccidermi|togliermi la vita|impiccarmi|spararmi|tagliarmi le vene|buttarmi dal ponte|buttarmi sotto un treno|"
        "saltare dal tetto|prendere tutte le pastiglie|annegarmi|lanciarmi dal balcone",
    ),
    "ru": (
        "я хочу {}|хочется {}|я собираюсь {}|я решила {}|мечтаю {}|я планирую {}",
        "убить себя|повеситься|застрелиться|вскрыть вены|прыгнуть с моста|броситься под поезд|выпить все таблетки|"
        "утопиться|выброситься из окна|отравиться",
    ),
    "zh": ("我想{}|我要{}|我打算{}|我决定{}|我计划{}", "自杀|结束生命|跳楼|上吊|割腕|吞药|卧轨|跳河|喝农药|烧炭|从楼顶跳下去"),
    "hi": ("मैं {} चाहता हूँ|मुझे {} है", "मरना|आत्महत्या करना|फांसी लगाना|छत से कूदना|ज़हर खाना|नदी में डूबना"),
    "hi-Latn": ("main {} chahta hu|mujhe {} hai", "marna|suicide karna|phansi lagana|chhat se kudna|nas kaatna|zeher khana"),
    "ar": (
        "بدي {}|قررت {}|راح {}|ناوي {}",
        "انتحر|اقتل نفسي|اشنق حالي|ارمي نفسي من السطح|اقطع شراييني|اخد كل الحبوب|اشرب كلور|انهي حياتي|اغرق نفسي",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", MEANT)
def test_whoever_says_plainly_what_they_mean_to_do_is_heard(language: str):
    intents, acts = (part.split("|") for part in MEANT[language])
    found = {
        text: WHOLE.assess_text(text).level
        for text in (i.format(a) for i, a in product(intents, acts))
    }
    assert [text for text, level in found.items() if level < RiskLevel.MODERATE] == []
    assert sum(level >= RiskLevel.HIGH for level in found.values()) >= MOSTLY * len(found)


@pytest.mark.parametrize(
    "text",
    [
        "i dont want to jump in front of a train",
        "scared i might crash into a wall on my driving test", "he drank bleach in the film",
        "i have to lie down in front of the tv", "i almost ran in front of a car chasing the dog",
        "i nearly stepped in front of a bus looking at my phone", "the taxi driver wouldnt stop talking",
        "i will walk in front of the bus to cross",
        "quiero saltar a la piscina desde el trampolín",
        "je dois prendre tous mes médicaments de l'ordonnance", "ich will aus dem fenster schauen",
        "ich muss alle fenster putzen und die brücke überqueren", "vou pular corda na varanda", "preciso tomar todos os remédios da receita",
        "voglio saltare in piscina", "devo prendere tutte le medicine prescritte dal medico", "хочу прыгнуть с парашютом",
        "我要去跳舞", "mujhe chhat par patang udana hai",
    ],
)  # fmt: skip
def test_what_only_shares_its_words_is_not_high(text: str):
    assert WHOLE.assess_text(text).level < RiskLevel.HIGH


@pytest.mark.parametrize(
    "text",
    [
        "i'm going to jump in front of a train tonight", "tonight i will slit my wrists", "esta noche voy a tirarme del puente",
        "je vais me jeter sous un train ce soir", "heute nacht werde ich von der brücke springen",
        "hoje vou me jogar da ponte", "stasera voglio buttarmi dal balcone", "сегодня я хочу прыгнуть с моста",
    ],
)  # fmt: skip
def test_a_time_makes_it_an_emergency(text: str):
    assert WHOLE.assess_text(text).level is RiskLevel.IMMINENT


PASSIVE = """
no quiero despertar mañana|la vida no vale la pena|estoy harta de vivir|no me importaría morirme|lo único que me mantiene vivo es mi perro
je veux disparaître|j'aurais jamais dû naître|j'ai perdu le goût de vivre|je suis un poids pour tout le monde
der tod wäre eine erlösung|ich hoffe mich überfährt ein auto|ich bin allen nur eine last|ich fühl mich innerlich schon tot
não queria acordar amanhã|a vida não vale a pena|não me importaria de morrer|me sinto morta por dentro
non voglio più esserci|la vita non vale la pena|a nessuno mancherei se morissi|vivo solo per i miei figli
я не против умереть|вряд ли доживу до 30|живу только ради детей|просто жду конца
not sure i want to wake up tomorrow|fed up with waking up every day|can't do life anymore|id be glad if i got hit by a bus
"""


@pytest.mark.parametrize(
    "text", [text for line in PASSIVE.split("\n") if line for text in line.split("|")]
)
def test_who_would_rather_not_live_is_asked(text: str):
    assert WHOLE.assess_text(text).level >= RiskLevel.MODERATE


@pytest.mark.parametrize(
    "text",
    [
        "estoy harta de vivir con mi suegra", "j'ai envie de disparaître une semaine dans une cabane", "innerlich tot nach der doppelschicht",
        "non passo dos 30 pontos nesse jogo", "fed up with waking up at five for the commute", "просто жду конца рабочего дня",
    ],
)  # fmt: skip
def test_who_only_grumbles_is_not_asked(text: str):
    assert WHOLE.assess_text(text).level < RiskLevel.MODERATE


@pytest.mark.parametrize(
    "text",
    [
        "ordered sodium nitrite, arriving friday", "waiting for my SN to arrive", "planning an od", "having SI with plan",
        "peaceful pill handbook arrived", "i'll be worm food by sunday", "roping tonight", "i fantasise about murdering my coworkers",
        "i'm going to blow up the office", "i want to beat him to death", "pienso en estrangular a mi mujer",
        "je vais poignarder mon beau-père", "ich will meinem baby wehtun", "vou esperar ele com um taco", "accoltellerò il mio patrigno",
        "ho paura di picchiarla ancora", "я зарежу отчима", "хочу убить начальника", "mein vater wollte sich gestern erhängen",
        "minha filha se corta nos braços", "mio figlio parla di suicidio", "mio padre ha provato a impiccarsi ieri",
        "je vomis du sang", "j'ai la moitié du visage paralysée", "mein halbes gesicht ist gelähmt", "ho mezza faccia paralizzata",
        "mon ex me suit partout", "meu ex me segue em todo lugar", "regalé mis cosas y encontré casa para el gato",
        "já escrevi as cartas pra todo mundo", "ich hab die briefe an alle geschrieben", "我想杀了我老板", "我爸昨晚上吊没成功", "我女儿割自己的手", "mera beta marne ki baat karta hai", "बॉस को जान से मार दूंगा",
        "मेरा बेटा मरने की बात करता है", "بدي اقتل مديري", "راح اطعن زوج امي", "ابني يتكلم عن الانتحار", "بنتي تجرح ايدها",
    ],
)  # fmt: skip
def test_codes_and_other_peoples_danger_and_threats_are_high(text: str):
    assert WHOLE.assess_text(text).level >= RiskLevel.HIGH


@pytest.mark.parametrize(
    "text",
    [
        "i need a forever nap", "unexisting sounds great", "passively s-worded today", "SI is bad today", "hit beans last night",
        "joining the 27 club this year", "me quemo con un mechero", "je me fais du mal exprès", "ich hab mich blutig gekratzt",
        "recaí, me automutilei", "mi brucio con l'accendino", "все ноги в порезах", "no merezco comer", "je me gave et après je vomis", "ich verdien kein essen", "pulo todas as refeições e peso 40 quilos",
        "no duermo hace cinco días y me siento invencible", "ma mère n'est pas ma mère, on l'a remplacée", "sento voci che mi parlano",
        "man hat mir einen chip eingepflanzt", "mi pareja no me deja salir de casa", "mein onkel zwingt mich zu sachen", "大腿上全是刀痕", "要不是我妈我早走了", "maut ka intezar hai bas",
        "लाइटर से खुद को जलाता हूं", "सिर्फ बच्चों के लिए जिंदा हूं", "باذي نفسي عن قصد", "تعبت من العيش", "meine mutter sagt ohne sie wären wir besser dran",
    ],
)  # fmt: skip
def test_codes_and_wounds_of_ones_own_are_asked_after(text: str):
    assert WHOLE.assess_text(text).level >= RiskLevel.MODERATE


@pytest.mark.parametrize(
    "text",
    [
        "sodium nitrite is what makes the bacon pink", "my baby needs a nap and so do i", "we hit beans on toast again, payday is friday",
        "je vais tuer mon frère, il a fini la glace", "je vais étrangler cette imprimante", "quero matar meu irmão, comeu meu iogurte",
        "me quemé con el horno sin querer", "hab mich an den mückenstichen blutig gekratzt", "хочу убить время в очереди", "mi mamá no me deja salir el sábado", "mein ex verfolgt mich auf instagram",
        "mein hund hat einen chip eingepflanzt bekommen", "comprei a corda do varal",  "室友又用我洗发水,我要杀了他哈哈", "بدي اختفي شهر بالجبل", "راح اخنق المنبه",
        "my thoughts of killing my sourdough starter are back",
    ],
)  # fmt: skip
def test_what_only_shares_words_with_threats_and_codes_is_not_high(text: str):
    assert WHOLE.assess_text(text).level < RiskLevel.HIGH


NOW = yaml.safe_load(Path(__file__).with_name("plain_now.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", NOW)
def test_plain_danger_of_this_hour_is_an_emergency(language: str):
    """Letters, goodbyes, an act and its time, means at hand, violence now, a body in danger."""
    sayings = NOW[language].splitlines()
    missed = [text for text in sayings if WHOLE.assess_text(text).level < RiskLevel.IMMINENT]
    assert len(missed) <= (1 - MOSTLY) * len(sayings), missed
