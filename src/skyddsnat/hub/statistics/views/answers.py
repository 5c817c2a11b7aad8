"""Changes and what came of them, in this noun's words."""

from __future__ import annotations

from functools import partial

from skyddsnat.hub.members.views import answers
from skyddsnat.hub.statistics.refusals import words_for

carried_out = partial(answers.carried_out, words=words_for)
told = partial(answers.told, words=words_for)
