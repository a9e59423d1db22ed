"""A raw ASGI app for the tests of the bridge."""
import asyncio
import contextvars
import json
import logging
import os
import socket
import sys
import time

variable = contextvars.ContextVar("variable", default=None)
seen = {}
members = []


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(scope, receive, send)
    elif scope["type"] == "websocket":
        await SOCKETS[scope["path"]](scope, receive, send)
    else:
        await ROUTES[scope["path"]](scope, receive, send)


async def lifespan(scope, receive, send):
    await receive()
    scope["state"]["started"] = os.getpid()
    print("starting up")
    await send({"type": "lifespan.startup.complete"})
    await receive()
    mark = os.environ.get("SHUTDOWN_MARK")
    if mark:
        with open(mark, "a") as file:
            file.write("stopped\n")
    await send({"type": "lifespan.shutdown.complete"})


async def answer(send, body, status=200, headers=()):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain"), *headers]})
    await send({"type": "http.response.body", "body": body})


async def hello(scope, receive, send):
    await answer(send, b"Hello, World!")


async def echo(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    more = True
    while more:
        event = await receive()
        more = event["more_body"]
        await send({"type": "http.response.body", "body": event["body"], "more_body": more})


def plain(value):
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


async def show_scope(scope, receive, send):
    await answer(send, plain(scope))


async def count(scope, receive, send):
    size, more = 0, True
    while more:
        event = await receive()
        size += len(event["body"])
        more = event["more_body"]
    await answer(send, size)


async def fail(scope, receive, send):
    raise ValueError("a detail of the app")


async def fail_at_length(scope, receive, send):
    raise ValueError("x" * (80 << 20))


async def fail_late(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"partial", "more_body": True})
    raise ValueError("a late detail of the app")


async def fail_behind(scope, receive, send):
    await answer(send, b"done")
    raise ValueError("a detail behind the response")


async def silent(scope, receive, send):
    pass


async def leave(scope, receive, send):
    sys.exit(3)


async def background(scope, receive, send):
    await answer(send, b"done")
    await asyncio.sleep(60)


async def exit_in_task(scope, receive, send):
    async def leaves():
        sys.exit(5)

    task = asyncio.get_running_loop().create_task(leaves())
    await asyncio.sleep(60)
    await task


async def after_end(scope, receive, send):
    await answer(send, b"done")
    event = await receive()
    try:
        await send({"type": "http.response.body", "body": b"more"})
        seen["after_end"] = [event["type"], "silent"]
    except RuntimeError as error:
        seen["after_end"] = [event["type"], str(error)]


async def until_left(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"first", "more_body": True})
    await receive()
    event = await receive()
    try:
        await send({"type": "http.response.body", "body": b"more", "more_body": True})
        outcome = "silent"
    except OSError as error:
        outcome = type(error).__name__
    seen["until_left"] = [event["type"], outcome]


class Left(Exception):
    """What a framework makes of an OSError out of send()."""


async def send_until_left(send):
    """Ends with the OSError out of send()."""
    await send({"type": "http.response.start", "status": 200})
    while True:
        await send({"type": "http.response.body", "body": b"part", "more_body": True})
        await asyncio.sleep(0.01)


async def translate_leave(scope, receive, send):
    try:
        await send_until_left(send)
    except OSError:
        seen["translated"] = True
        raise Left()


async def fail_when_left(scope, receive, send):
    try:
        await send_until_left(send)
    except OSError:
        raise ValueError("a detail of the clean-up")


async def return_when_left(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"first", "more_body": True})
    while (await receive())["type"] != "http.disconnect":
        pass
    seen["returned"] = True


async def show_seen(scope, receive, send):
    await answer(send, seen)


async def endless(scope, receive, send):
    seen["sent"] = 0
    await send({"type": "http.response.start", "status": 200})
    try:
        while True:
            await send({"type": "http.response.body", "body": bytes(16384), "more_body": True})
            seen["sent"] += 16384
    except OSError as error:
        seen["endless"] = type(error).__name__


async def large(scope, receive, send):
    size = int(scope["query_string"])
    await answer(send, bytes(range(256)) * (size // 256))


async def context(scope, receive, send):
    before = variable.get()
    variable.set("set")
    await answer(send, before)


async def block(scope, receive, send):
    time.sleep(float(scope["query_string"] or 60))
    await answer(send, b"unblocked")


async def die(scope, receive, send):
    os._exit(7)


async def die_beside_child(scope, receive, send):
    # The child has a copy of every descriptor, and goes on while the file is there.
    path = scope["query_string"].decode()
    if os.fork():
        os._exit(7)
    while os.path.exists(path):
        time.sleep(0.05)
    os._exit(0)


async def hang_up(scope, receive, send):
    # The process goes on without its connection.
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        try:
            socket.socket(fileno=os.dup(descriptor)).shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
    time.sleep(60)


async def die_late(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.body", "body": b"partial", "more_body": True})
    await asyncio.sleep(0.05)
    os._exit(7)


async def wait(scope, receive, send):
    await asyncio.sleep(float(scope["query_string"] or 60))
    await answer(send, b"waited")


async def pid(scope, receive, send):
    await answer(send, os.getpid())


async def talk(scope, receive, send):
    print("printed Grüße")
    logging.getLogger("app").warning("logged")
    await answer(send, b"said")


async def grow(scope, receive, send):
    seen["memory"] = bytearray(os.urandom(1024)) * 1024 * int(scope["query_string"])
    await answer(send, b"grown")


async def bad_messages(scope, receive, send):
    outcomes = []
    for message in (
        {"type": "http.response.body", "body": b"x"},
        {"type": "nonsense"},
        {"type": "http.response.start", "status": 200, "headers": [("text", b"x")]},
        {"type": "websocket.accept"},
    ):
        try:
            await send(message)
            outcomes.append("silent")
        except (RuntimeError, TypeError) as error:
            outcomes.append(type(error).__name__)
    await answer(send, outcomes)


async def bad_heads(scope, receive, send):
    outcomes = []
    for head in (
        {"status": 200, "headers": [(b"a b", b"x")]},
        {"status": 200, "headers": [(b"x-field", b"a\r\nset-cookie: b")]},
        {"status": 200, "headers": [(b"x-field", b"a\0")]},
        {"status": 200, "headers": [(b"", b"")]},
        {"status": 100},
    ):
        try:
            await send({"type": "http.response.start", **head})
            outcomes.append("silent")
        except ValueError as error:
            outcomes.append(str(error))
    # What is right may be of any type of bytes, in any kind of pair.
    await answer(send, outcomes, headers=[[bytearray(b"x-field"), memoryview(b"a\tb")]])


async def bad_head(scope, receive, send):
    await answer(send, b"", headers=[(b"x-field", b"a\r\nb")])


async def file_path(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    await send({"type": "http.response.pathsend", "path": scope["query_string"].decode()})


async def file_copy(scope, receive, send):
    await send({"type": "http.response.start", "status": 200})
    with open(scope["query_string"].decode(), "rb") as file:
        await send({"type": "http.response.zerocopysend", "file": file, "offset": 2, "count": 3, "more_body": True})
        await send({"type": "http.response.zerocopysend", "file": file})


async def trailers(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"trailer", b"x-sum")], "trailers": True})
    await send({"type": "http.response.body", "body": b"with trailers"})
    await send({"type": "http.response.trailers", "headers": [(b"x-sum", b"42")]})


ROUTES = {
    "/": hello, "/echo": echo, "/scope": show_scope, "/count": count, "/fail": fail, "/fail-late": fail_late, "/fail-behind": fail_behind,
    "/silent": silent, "/exit": leave, "/background": background, "/exit-in-task": exit_in_task, "/after-end": after_end, "/until-left": until_left, "/seen": show_seen,
    "/endless": endless, "/large": large, "/context": context, "/block": block, "/die": die, "/die-late": die_late, "/wait": wait,
    "/pid": pid, "/talk": talk, "/grow": grow, "/bad-messages": bad_messages, "/path": file_path, "/file": file_copy,
    "/trailers": trailers, "/bad-heads": bad_heads, "/bad-head": bad_head, "/hang-up": hang_up,
    "/die-beside-child": die_beside_child, "/translate-leave": translate_leave, "/fail-when-left": fail_when_left,
    "/return-when-left": return_when_left, "/fail-at-length": fail_at_length,
}


async def ws_echo(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept", "subprotocol": (scope["subprotocols"] or [None])[0], "headers": [(b"x-extra", b"1")]})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            seen["disconnect"] = [event["code"], event["reason"]]
            return
        await send({**event, "type": "websocket.send"})


async def ws_deny(scope, receive, send):
    await receive()
    # Whatever the code, and though this one can never be sent.
    await send({"type": "websocket.close", "code": 403})


async def ws_deny_response(scope, receive, send):
    await receive()
    await send({"type": "websocket.http.response.start", "status": 401, "headers": [(b"x-deny", b"yes")]})
    await send({"type": "websocket.http.response.body", "body": b"denied"})


async def ws_close(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 4001, "reason": "grüße"})


async def ws_close_wrongly(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    outcomes = []
    for code in (2 ** 40, 0, 1005, 2000):
        try:
            await send({"type": "websocket.close", "code": code})
            outcomes.append("silent")
        except ValueError as error:
            outcomes.append(str(error))
    await send({"type": "websocket.send", "text": json.dumps(outcomes)})


async def ws_member(scope, receive, send):
    """The first who comes; what the second has to say is for the first alone."""
    await receive()
    await send({"type": "websocket.accept"})
    if "member" not in seen:
        seen["member"] = "here"
        members.append(send)
        await receive()
        seen["member"] = "gone"
        return
    await members[0]({"type": "websocket.send", "text": "for the first"})


class Text(str):
    def __str__(self):
        return self


async def ws_texts(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    outcomes = []
    for message in ({"bytes": None, "text": None}, {"text": 5}, {"text": b"a"}):
        try:
            await send({**message, "type": "websocket.send"})
            outcomes.append("silent")
        except TypeError as error:
            outcomes.append(str(error))
    await send({"type": "websocket.send", "text": Text(json.dumps(outcomes))})


async def ws_fail(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    raise ValueError("a detail of the socket")


async def ws_die(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    await receive()
    os._exit(7)


async def ws_die_when_left(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass
    os._exit(7)


async def ws_endless(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    try:
        while True:
            await send({"type": "websocket.send", "text": "grüße" * 1000})
            await asyncio.sleep(0)
    except OSError as error:
        seen["ws_endless"] = [type(error).__name__, (await receive())["type"]]


SOCKETS = {
    "/echo": ws_echo, "/deny": ws_deny, "/deny-response": ws_deny_response, "/close": ws_close, "/fail": ws_fail, "/die": ws_die,
    "/die-when-left": ws_die_when_left, "/endless": ws_endless, "/close-wrongly": ws_close_wrongly, "/texts": ws_texts,
    "/member": ws_member,
}
