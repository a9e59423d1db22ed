"""
Runs one Python app for Perch, which serves HTTP: python3 - SOCKET < worker.py

The worker connects to SOCKET, takes its settings from the first frame, imports the app, starts it and says so. Then frames of many
events go both ways until the host asks for the end or is gone. docs/python-bridge.md describes the events.

Plain Python 3.8 or newer, no dependency.
"""
import asyncio
import collections
import contextvars
import gc
import importlib
import inspect
import io
import marshal
import os
import re
import select
import signal
import socket
import sys
import threading
import traceback

# Events from the host. The first item of an event is its kind, the second its stream.
HTTP, WEBSOCKET, BODY, MESSAGE, DISCONNECT, CREDIT, PING, SHUTDOWN = range(1, 9)

# Events to the host.
(
    TO_RESPONSE, TO_BODY, TO_PATH, TO_EARLY_HINT, TO_TRAILERS, TO_ACCEPT, TO_MESSAGE, TO_CLOSE,
    TO_END, TO_CREDIT, TO_PONG, TO_READY, TO_FAILED, TO_STOPPED, TO_LEAVING, TO_ENDED,
) = range(1, 17)

# What marshal writes without references: the host reads it fastest.
VERSION = 2

# What an event costs of a stream's credit beside its bytes, so that empty ones have a price.
OVERHEAD = 64

# A larger body goes out in pieces, between which other streams have their turn.
PIECE = 256 * 1024

# What is read at once, unless a frame is larger.
READ_SIZE = 256 * 1024

# A body from this size on stands behind the events of its frame, so that it is not copied into them.
LARGE_BODY = 4 * 1024

# What may gather in one frame before it leaves within a turn of the loop.
LARGEST_FRAME = 64 * 1024

# How much of a traceback is told, in characters: the exception's message may be all that a client has sent.
LONGEST_TRACEBACK = 64 * 1024

# How long the app may take to end when the host is gone, in seconds.
ORPHAN_GRACE = 10

# Extensions by their bit in a scope, as in the host.
EXTENSIONS = (
    "http.response.trailers",
    "http.response.early_hint",
    "http.response.pathsend",
    "http.response.zerocopysend",
    "perch.http.response",
    "websocket.http.response",
)

# The TLS extension, in the order of its items.
TLS = ("server_cert", "client_cert_chain", "client_cert_name", "client_cert_error", "tls_version", "cipher_suite")

# What gathers between two collections of cyclic garbage. With Python's 700, a few dozen requests at once fill it again and again.
GARBAGE_THRESHOLD = 5000


is_token = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+").fullmatch
is_value = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*").fullmatch

# Fields that are known to be valid, and heads of them: most come again and again.
valid_fields = set()
MOST_REMEMBERED = 1024
LONGEST_REMEMBERED = 256
known_heads = {}
MOST_HEADS = 256
MOST_FIELDS = 20


class ClientDisconnected(OSError):
    """The client has left: out of send(), as ASGI 2.4 has it."""


class StartFailed(Exception):
    """The app cannot be served. The message is for whoever started it."""

    def __init__(self, message, details=""):
        super().__init__(message)
        self.details = details


def encode_head(message):
    """Status and fields as one flat list, of which the host remembers those that come often."""
    # Read once: it may be an iterator.
    key = (message["status"], *message.get("headers", ()))
    try:
        head = known_heads.get(key)
    except (TypeError, ValueError):
        # Fields that can change, such as lists.
        return check_head(key)
    if head is None:
        head = check_head(key)
        if len(head) <= 2 * MOST_FIELDS and valid_fields.issuperset(key[1:]):
            if len(known_heads) == MOST_HEADS:
                known_heads.clear()
            known_heads[key] = head
    return head


def check_head(key):
    status = int(key[0])
    if not 200 <= status <= 999:
        raise ValueError("The status %d is not that of a final response." % status)
    head = [status]
    add_fields(head, key[1:])
    return head


def encode_fields(headers):
    fields = []
    add_fields(fields, headers)
    return fields


def add_fields(fields, headers):
    for name, value in headers:
        if type(name) is not bytes:
            name = to_bytes(name, "the name of a header")
        if type(value) is not bytes:
            value = to_bytes(value, "the value of a header")
        field = (name, value)
        if field not in valid_fields:
            check_field(name, value)
        fields += field


def check_field(name, value):
    """The host would refuse it, too, but here send() can say so to the app."""
    if not is_token(name):
        raise ValueError("The header name %r is not a token (RFC 9110, 5.6.2)." % name)
    if not is_value(value):
        raise ValueError("The value of the header %r has a control character such as CR, LF or NUL (RFC 9110, 5.5)." % name)
    if len(value) <= LONGEST_REMEMBERED:
        if len(valid_fields) == MOST_REMEMBERED:
            valid_fields.clear()
        valid_fields.add((name, value))


def to_bytes(value, what):
    if type(value) is bytes:
        return value
    if isinstance(value, (bytes, bytearray, memoryview)):
        # A copy: the app may change its own before it leaves.
        return bytes(value)
    raise TypeError("%s must be bytes, not %s" % (what, type(value).__name__))


def clean(text):
    """Text that has a UTF-8 form: half a surrogate pair has none."""
    return str(text).encode("utf-8", "replace").decode("utf-8")


class Stream:
    """One request or WebSocket: what has come for the app, and how much it may send."""

    # What most streams never set is the class's.
    gone = None
    arrived = None
    granted = 0
    arrival = None
    room = None

    # From the host.

    def on_event(self, event, size):
        self.granted -= size + OVERHEAD
        if self.arrived is None:
            self.arrived = collections.deque()
        self.arrived.append(event)
        self.wake_receivers()

    def on_credit(self, credit):
        self.credit += credit
        if self.room is not None:
            self.room.set()

    def on_disconnect(self, code, reason):
        self.gone = (code, reason)
        self.wake_receivers()
        if self.room is not None:
            self.room.set()

    # For the app.

    def wake_receivers(self):
        if self.arrival is not None:
            self.arrival.set()

    async def wait_for_arrival(self):
        """Tells the host that more is wanted, and waits until something is there."""
        if self.granted < self.wanted / 2:
            self.bridge.put((TO_CREDIT, self.id, self.wanted - self.granted))
            self.granted = self.wanted
        if self.arrival is None:
            self.arrival = asyncio.Event()
        self.arrival.clear()
        await self.arrival.wait()

    async def wait_for_room(self):
        """Waits until the client has taken enough of what was sent."""
        while self.credit <= 0 and self.gone is None:
            if self.room is None:
                self.room = asyncio.Event()
            self.room.clear()
            await self.room.wait()
        self.check_client()

    def put(self, event, size=0):
        self.credit -= size + OVERHEAD
        self.bridge.put(event, size)

    def check_client(self):
        if self.gone is not None:
            raise ClientDisconnected("The client has disconnected.")

    async def run(self, app, scope):
        try:
            await app(scope, self.receive, self.send)
        except BaseException as error:
            # SystemExit and CancelledError, too: a request's failure is not the worker's end. That this client has left the host knows;
            # an app may have sent to another's, too.
            self.bridge.put((TO_END, self.id, "" if self.gone is not None and tells_of_leaving(error) else describe(error)))
        else:
            self.bridge.ended.append(self.id)
        self.bridge.end_stream(self.id)


INITIAL, STARTED, STREAMING, AWAITING_TRAILERS, COMPLETE = range(5)


class HttpStream(Stream):
    state = INITIAL
    head = None
    trailers = more = False

    def __init__(self, bridge, stream_id, body, more):
        self.bridge = bridge
        self.id = stream_id
        # What the host may send ahead of the app, and what the app may send ahead of the client.
        self.wanted = self.credit = bridge.window
        # The part that came with the request, if any.
        self.first = body
        if more:
            self.more = True
            if body is not None:
                # The host sends so much of the rest unasked.
                self.granted = bridge.window // 4

    async def receive(self):
        body = self.first
        if body is not None and self.state != COMPLETE:
            self.first = None
            return {"type": "http.request", "body": body, "more_body": self.more}
        while True:
            if self.state == COMPLETE:
                return {"type": "http.disconnect"}
            if self.arrived:
                body, more = self.arrived.popleft()
                return {"type": "http.request", "body": body, "more_body": more}
            if self.gone is not None:
                return {"type": "http.disconnect"}
            await self.wait_for_arrival()

    def on_body(self, body, more):
        self.on_event((body, more), len(body))
        if not more:
            # The host's credit ends with the body; what comes then is the disconnect, if it is asked for.
            self.granted = 0

    async def send(self, message):
        kind = message["type"]
        state = self.state
        if self.gone is not None or state == COMPLETE:
            self.check_open(kind)
        if kind == "http.response.start":
            if state != INITIAL:
                self.refuse(kind)
            self.head = encode_head(message)
            if message.get("trailers", False):
                self.trailers = True
            self.state = STARTED
        elif kind == "http.response.body":
            if state != STARTED and state != STREAMING:
                self.refuse(kind)
            body = message.get("body", b"")
            if len(body) > PIECE:
                body = await self.send_pieces(body)
            if self.credit <= 0:
                await self.wait_for_room()
            if type(body) is not bytes:
                body = to_bytes(body, "the body")
            more = message.get("more_body", False)
            if more or self.head is None or self.trailers:
                self.put_body(body, bool(more))
            else:
                # A whole response, as most are.
                self.bridge.put_body((TO_RESPONSE, self.id, self.head, False), body, False)
                self.state = COMPLETE
                if self.arrival is not None:
                    self.arrival.set()
        elif kind == "perch.http.response":
            await self.send({**message, "type": "http.response.start"})
            await self.send({"type": "http.response.body", "body": message.get("body", b"")})
        else:
            await self.send_other(kind, message)

    async def send_pieces(self, body):
        """Sends all but the last piece, which is returned."""
        view = memoryview(body).cast("B")
        start = 0
        while len(view) - start > PIECE:
            if self.credit <= 0:
                await self.wait_for_room()
            self.put_body(bytes(view[start:start + PIECE]), True)
            start += PIECE
        return bytes(view[start:])

    async def send_other(self, kind, message):
        if kind == "http.response.zerocopysend":
            await self.send_file(message)
            return
        if self.credit <= 0:
            await self.wait_for_room()
        if kind == "http.response.pathsend":
            if self.state != STARTED:
                self.refuse(kind)
            path = os.fsencode(message["path"])
            self.put_head()
            self.put((TO_PATH, self.id, path))
            self.end_body()
        elif kind == "http.response.trailers":
            if self.state != AWAITING_TRAILERS:
                self.refuse(kind)
            fields = encode_fields(message.get("headers", ()))
            more = bool(message.get("more_trailers", False))
            self.put((TO_TRAILERS, self.id, fields, more))
            if not more:
                self.complete()
        elif kind == "http.response.early_hint":
            if self.state > STREAMING:
                self.refuse(kind)
            links = tuple(to_bytes(link, "a link") for link in message.get("links", ()))
            self.put((TO_EARLY_HINT, self.id, links))
        else:
            self.refuse(kind)

    async def send_file(self, message):
        """The file is open in this process alone: its bytes go the way of every body."""
        if self.state != STARTED and self.state != STREAMING:
            self.refuse("http.response.zerocopysend")
        file = message["file"]
        descriptor = file if isinstance(file, int) else file.fileno()
        offset, left = message.get("offset"), message.get("count")
        while left is None or left > 0:
            size = PIECE if left is None else min(PIECE, left)
            part = os.read(descriptor, size) if offset is None else os.pread(descriptor, size, offset)
            if not part:
                break
            if offset is not None:
                offset += len(part)
            if left is not None:
                left -= len(part)
            if self.credit <= 0:
                await self.wait_for_room()
            self.put_body(part, True)
        if not message.get("more_body", False):
            self.put_body(b"", False)

    def check_open(self, kind):
        if self.state == COMPLETE:
            raise RuntimeError("'%s' was sent, but the response is complete already." % kind)
        self.check_client()

    def refuse(self, kind):
        states = ("nothing has been sent", "the response has started", "the body is being sent", "trailers are awaited")
        raise RuntimeError("'%s' cannot be sent while %s." % (kind, states[self.state]))

    def put_head(self):
        if self.head is not None:
            self.put((TO_RESPONSE, self.id, self.head, self.trailers, None, True))
            self.head = None

    def put_body(self, body, more):
        self.credit -= len(body) + OVERHEAD
        if self.head is not None:
            self.bridge.put_body((TO_RESPONSE, self.id, self.head, self.trailers), body, more)
            self.head = None
        else:
            self.bridge.put_body((TO_BODY, self.id), body, more)
        if more:
            self.state = STREAMING
        else:
            self.end_body()

    def end_body(self):
        if self.trailers:
            self.state = AWAITING_TRAILERS
        else:
            self.complete()

    def complete(self):
        self.state = COMPLETE
        if self.arrival is not None:
            self.arrival.set()


CONNECTING, OPEN, DENYING, CLOSED = range(4)


class WebSocketStream(Stream):
    state = CONNECTING
    connected = False
    head = None

    # One message at a time: a client that is faster than the app is held up by the host, not here.
    wanted = 1

    def __init__(self, bridge, stream_id):
        self.bridge = bridge
        self.id = stream_id
        self.credit = bridge.window

    async def receive(self):
        if not self.connected:
            self.connected = True
            return {"type": "websocket.connect"}
        while True:
            if self.arrived:
                data = self.arrived.popleft()
                if type(data) is str:
                    return {"type": "websocket.receive", "text": data}
                return {"type": "websocket.receive", "bytes": data}
            if self.gone is not None:
                return {"type": "websocket.disconnect", "code": self.gone[0], "reason": self.gone[1]}
            await self.wait_for_arrival()

    async def send(self, message):
        kind = message["type"]
        if self.state == CLOSED:
            if self.gone is not None:
                self.check_client()
            raise RuntimeError("'%s' was sent, but the WebSocket is closed already." % kind)
        self.check_client()
        if self.credit <= 0:
            await self.wait_for_room()
        if kind == "websocket.send" and self.state == OPEN:
            data = message.get("bytes")
            if data is None:
                data = message["text"]
                if not isinstance(data, str):
                    raise TypeError("the text must be str, not %s" % type(data).__name__)
                if type(data) is not str:
                    # marshal writes no subclass; str() may give one, as Django's SafeString.
                    data = "".join((data,))
                # What the host counts, too. Half a surrogate pair is refused here.
                size = len(data) if data.isascii() else len(data.encode("utf-8"))
            else:
                data = to_bytes(data, "the bytes")
                size = len(data)
            if size > self.bridge.largest_message:
                raise ValueError("A message of %d is larger than the largest, %d." % (size, self.bridge.largest_message))
            self.put((TO_MESSAGE, self.id, data), size)
        elif kind == "websocket.accept" and self.state == CONNECTING:
            subprotocol = message.get("subprotocol")
            fields = encode_fields(message.get("headers", ()))
            self.put((TO_ACCEPT, self.id, None if subprotocol is None else clean(subprotocol), fields))
            self.state = OPEN
        elif kind == "websocket.close" and self.state in (CONNECTING, OPEN):
            # Before the accept it is answered with 403, whatever the code.
            code = int(message.get("code", 1000)) if self.state == OPEN else 1000
            if not may_be_sent(code):
                raise ValueError("The code %d cannot be sent (RFC 6455, 7.4)." % code)
            reason = clean(message.get("reason") or "")
            self.put((TO_CLOSE, self.id, code, reason))
            self.state = CLOSED
        elif kind == "websocket.http.response.start" and self.state == CONNECTING:
            self.head = encode_head(message)
            self.state = DENYING
        elif kind == "websocket.http.response.body" and self.state == DENYING:
            body = to_bytes(message.get("body", b""), "the body")
            more = bool(message.get("more_body", False))
            if self.head is not None:
                self.put((TO_RESPONSE, self.id, self.head, False, body, more), len(body))
                self.head = None
            else:
                self.put((TO_BODY, self.id, body, more), len(body))
            if not more:
                self.state = CLOSED
        else:
            states = ("it has not been accepted", "it is open", "it is being denied")
            raise RuntimeError("'%s' cannot be sent to a WebSocket while %s." % (kind, states[self.state]))


def may_be_sent(code):
    """As the host has it: 1004, 1005, 1006 and 1015 are never in a close frame, and what is unassigned is not either."""
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999


class Bridge(asyncio.BufferedProtocol):
    """The connection to the host."""

    def __init__(self, loop, app, lifespan, settings):
        self.loop = loop
        self.app = app
        self.lifespan = lifespan
        self.window = settings["window"]
        self.largest_message = settings["largest_message"]
        self.streams = {}
        self.idle = None
        self.stop = loop.create_future()
        self.transport = None
        # What has been read and is no whole frame yet, at the front of room for more.
        self.received = memoryview(bytearray(READ_SIZE))
        self.received_size = 0
        self.outgoing = []
        self.outgoing_size = 0
        self.large_bodies = []
        self.ended = []
        self.is_flush_due = False

    def connection_made(self, transport):
        self.transport = transport

    def connection_lost(self, error):
        for stream in list(self.streams.values()):
            stream.on_disconnect(1006, "")
        self.end(None)

    def end(self, grace):
        if not self.stop.done():
            self.stop.set_result(grace)

    def get_buffer(self, hint):
        return self.received[self.received_size:]

    def buffer_updated(self, count):
        # After what the events start, and in the same turn of the loop.
        length = self.received_size + count
        view = self.received
        position = 0
        wanted = READ_SIZE
        while length - position >= 4:
            end = position + 4 + int.from_bytes(view[position:position + 4], "little")
            if end > length:
                wanted = max(wanted, end - position)
                break
            for event in marshal.loads(view[position + 4:end]):
                if event[0] == HTTP:
                    self.open_http(event)
                else:
                    self.dispatch(event)
            position = end
        if wanted != len(view):
            self.received = memoryview(bytearray(wanted))
            self.received[:length - position] = view[position:length]
        elif 0 < position < length:
            view[:length - position] = view[position:length]
        self.received_size = length - position
        if self.streams and not self.is_flush_due:
            # Behind the tasks that have been made: what they send at once leaves in this turn of the loop.
            self.is_flush_due = True
            self.loop.call_soon(self.flush)

    def dispatch(self, event):
        kind = event[0]
        if kind == WEBSOCKET:
            self.open_websocket(event)
        elif kind == PING:
            self.put((TO_PONG, 0, event[2]))
        elif kind == SHUTDOWN:
            self.end(event[2])
        else:
            # A stream that is not there has ended, and the host does not know yet.
            stream = self.streams.get(event[1])
            if stream is None:
                return
            if kind == CREDIT:
                stream.on_credit(event[2])
            elif kind == BODY:
                stream.on_body(event[2], event[3])
            elif kind == MESSAGE:
                stream.on_event(event[2], event[3])
            elif kind == DISCONNECT:
                stream.on_disconnect(event[2], event[3])

    def open_http(self, event):
        _, stream_id, method, path, raw_path, query, headers, client, connection, tls, state, body, more = event
        if connection is not None:
            self.set_connection(*connection)
        # A copy of a dictionary and its changes are cheaper than a new one.
        scope = self.http_scope.copy()
        scope["asgi"] = {"version": "3.0", "spec_version": "2.5"}
        scope["method"] = method
        scope["path"] = path
        scope["raw_path"] = raw_path
        scope["query_string"] = query
        scope["headers"] = headers
        scope["client"] = client
        # What the host's code left in it, if anything, and over it what this worker's lifespan did.
        scope["state"] = self.lifespan.state.copy() if state is None else {**state, **self.lifespan.state}
        scope["extensions"] = self.extensions_with(tls)
        self.open(HttpStream(self, stream_id, body, more), scope)

    def open_websocket(self, event):
        _, stream_id, path, raw_path, query, headers, client, connection, tls, state, subprotocols = event
        if connection is not None:
            self.set_connection(*connection)
        scope = self.http_scope.copy()
        del scope["method"]
        scope["type"] = "websocket"
        scope["asgi"] = {"version": "3.0", "spec_version": "2.5"}
        scope["path"] = path
        scope["raw_path"] = raw_path
        scope["query_string"] = query
        scope["headers"] = headers
        scope["client"] = client
        scope["subprotocols"] = subprotocols
        scope["state"] = self.lifespan.state.copy() if state is None else {**state, **self.lifespan.state}
        scope["extensions"] = self.extensions_with(tls)
        self.open(WebSocketStream(self, stream_id), scope)

    def set_connection(self, version, scheme, root_path, server, offered):
        """What most requests have in common; until it is set again."""
        self.extensions = tuple(name for bit, name in enumerate(EXTENSIONS) if offered & (1 << bit))
        self.http_scope = {
            "type": "http",
            "asgi": None,
            "http_version": version,
            "method": None,
            "scheme": scheme,
            "path": None,
            "raw_path": None,
            "query_string": None,
            "root_path": root_path,
            "headers": None,
            "client": None,
            "server": server,
            "state": None,
            "extensions": None,
        }

    def extensions_with(self, tls):
        extensions = {name: {} for name in self.extensions}
        if tls is not None:
            extensions["tls"] = dict(zip(TLS, tls))
        return extensions

    def open(self, stream, scope):
        self.streams[stream.id] = stream
        # A task copies the context that it is made in, so that no request sees the variables of another.
        if self.loop.get_task_factory() is None:
            # As the loop's own create_task(), which makes up a name of each.
            stream.task = asyncio.Task(stream.run(self.app, scope), loop=self.loop, name=scope["path"])
        else:
            stream.task = self.loop.create_task(stream.run(self.app, scope))

    def put(self, event, size=0):
        self.outgoing.append(event)
        if not self.is_flush_due:
            self.is_flush_due = True
            self.loop.call_soon(self.flush)
        if size:
            self.outgoing_size += size
            if self.outgoing_size > LARGEST_FRAME:
                self.write()

    def put_body(self, event, body, more):
        size = len(body)
        if size < LARGE_BODY:
            self.put((*event, body, more), size)
        else:
            self.large_bodies.append(body)
            self.put((*event, size, more), size)

    def end_stream(self, stream_id):
        """Its call has ended. Those that end well are told of together, behind all that they have sent."""
        del self.streams[stream_id]
        if not self.is_flush_due:
            self.is_flush_due = True
            self.loop.call_soon(self.flush)
        if self.idle is not None and not self.streams:
            self.idle.set()

    def flush(self):
        self.is_flush_due = False
        if self.ended:
            self.outgoing.append((TO_ENDED, 0, self.ended))
            self.ended = []
        if self.outgoing:
            self.write()

    def write(self):
        frame = marshal.dumps(self.outgoing, VERSION)
        bodies = self.large_bodies
        if bodies:
            length = len(frame) + sum(map(len, bodies))
            self.transport.writelines([length.to_bytes(4, "little"), frame, *bodies])
            self.large_bodies = []
        else:
            self.transport.write(len(frame).to_bytes(4, "little") + frame)
        self.outgoing = []
        self.outgoing_size = 0

    async def drain(self, grace):
        """Waits for the requests that run; what takes longer is cancelled."""
        if self.streams:
            self.idle = asyncio.Event()
            try:
                await asyncio.wait_for(self.idle.wait(), grace)
            except asyncio.TimeoutError:
                for stream in list(self.streams.values()):
                    stream.task.cancel()
                await asyncio.sleep(0)


class Lifespan:
    """ASGI Lifespan 2.0, of this worker's own."""

    def __init__(self, app, mode):
        self.app = app
        self.mode = mode
        self.state = {}
        self.task = None
        self.received = 0
        self.started = None
        self.stopping = None
        self.stopped = None

    async def startup(self):
        if self.mode == "off":
            return
        loop = asyncio.get_running_loop()
        self.started, self.stopped = loop.create_future(), loop.create_future()
        # No future: one that is awaited ends with whoever gives the wait up.
        self.stopping = asyncio.Event()
        self.task = loop.create_task(self.run())
        await asyncio.wait([self.task, self.started], return_when=asyncio.FIRST_COMPLETED)
        if self.started.done():
            message = self.started.result()
            if message is not None:
                raise StartFailed("The app's startup failed.", message)
            return
        error = self.task.result()
        self.task = None
        if self.received == 0 and self.mode == "auto":
            return
        if self.received == 0:
            raise StartFailed("The app has no lifespan, and is set to require one (lifespan: on).", error or "")
        raise StartFailed("The app ended its lifespan before it said that it had started.", error or "")

    async def shutdown(self):
        """Returns what went wrong, or None."""
        if self.task is None:
            return None
        self.stopping.set()
        await asyncio.wait([self.task, self.stopped], return_when=asyncio.FIRST_COMPLETED)
        return self.stopped.result() if self.stopped.done() else self.task.result()

    async def run(self):
        """Returns how the app failed, or None."""
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": self.state}
        try:
            await self.app(scope, self.receive, self.send)
        except BaseException as error:
            return describe(error)
        return None

    async def receive(self):
        self.received += 1
        if self.received == 1:
            return {"type": "lifespan.startup"}
        await self.stopping.wait()
        return {"type": "lifespan.shutdown"}

    async def send(self, message):
        kind = message["type"]
        answer, _, outcome = kind.rpartition(".")
        future = {"lifespan.startup": self.started, "lifespan.shutdown": self.stopped}.get(answer)
        if future is None or outcome not in ("complete", "failed"):
            raise RuntimeError("'%s' cannot be sent in a lifespan." % kind)
        if future.done():
            raise RuntimeError("'%s' was sent, but that was answered already." % kind)
        future.set_result(None if outcome == "complete" else clean(message.get("message", "")))


class WsgiApp:
    """A WSGI app (PEP 3333) as an ASGI app: each request has a thread of the pool."""

    def __init__(self, app, threads):
        from concurrent.futures import ThreadPoolExecutor

        self.app = app
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="wsgi")

    async def __call__(self, scope, receive, send):
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})
            return
        if scope["type"] != "http":
            raise RuntimeError("A WSGI app has no scope '%s'." % scope["type"])
        loop = asyncio.get_running_loop()
        call = WsgiCall(self.app, scope, receive, send, loop)
        # Threads do not inherit context: without a copy, requests of one thread would share their variables.
        last = await loop.run_in_executor(self.pool, contextvars.copy_context().run, call.run)
        await call.send_part(last, False)


class WsgiCall:
    def __init__(self, app, scope, receive, send, loop):
        self.app = app
        self.scope = scope
        self.receive = receive
        self.send = send
        self.loop = loop
        self.start = None
        self.sent = False

    def run(self):
        """In a thread. Returns the last part of the body."""
        result = self.app(self.environ(), self.start_response)
        try:
            whole = isinstance(result, (list, tuple)) and len(result) == 1
            for part in result:
                if whole:
                    self.check_started()
                    return part
                if part:
                    self.write(part)
            self.check_started()
            return b""
        finally:
            if hasattr(result, "close"):
                result.close()

    def check_started(self):
        if self.start is None:
            raise RuntimeError("The app returned its body without calling start_response.")

    def start_response(self, status, headers, exc_info=None):
        if exc_info:
            try:
                if self.sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self.start is not None:
            raise AssertionError("start_response was called twice.")
        self.start = {
            "type": "http.response.start",
            "status": int(status.split(None, 1)[0]),
            "headers": [(name.encode("latin-1").lower(), value.encode("latin-1")) for name, value in headers],
        }
        return self.write

    def write(self, part):
        self.check_started()
        self.wait(self.send_part(part, True))

    def wait(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result()

    async def send_part(self, part, more):
        if not self.sent:
            self.sent = True
            await self.send(self.start)
        await self.send({"type": "http.response.body", "body": part, "more_body": more})

    def environ(self):
        scope = self.scope
        root_path = scope["root_path"]
        path = scope["path"]
        if root_path and path.startswith(root_path):
            path = path[len(root_path):]
        server = scope["server"] or ("localhost", 80)
        query = scope["query_string"].decode("latin-1")
        environ = {
            "REQUEST_METHOD": scope["method"],
            # PEP 3333: text whose characters are bytes.
            "SCRIPT_NAME": root_path.encode("utf-8").decode("latin-1"),
            "PATH_INFO": path.encode("utf-8").decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": scope["raw_path"].decode("latin-1") + ("?" + query if query else ""),
            "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
            "SERVER_NAME": server[0],
            "SERVER_PORT": str(server[1] or 80),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": scope["scheme"],
            "wsgi.input": io.BufferedReader(WsgiInput(self)),
            "wsgi.input_terminated": True,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }
        if scope["client"]:
            environ["REMOTE_ADDR"] = scope["client"][0]
            environ["REMOTE_PORT"] = str(scope["client"][1])
        for name, value in scope["headers"]:
            if b"_" in name:
                # X_Real_Ip would become the same variable as X-Real-Ip, which a proxy may have set.
                continue
            key = name.decode("latin-1").upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                key = "HTTP_" + key
            value = value.decode("latin-1")
            if key in environ:
                value = environ[key] + ("; " if key == "HTTP_COOKIE" else ",") + value
            environ[key] = value
        return environ


class WsgiInput(io.RawIOBase):
    """The request's body, read as it comes."""

    def __init__(self, call):
        self.call = call
        self.rest = memoryview(b"")
        self.more = True

    def readable(self):
        return True

    def readinto(self, buffer):
        while not self.rest:
            if not self.more:
                return 0
            event = self.call.wait(self.call.receive())
            if event["type"] != "http.request":
                raise ClientDisconnected("The client left before its request was whole.")
            self.rest = memoryview(event["body"])
            self.more = event["more_body"]
        size = min(len(buffer), len(self.rest))
        buffer[:size] = self.rest[:size]
        self.rest = self.rest[size:]
        return size


def adapt_asgi2(app):
    """ASGI 2: a callable that takes the scope and gives one that takes receive and send."""

    async def adapted(scope, receive, send):
        await app(scope)(receive, send)

    return adapted


def detect_interface(app):
    """By what the app can be called with; ASGI 3 where that does not tell."""
    if inspect.isclass(app):
        return "asgi3" if hasattr(app, "__await__") else "asgi2"
    call = app if inspect.isfunction(app) or inspect.ismethod(app) else getattr(app, "__call__", app)
    if inspect.iscoroutinefunction(call):
        return "asgi3"
    try:
        parameters = inspect.signature(call).parameters.values()
    except Exception:
        # Annotations that are read now may be of names that are not there.
        return "asgi3"
    if any(parameter.kind == parameter.VAR_POSITIONAL for parameter in parameters):
        return "asgi3"
    required = [
        parameter for parameter in parameters
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD) and parameter.default is parameter.empty
    ]
    return {1: "asgi2", 2: "wsgi"}.get(len(required), "asgi3")


def takes_nothing(app):
    """Of itself, not of what it wraps."""
    try:
        return not inspect.signature(app, follow_wrapped=False).parameters
    except Exception:
        # As above.
        return False


def tells_of_leaving(error):
    """
    Whether it says no more than that the client has left. A framework may raise an exception of its own for what came out of send(), as
    Starlette does; one that has something to say, or is Python's, is a failure of what followed.
    """
    while error is not None and not isinstance(error, ClientDisconnected):
        if error.args or type(error).__module__ == "builtins":
            return False
        error = error.__cause__ or error.__context__
    return error is not None


def load_app(settings):
    target = settings["target"]
    module_name, _, attributes = target.partition(":")
    if not module_name or not attributes:
        raise StartFailed("The app '%s' is not of the form module:attribute." % target)
    sys.path.insert(0, settings["app_dir"])
    try:
        app = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        # Another module that is missing is the app's own trouble, and its traceback says where.
        own = error.name is not None and (module_name + ".").startswith(error.name + ".")
        details = "" if own else describe(error)
        raise StartFailed("Could not import module '%s' from %s." % (module_name, settings["app_dir"]), details)
    except BaseException as error:
        raise StartFailed("Importing module '%s' failed." % module_name, describe(error))
    for attribute in attributes.split("."):
        try:
            app = getattr(app, attribute)
        except AttributeError:
            raise StartFailed("Module '%s' has no attribute '%s'." % (module_name, attributes))
    if settings["factory"]:
        try:
            app = app()
        except BaseException as error:
            raise StartFailed("The factory '%s' failed." % target, describe(error))
    if not callable(app):
        raise StartFailed("The app '%s' cannot be called: its type is %s." % (target, type(app).__name__))
    if takes_nothing(app):
        raise StartFailed("'%s' takes no arguments, as no app does. If it makes the app, --factory says so." % target)
    interface = settings["interface"]
    if interface == "auto":
        interface = detect_interface(app)
    if interface == "wsgi":
        return WsgiApp(app, settings["threads"]), interface
    return (adapt_asgi2(app) if interface == "asgi2" else app), interface


def describe(error):
    """The traceback, without the worker's own frames at its top."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals is globals():
        trace = trace.tb_next
    text = clean("".join(traceback.format_exception(type(error), error, trace)).rstrip())
    if len(text) > LONGEST_TRACEBACK:
        half = LONGEST_TRACEBACK // 2
        text = "%s\n(%d characters are left out)\n%s" % (text[:half], len(text) - 2 * half, text[-half:])
    return text


def new_loop(choice):
    if choice != "asyncio":
        try:
            import uvloop

            return uvloop.new_event_loop()
        except ImportError:
            if choice == "uvloop":
                raise StartFailed("uvloop is asked for and cannot be imported.")
    return asyncio.new_event_loop()


async def serve(connection, settings):
    loop = asyncio.get_running_loop()
    if 0 < gc.get_threshold()[0] < GARBAGE_THRESHOLD:
        # Before the app is imported, whose own choice wins.
        gc.set_threshold(GARBAGE_THRESHOLD)
    # In the running loop: some apps make futures and locks while they are imported.
    app, interface = load_app(settings)
    lifespan = Lifespan(app, settings["lifespan"])
    await lifespan.startup()
    bridge = Bridge(loop, app, lifespan, settings)
    await loop.create_unix_connection(lambda: bridge, sock=connection)
    # Whoever signals a worker means that one: the host replaces it.
    loop.add_signal_handler(signal.SIGTERM, bridge.put, (TO_LEAVING, 0))
    bridge.put((TO_READY, 0, sys.version.split()[0], type(loop).__module__.partition(".")[0], interface))
    grace = await bridge.stop
    await bridge.drain(ORPHAN_GRACE // 2 if grace is None else grace)
    failure = await lifespan.shutdown()
    if grace is not None:
        bridge.put((TO_STOPPED, 0, failure))
        bridge.flush()
    bridge.transport.close()


async def end_tasks():
    """As asyncio.run() does, with a limit: what the app has started and not ended is cancelled, and may clean up."""
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=ORPHAN_GRACE // 2)
    try:
        await asyncio.wait_for(asyncio.get_running_loop().shutdown_asyncgens(), ORPHAN_GRACE // 2)
    except asyncio.TimeoutError:
        pass


def hang_up(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The host was first.
        pass


def read_frame(connection):
    def read(size):
        data = b""
        while len(data) < size:
            part = connection.recv(size - len(data))
            if not part:
                raise EOFError("The host is gone.")
            data += part
        return data

    return marshal.loads(read(int.from_bytes(read(4), "little")))


def send_frame(connection, event):
    frame = marshal.dumps([event], VERSION)
    connection.sendall(len(frame).to_bytes(4, "little") + frame)


def end_with_host(descriptor):
    """Nothing outlives the host, not even an app whose loop hangs."""
    poll = select.poll()
    # No event asked for: what is left is the hang-up.
    poll.register(descriptor, 0)
    poll.poll()
    threading.Event().wait(ORPHAN_GRACE)
    os._exit(1)


def main():
    path = sys.argv[1]
    sys.argv[1:] = []
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(path)
        settings = read_frame(connection)
    except (OSError, EOFError):
        # The host ended while we started: what it made for us is ours to remove.
        settings = None
    try:
        os.unlink(path)
        os.rmdir(os.path.dirname(path))
    except OSError:
        pass
    if settings is None:
        sys.exit(1)
    # Ctrl+C reaches the whole process group; what it means is the host's to decide. A function, not SIG_IGN, which the app's own
    # child processes would inherit.
    signal.signal(signal.SIGINT, lambda *_: None)
    threading.Thread(target=end_with_host, args=(os.dup(connection.fileno()),), name="end-with-host", daemon=True).start()
    try:
        loop = new_loop(settings["loop"])
        asyncio.set_event_loop(loop)
        try:
            try:
                loop.run_until_complete(serve(connection, settings))
            except (SystemExit, KeyboardInterrupt):
                # Out of a task of the app's. The host is to send nothing more: it would be lost.
                hang_up(connection)
                raise
            finally:
                loop.run_until_complete(end_tasks())
        finally:
            loop.close()
    except StartFailed as failure:
        try:
            connection.setblocking(True)
            send_frame(connection, (TO_FAILED, 0, clean(failure), failure.details))
        except OSError:
            pass
        sys.exit(1)


if __name__ == "__main__":
    main()
