"""The conformance routes in Python: what samples/Conformance is in C#. No dependency."""
import asyncio
import json
import os
from urllib.parse import parse_qs

# The ends of the connections that were opened with ?id=X.
ends = {}


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await lifespan(scope, receive, send)
    elif scope["type"] in ("http", "websocket"):
        query = Query(scope)
        route = http if scope["type"] == "http" else websocket
        if query.find("id") is not None and route_path(scope) != "/last-disconnect":
            await Watch(scope, receive, send).run(route, scope, query)
        else:
            await route(scope, receive, send, query)
    else:
        raise RuntimeError("unknown scope " + scope["type"])


async def lifespan(scope, receive, send):
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            scope["state"]["started"] = True
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


class Query:
    def __init__(self, scope):
        self.values = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True)

    def find(self, name):
        return self.values.get(name, [None])[0]

    def number(self, name, otherwise):
        value = self.find(name)
        return otherwise if value is None else int(value)


def route_path(scope):
    path, root = scope["path"], scope["root_path"]
    return path[len(root):] if root and (path + "/").startswith(root + "/") else path


class Watch:
    """Runs a route, and tells how its connection ended if the client ended it."""

    def __init__(self, scope, receive, send):
        self.is_http = scope["type"] == "http"
        self.receive_event = receive
        self.send_event = send
        self.disconnect = None
        self.failure = None
        self.messages = 0
        self.next = {"type": "http.response.start", "status": 200} if self.is_http else {"type": "websocket.send", "text": "late"}

    async def run(self, route, scope, query):
        try:
            await route(scope, self.receive, self.send, query)
        finally:
            if self.disconnect is not None or self.failure is not None:
                ends[query.find("id")] = await self.describe()

    async def receive(self):
        event = await self.receive_event()
        # After a whole response it is not the client's leaving.
        if event["type"] == "websocket.disconnect" or (event["type"] == "http.disconnect" and self.next is not None):
            self.disconnect = event
        self.messages += event["type"] == "websocket.receive"
        return event

    async def send(self, message):
        try:
            await self.send_event(message)
        except OSError as error:
            self.failure = error
            raise
        if message["type"] == "http.response.start":
            self.next = {"type": "http.response.body", "body": b"late", "more_body": True}
        elif self.is_http and not message.get("more_body", False):
            self.next = None

    async def describe(self):
        # A WebSocket's code comes with its event, also where a send was the first to notice.
        while self.disconnect is None and not self.is_http:
            await self.receive()
        if self.failure is None:
            try:
                await self.send_event(self.next or {"type": "http.response.body"})
            except Exception as error:
                self.failure = error
        ended = {} if self.is_http else self.disconnect
        return {
            "code": ended.get("code"),
            "reason": ended.get("reason"),
            "messages": self.messages,
            "send_after": "silent" if self.failure is None else "raised " + type(self.failure).__name__,
            "send_after_oserror": isinstance(self.failure, OSError),
        }


# HTTP


async def http(scope, receive, send, query):
    path = route_path(scope)
    route = ANY.get(path)
    if route is None and (path.startswith("/scope") or path.endswith("/scope")):
        route = show_scope
    if route is None and scope["method"] in ("GET", "HEAD"):
        route = GET.get(path)
        status = path[len("/status/"):]
        if route is None and path.startswith("/status/") and status.isdigit():
            await send({"type": "http.response.start", "status": int(status)})
            await send({"type": "http.response.body", "body": b"oops" if query.find("body") == "1" else b""})
            return
    await (route or not_found)(scope, receive, send, query)


async def reply(send, body, status=200, content_type=b"text/plain"):
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def to_json(value):
    return json.dumps(value, separators=(",", ":"))


async def reply_json(send, value):
    await reply(send, to_json(value).encode(), content_type=b"application/json")


async def not_found(scope, receive, send, query):
    await reply(send, b"not found", 404)


async def hello(scope, receive, send, query):
    await reply(send, b"Hello, World!")


async def echo(scope, receive, send, query):
    headers = [(name, value) for name, value in scope["headers"] if name == b"content-type"]
    started = False
    while True:
        event = await receive()
        if event["type"] != "http.request":
            return
        if not started:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            started = True
        more = event.get("more_body", False)
        await send({"type": "http.response.body", "body": event.get("body", b""), "more_body": more})
        if not more:
            return


def describe(scope):
    names = ["path", "raw_path", "query_string", "http_version", "scheme", "root_path", "client", "server", "headers"]
    names = ["method", *names] if scope["type"] == "http" else [*names, "subprotocols"]
    return {name: plain(scope[name]) for name in names}


def plain(value):
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


async def show_scope(scope, receive, send, query):
    await reply_json(send, describe(scope))


async def stream(scope, receive, send, query):
    chunk = b"x" * query.number("size", 1)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/octet-stream")]})
    for _ in range(query.number("n", 1)):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body"})


async def nobody_read(scope, receive, send, query):
    await reply(send, b"not read")


async def fail(scope, receive, send, query):
    raise RuntimeError("/raise: a detail that no client may see")


async def fail_late(scope, receive, send, query):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"partial", "more_body": True})
    raise RuntimeError("/raise-late: a detail that no client may see")


async def trailers(scope, receive, send, query):
    if "http.response.trailers" not in scope["extensions"]:
        await reply(send, b"no trailers")
        return
    headers = [(b"content-type", b"text/plain"), (b"trailer", b"x-sum")]
    await send({"type": "http.response.start", "status": 200, "headers": headers, "trailers": True})
    await send({"type": "http.response.body", "body": b"with trailers"})
    await send({"type": "http.response.trailers", "headers": [(b"x-sum", b"42")]})


async def early_hints(scope, receive, send, query):
    if "http.response.early_hint" in scope["extensions"]:
        await send({"type": "http.response.early_hint", "links": [b"</style.css>; rel=preload; as=style"]})
    await reply(send, b"hinted")


async def send_file(scope, receive, send, query):
    path, how = query.find("path"), query.find("how")
    if path is None or not os.path.isfile(path):
        await not_found(scope, receive, send, query)
        return
    if how not in ("pathsend", "zerocopysend"):
        await reply(send, b"how is pathsend or zerocopysend", 400)
        return
    extension = "http.response." + how
    if extension not in scope["extensions"]:
        await reply(send, (extension + " is not offered").encode(), 501)
        return
    headers = [(b"content-type", b"application/octet-stream"), (b"content-length", b"%d" % os.path.getsize(path))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    if how == "pathsend":
        await send({"type": extension, "path": os.path.abspath(path)})
    else:
        with open(path, "rb") as file:
            await send({"type": extension, "file": file})


async def slow(scope, receive, send, query):
    await asyncio.sleep(query.number("ms", 0) / 1000)
    await reply(send, b"slow")


async def bad_header(scope, receive, send, query):
    headers = [(b"x-before", b"before"), (b"x-bad", b"bad\r\nx-injected: yes")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"bad"})


async def length_short(scope, receive, send, query):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
    await send({"type": "http.response.body", "body": b"short"})


async def length_long(scope, receive, send, query):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"much, long"})


async def state(scope, receive, send, query):
    await reply_json(send, scope["state"])


async def last_disconnect(scope, receive, send, query):
    await reply_json(send, ends.get(query.find("id")))


ANY = {"/echo": echo, "/nobody-read": nobody_read}
GET = {
    "/": hello, "/stream": stream, "/slow": slow, "/raise": fail, "/raise-late": fail_late, "/bad-header": bad_header,
    "/cl-short": length_short, "/cl-long": length_long, "/trailers": trailers, "/early-hints": early_hints,
    "/file": send_file, "/state": state, "/last-disconnect": last_disconnect,
}


# WebSocket


async def websocket(scope, receive, send, query):
    if (await receive())["type"] == "websocket.connect":
        await SOCKETS.get(route_path(scope), deny)(scope, receive, send, query)


async def until_disconnect(receive):
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def ws_echo(scope, receive, send, query):
    await send({"type": "websocket.accept"})
    while True:
        event = await receive()
        if event["type"] != "websocket.receive":
            return
        await send({"type": "websocket.send", "text": event.get("text"), "bytes": event.get("bytes")})


async def subprotocol(scope, receive, send, query):
    chosen = next((name for name in scope["subprotocols"] if name in ("chat", "superchat")), None)
    await send({"type": "websocket.accept", "subprotocol": chosen})
    await until_disconnect(receive)


async def deny(scope, receive, send, query):
    await send({"type": "websocket.close"})


async def deny_response(scope, receive, send, query):
    headers = [(b"content-type", b"text/plain"), (b"x-deny", b"yes"), (b"content-length", b"6")]
    await send({"type": "websocket.http.response.start", "status": 401, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b"denied"})


async def close(scope, receive, send, query):
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": query.number("code", 1000), "reason": query.find("reason") or ""})
    await until_disconnect(receive)


async def ws_scope(scope, receive, send, query):
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": to_json(describe(scope))})
    await until_disconnect(receive)


async def accept_headers(scope, receive, send, query):
    headers = [(b"x-extra", b"1"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2; path=/")]
    await send({"type": "websocket.accept", "headers": headers})
    await until_disconnect(receive)


async def ws_return(scope, receive, send, query):
    await send({"type": "websocket.accept"})


async def ws_raise(scope, receive, send, query):
    raise RuntimeError("/raise: a detail that no client may see")


async def ws_raise_after(scope, receive, send, query):
    await send({"type": "websocket.accept"})
    raise RuntimeError("/raise-after: a detail that no client may see")


SOCKETS = {
    "/echo": ws_echo, "/subprotocol": subprotocol, "/deny": deny, "/deny-response": deny_response, "/close": close,
    "/scope": ws_scope, "/accept-headers": accept_headers, "/return": ws_return, "/raise": ws_raise,
    "/raise-after": ws_raise_after,
}
