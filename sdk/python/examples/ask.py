"""Uploads a table, asks about it, and keeps the charts: ask.py URL API_KEY TABLE QUESTION"""

import sys

from glovebox_client import Glovebox

url, key, table, question = sys.argv[1:]


def show(event):
    if event["type"] == "text-delta":
        print(event["delta"], end="", flush=True)


with Glovebox(url, key) as glovebox:
    answer = glovebox.ask(question, files=[glovebox.upload(table)], on_event=show)
    print()
    for number, chart in enumerate(answer.charts, 1):
        glovebox.download(chart["file_id"], f"chart-{number}.png")
        print(f"chart-{number}.png: {chart['alt']}")
