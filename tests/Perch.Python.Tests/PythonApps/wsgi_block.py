"""A WSGI app whose thread does not come back."""
import time


def app(environ, start_response):
    print("the thread blocks", flush=True)
    time.sleep(3600)
