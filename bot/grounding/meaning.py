"""Words that mean the same where somebody does something to something: "buy" and "purchase".

In: the stem of a word. Out: one stem for all of its group. Only frequent words with one main sense stand here, and a claim that uses another of the
group is not covered by that alone: it must be proved (`proof`), with the same subject, objects and phrases.

>>> canonical("purchas") == canonical("buy")
True
"""

from functools import lru_cache

from bot.grounding.verbs import lemma
from bot.retrieval.analysis import stem

_GROUPS = """
buy purchase acquire|begin start commence|let allow permit|help assist aid|get obtain receive|occur happen|live reside|use utilise utilize
need require|establish found|build construct erect|remain stay|stop cease|choose select|try attempt|fight combat|raise rear|defeat beat
tell inform|call name dub|grow increase rise|fall decline decrease drop|think believe|situate locate|depart leave|wed marry
demolish destroy raze|launch introduce|enlarge expand|manufacture make produce|show demonstrate display|give grant provide offer|carry bear
change alter|comprise consist|strengthen reinforce|ask request|obtain gain|resemble look|own possess|seek pursue|appear feature|win gain
assemble gather|finish complete|reply answer|perform play|employ hire|film movie|company firm|large big|famous renowned well-known
annual yearly|rapidly quickly|important significant|difficult hard|car automobile|doctor physician|purpose aim goal|error mistake
area region|entire whole|various different|wealthy rich|whole entire|roughly approximately|attend visit|commemorate mark|combat fight
resident inhabitant|nearby adjacent|whereas while|children kids|lawyer attorney|shop store|near close
"""


@lru_cache(maxsize=4096)
def canonical(word: str) -> str:
    """The stem that stands for a stem's group; the stem itself where it has none."""
    return _CHOSEN.get(word) or _CHOSEN.get(lemma(word), word)


def _chosen() -> dict[str, str]:
    chosen: dict[str, str] = {}
    for group in _GROUPS.replace("\n", "|").split("|"):
        forms = [form for word in group.split() for form in (stem(word), lemma(word))]
        known = next((chosen[form] for form in forms if form in chosen), forms[0] if forms else "")
        chosen |= {form: known for form in forms if form not in chosen}
    return chosen


_CHOSEN = _chosen()
