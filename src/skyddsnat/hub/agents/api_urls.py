from __future__ import annotations

from typing import Any

app_name = "agents_api"
urlpatterns: list[Any] = []
