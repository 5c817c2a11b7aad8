from __future__ import annotations

from typing import Any

app_name = "knowledge"
urlpatterns: list[Any] = []
