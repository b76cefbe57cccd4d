"""A client of the document's REST endpoints and Socket.IO events, with requests and python-socketio.

It is given the address of a server and of a page that the server may read, and a PDF on standard input. It prints what
it heard by socket as JSON, and fails at the first answer that is not what the document promises.
"""

import json
import sys
import threading

import requests
import socketio

URL, PAGE_URL = sys.argv[1:3]
PDF = sys.stdin.buffer.read()
http = requests.Session()


def call(method, path, status, **options):
    answer = http.request(method, URL + "/api" + path, timeout=20, **options)
    assert answer.status_code == status, (method, path, answer.status_code, answer.text)
    return answer.json() if answer.content else None


def node(id, type, label, data):
    return {"id": id, "type": type, "label": label, "positionX": 0, "positionY": 0, "data": data}


def edge(source, target):
    return {"sourceNodeId": source, "targetNodeId": target}


def walk(workflow_id, user_id=None, token=None, answer="Hello"):
    heard = []
    over = threading.Event()
    sio = socketio.Client(reconnection=False)

    def hear(name, then=None):
        def handler(payload=None):
            heard.append([name, payload])
            if then:
                then(payload)

        sio.on(name, handler)

    hear("session:started", lambda told: sio.emit("node:execute", {"nodeId": told["activeNode"]["id"]}))
    hear("node:execution_complete", lambda told: sio.emit("workflow:advance", {"fromNodeId": told["nodeId"]}))
    hear("workflow:node_activated", lambda told: sio.emit("node:execute", {"nodeId": told["node"]["id"]}))
    hear("system:waiting_for_input", lambda told: sio.emit("user:message", {"message": answer}))
    hear("ai:processing_start")
    hear("ai:chunk")
    hear("ai:processing_end")
    hear("workflow:finished", lambda told: over.set())
    hear("error:api", lambda told: over.set())

    sio.connect(URL, auth={"token": token} if token else None)
    begin = {"workflowId": workflow_id}
    if user_id:
        begin["userId"] = user_id
    sio.emit("session:start", begin)
    assert over.wait(20), heard
    sio.disconnect()
    return heard


def end_early(workflow_id):
    """Begins, and ends at once with an event that has no payload."""
    started, over = threading.Event(), threading.Event()
    sio = socketio.Client(reconnection=False)
    sio.on("session:started", lambda told: started.set())
    sio.on("workflow:finished", lambda told: over.set())
    sio.connect(URL)
    sio.emit("session:start", {"workflowId": workflow_id})
    assert started.wait(20)
    sio.emit("session:end")
    assert over.wait(20)
    sio.disconnect()


call("GET", "/health", 200)
person = {"email": "grace@example.com", "password": "correct horse battery"}
call("POST", "/auth/register", 201, json=person)
login = call("POST", "/auth/login", 200, json=person)
token, user_id = login["token"], login["user"]["id"]
call("GET", "/auth/me", 401)
http.headers["Authorization"] = "Bearer " + token
assert call("GET", "/auth/me", 200)["user"]["email"] == person["email"]

graph = {
    "name": "Questions",
    "nodes": [
        node("t", "trigger", "Begin", {}),
        node("s", "speak", "Greet", {"text": "Hello!"}),
        node("l", "listen", "Question", {"prompt": "What would you like to know?", "saveAs": "question"}),
        node("a", "ai", "Answer", {}),
    ],
    "edges": [edge("t", "s"), edge("s", "l"), edge("l", "a")],
}
workflow_id = call("POST", "/workflows", 201, json=graph)["id"]
assert [item["id"] for item in call("GET", "/workflows", 200)["items"]] == [workflow_id]
assert len(call("GET", "/workflows/" + workflow_id, 200)["nodes"]) == 4
assert call("PUT", "/workflows/" + workflow_id, 200, json={"isPublic": True})["isPublic"] is True
template = call("GET", "/templates", 200)["items"][0]["id"]
clone = call("POST", "/workflows/%s/clone" % template, 201)["id"]
call("DELETE", "/workflows/" + clone, 204)

call("POST", "/knowledge/pdf", 201, files={"file": ("delivery.pdf", PDF, "application/pdf")})
call("POST", "/knowledge/scrape", 201, json={"url": PAGE_URL})
manual = {"question": "Do you take cards?", "answer": "We take all cards and cash."}
item = call("POST", "/knowledge/manual", 201, json=manual)["id"]
assert len(call("GET", "/knowledge", 200)["items"]) == 3
call("PUT", "/knowledge/" + item, 200, json={"enabled": True})

call("POST", "/keys", 201, json={"service": "gemini", "key": "AIza-secret-1234"})
assert "secret" not in json.dumps(call("GET", "/keys", 200))
call("DELETE", "/keys/gemini", 204)
assert "all cards" in call("POST", "/ai/generate", 200, json={"prompt": manual["question"]})["text"]
call("POST", "/ai/generate-workflow", 503, json={"prompt": "Ask for a name."})

heard = {
    "owner": walk(workflow_id, user_id=user_id, token=token, answer=manual["question"]),
    "guest": walk(workflow_id, answer=manual["question"]),
    "stranger": walk("unknown"),
}
end_early(workflow_id)
call("DELETE", "/knowledge/" + item, 204)
call("DELETE", "/workflows/" + workflow_id, 204)
print(json.dumps(heard))
