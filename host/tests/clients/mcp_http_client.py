"""The official MCP client against `/mcp`: URL, key and project come as arguments; what it read goes out as JSON.

It comes twice: with sessions, as all older clients do, and without, as the protocol has it since 2026-07-28.
"""

import asyncio
import base64
import json
import sys

from mcp import Client, ClientSession
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

url, key, project = sys.argv[1:4]
HEADERS = {"Authorization": f"Bearer {key}", "X-Project": project}

CHART = """
import polars as pl
import matplotlib.pyplot as plt
people = pl.read_csv("cities.csv").sort("people")
print(people["people"].to_list(), params["k"])
plt.bar(people["city"], people["people"])
plt.title("People")
plt.savefig("/out/people.png")
people.write_csv("/out/sorted.csv")
people
"""


def text(result):
    return result.content[0].text


async def analyse(session):
    """From upload to chart, with nothing but the tools."""
    read = {"tools": [tool.name for tool in (await session.list_tools()).tools]}
    added = await session.call_tool("upload_file", {"name": "cities.csv", "text": "city,people\nBonn,3\nCologne,9\n"})
    read["uploaded"] = added.structured_content
    files = (await session.call_tool("list_files", {})).structured_content["files"]
    read["files"] = sorted([file["name"], file["read_as"], file["rows"]] for file in files)
    described = await session.call_tool("describe_file", {"file": "cities.csv"})
    read["columns"] = [column["name"] for column in described.structured_content["table"]["columns"]]
    rows = await session.call_tool("read_rows", {"file": "cities.csv", "offset": 1, "limit": 1})
    read["rows"] = rows.structured_content["rows"]
    read["missing"] = text(await session.call_tool("read_rows", {"file": "nothing.csv"}))
    checked = await session.call_tool("check_script", {"script": "1 +"})
    read["checked"] = [checked.is_error, text(await session.call_tool("check_script", {"script": "1 + 1"}))]
    ran = await session.call_tool("run_script", {"script": CHART, "files": ["cities.csv"], "parameters": {"k": 7}})
    read["ran"] = {"failed": bool(ran.is_error), "text": text(ran), "result": ran.structured_content}
    read["kinds"] = [block.type for block in ran.content]
    read["png"] = [base64.b64decode(block.data)[:4].hex() for block in ran.content if block.type == "image"]
    read["enclosed"] = [block.resource.text for block in ran.content if block.type == "resource"]
    fault = await session.call_tool("run_script", {"script": "import polars as pl\npl.read_csv('cities.csv')['peopel']"})
    read["fault"] = {"failed": bool(fault.is_error), "text": text(fault)}
    unknown = await session.call_tool("run_script", {"script": "1", "files": ["nothing.csv"]})
    read["unknown"] = text(unknown)
    limited = await session.call_tool("run_script", {"script": "while True: pass", "limits": {"timeout_ms": 300}})
    read["limited"] = limited.structured_content["limit"]

    told = []

    async def progress(done, total, message):
        told.append(message)

    question = {"question": "total people by city as a bar chart", "files": ["cities.csv"]}
    asked = await session.call_tool("ask", question, progress_callback=progress)
    read["asked"] = {"failed": bool(asked.is_error), "answer": asked.structured_content, "progress": told,
                     "kinds": [block.type for block in asked.content]}
    more = {"question": "How many rows?", "conversation_id": asked.structured_content["conversation_id"], "model": "offline"}
    read["followed"] = (await session.call_tool("ask", more)).structured_content
    receipt = await session.read_resource(asked.structured_content["receipts"][0]["resource"])
    read["receipt"] = json.loads(receipt.contents[0].text)
    resources = (await session.list_resources()).resources
    table = next(resource for resource in resources if resource.name == "cities.csv")
    read["resource"] = (await session.read_resource(str(table.uri))).contents[0].text
    read["reference"] = len((await session.read_resource("glovebox://reference")).contents[0].text)
    read["templates"] = len((await session.list_resource_templates()).resource_templates)

    # A call that is given up is stopped, and the server goes on.
    begun = asyncio.Event()

    async def begins(done, total, message):
        begun.set()

    script = {"script": "while True: pass"}
    endless = asyncio.create_task(session.call_tool("run_script", script, progress_callback=begins))
    await begun.wait()
    endless.cancel()
    try:
        await endless
    except asyncio.CancelledError:
        pass
    read["after"] = text(await session.call_tool("check_script", {"script": "2"}))
    return read


async def main():
    read = {}
    async with create_mcp_http_client(headers=HEADERS) as http:
        async with streamable_http_client(f"{url}/mcp", http_client=http) as streams:
            async with ClientSession(streams[0], streams[1]) as session:
                greeted = await session.initialize()
                read["server"] = greeted.server_info.name
                read["with_sessions"] = await analyse(session)
    async with create_mcp_http_client(headers=HEADERS) as http:
        async with Client(streamable_http_client(f"{url}/mcp", http_client=http)) as client:
            read["without"] = await analyse(client)
    print(json.dumps(read))


asyncio.run(main())
