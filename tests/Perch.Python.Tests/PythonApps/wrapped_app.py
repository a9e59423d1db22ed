"""An app that looks like what it wraps, which takes nothing."""
import functools


async def handler():
    return b"wrapped"


@functools.wraps(handler)
async def app(scope, receive, send):
    assert scope["type"] == "http"
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": await handler()})
