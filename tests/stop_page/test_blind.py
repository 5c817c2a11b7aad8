"""What lies behind the outermost layer is handed nothing of who asks: it could keep nothing if it tried."""

from __future__ import annotations

import asyncio

import httpx
from starlette.types import Receive, Scope, Send

from skyddsnat.stop_page.blind import Blind

LET_THROUGH = {b"accept", b"accept-language", b"content-type", b"content-length"}


def test_no_client_no_query_no_name_and_four_headers_alone_get_through() -> None:
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def visit() -> None:
        headers = dict.fromkeys(("User-Agent", "Referer", "Cookie", "X-Forwarded-For", "Sec-CH-UA", "DNT"), "traces")
        headers |= {"Accept-Language": "sv", "Content-Type": "text/plain"}
        transport = httpx.ASGITransport(Blind(app, csp="default-src 'none'"), client=("198.51.100.7", 50_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://blocked.test") as client:
            await client.post("/x?who=traces", headers=headers, content=b"x")

    asyncio.run(visit())
    (scope,) = seen
    assert (scope["client"], scope["server"], scope["query_string"]) == (None, None, b"")
    assert {name for name, _ in scope["headers"]} == LET_THROUGH
