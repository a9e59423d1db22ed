"""The apps that Perch and uvicorn are compared with."""


async def hello(scope, receive, send):
    assert scope["type"] == "http"
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain"), (b"content-length", b"13")]})
    await send({"type": "http.response.body", "body": b"Hello, World!"})


async def echo(scope, receive, send):
    assert scope["type"] == "http"
    parts, more = [], True
    while more:
        event = await receive()
        parts.append(event["body"])
        more = event["more_body"]
    body = b"".join(parts)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


async def websocket(scope, receive, send):
    assert scope["type"] == "websocket"
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        event = await receive()
        if event["type"] != "websocket.receive":
            return
        await send({"type": "websocket.send", "bytes": event.get("bytes"), "text": event.get("text")})


def starlette():
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def home(request):
        return PlainTextResponse("Hello, World!")

    return Starlette(routes=[Route("/", home)])


def fastapi():
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/")
    async def home():
        return {"message": "Hello, World!"}

    return app
