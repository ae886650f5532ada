"""The Python client against a real server: URL, key and project come as arguments; what it read goes out as JSON."""

import base64
import json
import sys
import tempfile
from pathlib import Path

from glovebox_client import Glovebox, GloveboxError

url, key, project = sys.argv[1:4]
SUM = """
import polars as pl
print(pl.read_csv("c.csv")["people"].sum(), pl.read_csv("n.csv")["n"].sum(), params["k"])
pl.read_csv("n.csv").write_csv("/out/copy.csv")
"""
ENDLESS = "print('on it', flush=True)\nwhile True: pass"

with Glovebox(url, key) as glovebox, tempfile.TemporaryDirectory() as folder:
    read = {"own_project": glovebox.project == project}
    table = Path(folder, "cities.csv")
    table.write_text("city,people\nBonn,3\nCologne,9\n")
    cities = glovebox.upload(table)
    latest = cities["latest"]
    read["uploaded"] = [cities["name"], latest["state"], latest["row_count"]]
    read["files"] = sorted(file["name"] for file in glovebox.files())
    read["content"] = glovebox.download(cities).decode()

    events = []
    question = "total people by city as a bar chart"
    answer = glovebox.ask(question, files=[cities], on_event=lambda event: events.append(event["type"]))
    read |= {"state": answer.state, "text": answer.text, "events": sorted(set(events))}
    read["png"] = glovebox.download(answer.charts[0]["file_id"], Path(folder, "chart.png"))[:4].hex()
    more = glovebox.ask("How many rows?", conversation=answer.conversation_id, model="offline")
    read["followed"] = more.message["parent_id"] is not None and more.conversation_id == answer.conversation_id

    ran = glovebox.run(SUM, {"c.csv": cities, "n.csv": b"n\n2\n3\n"}, parameters={"k": 7})
    assert base64.b64decode(ran["files"][0]["content"]) == b"n\n2\n3\n"
    read["ran"] = [ran["outcome"], ran["stdout"], [file["name"] for file in ran["files"]]]
    read["fault"] = glovebox.run("1 / 0")["error"]["type"]

    try:
        glovebox.download("00000000-0000-0000-0000-000000000000")
    except GloveboxError as error:
        read["refused"] = [error.status, error.code, str(error)]
    try:
        glovebox.run(" ")
    except GloveboxError as error:
        read["wrong"] = str(error)

    conversation = []

    def give_up(event):
        if event["type"] == "data-output":
            raise KeyboardInterrupt

    try:
        glovebox.ask("Count.", conversation=more.conversation_id, script=ENDLESS, on_event=give_up)
    except KeyboardInterrupt:
        pages = glovebox._pages(f"/api/v1/conversations/{more.conversation_id}/messages")
        read["stopped"] = max(pages, key=lambda message: message["id"])["state"]

print(json.dumps(read))
