"""What a take changes: what is known of the student, and what they are to play next. Writes; `dashboards` reads.

`learning` moves what is known, `planning` chooses after a take, `night` between lessons. On the way: `hearings` (what
takes said), `situations` (all that a choice looks at), `offers` (what could be composed), `deciding` (the choice).
`feedback`, `limits`, `wishes` and `placement` are what students and teachers say about it.
"""

from lessons.practice.deciding import FIRST_TAKE
from lessons.practice.learning import learn_from, mark_played, recall, recall_all
from lessons.practice.night import replan_all
from lessons.practice.planning import choose_next, next_item, open_item, open_items
from lessons.practice.wishes import heed, more_like, vary, wish

__all__ = [
    "FIRST_TAKE",
    "choose_next",
    "heed",
    "learn_from",
    "mark_played",
    "more_like",
    "next_item",
    "open_item",
    "open_items",
    "recall",
    "recall_all",
    "replan_all",
    "vary",
    "wish",
]
