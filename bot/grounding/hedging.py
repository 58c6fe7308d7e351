"""Words behind which a thing is not said for certain, or not by the document. In: nothing. Out: patterns that other checks share."""

import re

from bot.grounding.grammar import REPORTING

HEDGES = re.compile(
    r"\b(?:not|never|no|if|unless|may|might|could|would|will|should|believed?|said|says|according|reportedly|allegedly|apparently|supposedly|"
    r"perhaps|probably|likely|almost|except|excluding|claims?|claimed|hopes?|expects?|expected|critics?|some|so-called|without|only|else)\b",
    re.IGNORECASE,
)
# Verbs before "that": what follows is said by their subject.
HOLDING = rf"(?:{REPORTING}|hold|holds|held|find|finds|found|rule[sd]|conclude[sd]?|argue|believe|contend(?:s|ed)?|maintain)"
