"""Reference: the way that tutorials write this service. A resource, one PutItem per request."""

import os
import uuid
from datetime import UTC, datetime

import boto3
from flask import Flask, jsonify, request
from flask.typing import ResponseReturnValue

app = Flask("tutorial")
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@app.get("/")
def index() -> ResponseReturnValue:
    """Reverse the caller's IPv4 address, store it, answer it."""
    address = request.remote_addr or ""
    backwards = ".".join(reversed(address.split(".")))
    item: dict[str, str | int] = {
        "address": address,
        "id": str(uuid.uuid4()),
        "version": 4,
        "reversed": backwards,
        "reverse_pointer": f"{backwards}.in-addr.arpa",
        "seen_at": datetime.now(UTC).isoformat(),
    }
    table.put_item(Item=item)
    return jsonify(item)
