"""An app that has tasks of its own, and looks about while it waits for its shutdown."""
import asyncio
import os


def note(text):
    with open(os.environ["NOTES"], "a") as file:
        file.write(text + "\n")


async def work():
    try:
        await asyncio.sleep(3600)
    finally:
        # The loop still runs.
        await asyncio.sleep(0)
        note("the task was cancelled")


async def app(scope, receive, send):
    assert scope["type"] == "lifespan"
    await receive()
    task = asyncio.ensure_future(work())
    await send({"type": "lifespan.startup.complete"})
    try:
        await asyncio.wait_for(receive(), 0.01)
    except asyncio.TimeoutError:
        note("looked about")
    note((await receive())["type"])
    await send({"type": "lifespan.shutdown.complete"})
    await task
