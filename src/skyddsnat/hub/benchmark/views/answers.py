"""Changes and what came of them, in this noun's words."""

from __future__ import annotations

from functools import partial

from skyddsnat.hub.benchmark.refusals import words_for
from skyddsnat.hub.members.views import answers

carried_out = partial(answers.carried_out, words=words_for)
told = partial(answers.told, words=words_for)
