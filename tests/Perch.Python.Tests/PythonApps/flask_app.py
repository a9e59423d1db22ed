"""A Flask app, by WSGI."""
from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.route("/")
def home():
    return "Hello from Flask"


@app.route("/echo", methods=["POST"])
def echo():
    return request.get_data(), 201


@app.route("/environ/<name>")
def environ(name):
    return jsonify({
        "name": name, "path": request.path, "query": request.args, "root": request.script_root, "url": request.url,
        "remote": request.remote_addr, "scheme": request.scheme, "length": request.content_length, "field": request.headers.get("X-Field"),
    })


@app.route("/lines", methods=["POST"])
def lines():
    return jsonify([len(line) for line in request.stream])


@app.route("/stream")
def stream():
    return Response(("part %d\n" % i for i in range(5)), mimetype="text/plain")


@app.route("/fails")
def fails():
    raise ValueError("a detail")
