"""A Starlette app with its own middleware."""
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route


class Stamp(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        response = await call_next(request)
        response.headers["x-stamp"] = "stamped"
        return response


async def home(request):
    return PlainTextResponse("home")


async def echo(request):
    return PlainTextResponse(await request.body(), media_type=request.headers.get("content-type"))


async def url(request):
    return JSONResponse({"path": request.url.path, "query": dict(request.query_params), "agent": request.headers.get("user-agent")})


async def long(request):
    return PlainTextResponse("long " * 1000)


app = Starlette(
    routes=[Route("/", home), Route("/echo", echo, methods=["POST"]), Mount("/sub", routes=[Route("/url", url)]), Route("/long", long)],
    middleware=[Middleware(Stamp), Middleware(GZipMiddleware, minimum_size=500)],
)
