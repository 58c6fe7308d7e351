"""Forms of verbs: which forms belong together, and what can be the verb of a clause.

In: a word, or the words around it. Out: its plain form, its past, or whether it is finite. English keeps its irregular verbs in a short list; all
others are told by their endings.

>>> plain("wrote")
'write'
"""

from functools import lru_cache

from bot.retrieval.analysis import stem

_IRREGULAR = """
arise arose arisen|awake awoke awoken|bear bore borne|beat beat beaten|become became become|begin began begun|bend bent bent|bind bound bound|
bite bit bitten|bleed bled bled|blow blew blown|break broke broken|breed bred bred|bring brought brought|build built built|burn burnt burnt|
buy bought bought|catch caught caught|choose chose chosen|cling clung clung|come came come|creep crept crept|deal dealt dealt|dig dug dug|
do did done|draw drew drawn|drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed fed|feel felt felt|fight fought fought|
find found found|flee fled fled|fly flew flown|forbid forbade forbidden|forget forgot forgotten|forgive forgave forgiven|freeze froze frozen|
get got gotten|give gave given|go went gone|grow grew grown|hang hung hung|have had had|hear heard heard|hide hid hidden|hold held held|
keep kept kept|know knew known|lay laid laid|lead led led|leave left left|lend lent lent|lie lay lain|light lit lit|lose lost lost|
make made made|mean meant meant|meet met met|overcome overcame overcome|oversee oversaw overseen|overtake overtook overtaken|
overthrow overthrew overthrown|pay paid paid|prove proved proven|rebuild rebuilt rebuilt|ride rode ridden|ring rang rung|rise rose risen|
run ran run|say said said|see saw seen|seek sought sought|sell sold sold|send sent sent|shake shook shaken|shine shone shone|shoot shot shot|
show showed shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat sat|sleep slept slept|slide slid slid|speak spoke spoken|
spend spent spent|spin spun spun|spring sprang sprung|stand stood stood|steal stole stolen|stick stuck stuck|strike struck struck|
strive strove striven|swear swore sworn|sweep swept swept|swim swam swum|swing swung swung|take took taken|teach taught taught|tear tore torn|
tell told told|think thought thought|throw threw thrown|undergo underwent undergone|understand understood understood|
undertake undertook undertaken|wake woke woken|wear wore worn|weave wove woven|win won won|wind wound wound|withdraw withdrew withdrawn|
withstand withstood withstood|write wrote written|cast cast cast|cost cost cost|cut cut cut|hit hit hit|hurt hurt hurt|let let let|put put put|
set set set|shut shut shut|split split split|spread spread spread|broadcast broadcast broadcast
"""
_FORMS = [tuple(forms.split()) for forms in _IRREGULAR.replace("\n", "").split("|")]
# Forms that are as often something else: "found" of "find", but "left", "lay" and "saw" are other words too.
_AMBIGUOUS = frozenset(
    {"lay", "left", "saw", "bore", "wound", "bound", "felt", "ground", "light", "rose", "shot", "spoke", "spring", "wove"}
)
_PLAIN = {form: forms[0] for forms in _FORMS for form in forms[1:] if form not in _AMBIGUOUS}
IRREGULAR_PASTS = frozenset(forms[1] for forms in _FORMS)
IRREGULAR_PARTICIPLES = frozenset(forms[2] for forms in _FORMS)
BE = frozenset({"is", "are", "was", "were"})
AUXILIARIES = BE | frozenset("has have had will would can could may might must shall should do does did".split())
_NO_PASTS = frozenset(
    "need indeed hundred red speed breed seed feed exceed proceed succeed bed wed sacred kindred naked unprecedented shed".split()
)

# Plain forms of frequent verbs: without them "partners gather" and "to bronze" are told apart by nothing.
COMMON_VERBS = frozenset(
    """
    abandon absorb accept accompany accuse achieve acquire act add address admit adopt advance advise affect agree aim allow amend analyse
    analyze announce answer appear apply appoint argue arise arrange arrest arrive ask assert assess assign assist assume attach attack
    attempt attend attract avoid award ban base bear beat become befriend begin believe belong benefit bind block born borrow break bring
    broadcast build buy call capture carry cast cause cease celebrate challenge change charge choose cite claim coach collaborate collapse
    collect combine come command commemorate commit compare compete complete compose comprise conclude conduct confer confirm connect
    conquer consider consist constitute construct consume contain continue contribute control convert convince cook cooperate cope cost
    cover crash create criticise criticize cross cut damage deal decide declare decline decrease dedicate defeat defend define deliver
    demand deny depend deploy derive descend describe deserve design destroy determine develop devote die differ diminish direct disappear
    discover discuss display distribute divide dominate donate draw drive drop earn eat edit elect eliminate embrace emerge emphasise
    emphasize employ empower enable encounter encourage end endorse enforce engage enhance enjoy ensure enter entitle equip escape establish
    estimate evaluate evolve examine exceed exclude execute exercise exist expand expect explain exploit explore export expose express
    extend face fail fall favor favour fear feature feed feel fight fill find finish fix flee flow fly focus follow forbid force form found
    free fulfil function gain gather generate get give go govern grant grow guarantee guide handle happen hear help hide highlight hire hit
    hold honor honour host house identify ignore illustrate imagine implement imply import impose improve include incorporate increase
    indicate inherit initiate inspire install integrate intend interact interpret introduce invade invent invest investigate invite involve
    isolate issue join judge justify keep kill know lack last launch lay lead learn leave lend let leverage license lie limit link list live
    locate look lose love maintain make manage manufacture mark marry match maximise maximize mean measure meet merge migrate mock model
    modify move name narrow need negotiate nominate note notice obtain occupy occur offer open operate oppose order organise organize
    originate outline overcome overthrow owe own participate pass pay perceive perform permit persuade place plan play point pose possess
    practice practise predict prefer prepare present preserve prevent price proceed process produce prohibit promise promote propose protect
    prove provide publish purchase pursue push put qualify question quit raise rank rate reach react read realise realize reap receive
    recognise recognize recommend record recruit reduce refer reflect refuse regain regard reject relate release rely remain remember remove
    rename render rent replace reply report represent reproduce request require resemble reserve resist resolve respond rest restore
    restrict result resume retain retire return reveal review revise ride rise rule run sail satisfy save say seat secure see seek seem
    select sell send separate serve set settle shape share shift show shrink sign sing sink sit sleep solve sound speak specify spend
    sponsor spread stage stand star start state stay steal step stick stop strengthen stress strike strive structure struggle study submit
    succeed suffer suggest supply support surpass surrender surround survive suspect suspend sustain switch take talk target teach tell tend
    test thank think threaten throw track trade train transfer transform translate transport trap travel treat trigger try turn undergo
    understand undertake unify unite urge use utilise utilize value vary view violate visit volunteer vote walk want warn wash watch weaken
    wear welcome win wish withdraw witness work worry write yield bake cancel
    clean download lift lock pack paint print pull renew scan smoke upload weigh
    """.split()
)


@lru_cache(maxsize=16_384)
def lemma(word: str) -> str:
    """The stem of a lower-cased word, that of its plain form where it is a form of an irregular verb."""
    return stem(_PLAIN.get(word, word))


def plain(word: str) -> str:
    """The plain form of an irregular verb's form; any other word as it is."""
    return _PLAIN.get(word, word)


def is_past(word: str) -> bool:
    """Whether a lower-cased word has the form of a past tense (or of a participle that looks like one)."""
    return word in IRREGULAR_PASTS or (len(word) > 3 and word.endswith("ed") and word not in _NO_PASTS)


def is_participle(word: str) -> bool:
    """Whether a lower-cased word has the form of a past participle."""
    return word in IRREGULAR_PARTICIPLES or (len(word) > 3 and word.endswith("ed") and word not in _NO_PASTS)
