"""A Quart app that streams."""
from quart import Quart, request, websocket

app = Quart(__name__)


@app.route("/")
async def home():
    return "Hello from Quart"


@app.route("/echo", methods=["POST"])
async def echo():
    return await request.get_data(), 201, {"x-length": str(request.content_length)}


@app.route("/json", methods=["POST"])
async def json():
    return {"got": await request.get_json()}


@app.route("/stream")
async def stream():
    async def parts():
        for i in range(5):
            yield b"part %d\n" % i

    return parts(), 200, {"content-type": "text/plain"}


@app.websocket("/ws")
async def ws():
    while True:
        await websocket.send("you said " + await websocket.receive())
