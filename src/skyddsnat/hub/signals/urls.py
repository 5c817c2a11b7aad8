from __future__ import annotations

from typing import Any

app_name = "signals"
urlpatterns: list[Any] = []
