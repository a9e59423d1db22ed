"""A FastAPI app of the usual kind."""
import asyncio

from fastapi import BackgroundTasks, Depends, FastAPI, File, Form, Header, HTTPException, UploadFile, WebSocket
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, StreamingResponse
from pydantic import BaseModel

app = FastAPI()
done = []


@app.on_event("startup")
async def start():
    app.state.started = True


class Item(BaseModel):
    name: str
    price: float
    tags: list = []


def token(x_token: str = Header(None)):
    if x_token != "secret":
        raise HTTPException(401, "no token", headers={"WWW-Authenticate": "Token"})
    return x_token


@app.get("/")
def root():
    return {"hello": "world", "started": app.state.started}


@app.get("/async/{number}")
async def typed(number: int, q: str = None):
    return {"number": number, "q": q}


@app.post("/items")
async def create(item: Item):
    return item


@app.get("/guarded")
async def guarded(value: str = Depends(token)):
    return {"token": value}


@app.post("/upload")
async def upload(file: UploadFile = File(...), note: str = Form("")):
    content = await file.read()
    return {"name": file.filename, "size": len(content), "note": note}


@app.post("/background")
async def background(tasks: BackgroundTasks):
    tasks.add_task(done.append, "ran")
    return {"queued": True}


@app.get("/done")
async def show_done():
    # It runs behind the answer, on a thread.
    while not done:
        await asyncio.sleep(0.01)
    return done


@app.get("/stream")
async def stream():
    async def parts():
        for i in range(5):
            yield "part %d\n" % i
            await asyncio.sleep(0)

    return StreamingResponse(parts(), media_type="text/plain")


@app.get("/redirect")
async def redirect():
    return RedirectResponse("/")


@app.get("/cookies")
async def cookies():
    response = JSONResponse({"ok": True})
    response.set_cookie("a", "1")
    response.set_cookie("b", "2", httponly=True)
    return response


@app.get("/file")
async def file():
    return FileResponse(__file__, media_type="text/x-python")


@app.get("/fails")
async def fails():
    raise ValueError("a detail")


@app.websocket("/ws")
async def ws(socket: WebSocket):
    await socket.accept()
    async for text in socket.iter_text():
        await socket.send_text("you said " + text)
