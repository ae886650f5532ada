"""The official MCP client against `glovebox mcp`: the program and its arguments come as ours; what it read goes out as JSON."""

import asyncio
import base64
import json
import os
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

CHART = """
import polars as pl
import matplotlib.pyplot as plt
sales = pl.read_csv("sales.csv").group_by("region").agg(pl.col("amount").sum()).sort("region")
print(sales["amount"].to_list())
plt.bar(sales["region"], sales["amount"])
plt.savefig("/out/sales.png")
sales.write_csv("/out/sales_by_region.csv")
sales
"""


def field(thing, *names):
    """Of whatever name this version of the package has for it."""
    return next(getattr(thing, name) for name in names if hasattr(thing, name))


async def main():
    read = {}
    server = StdioServerParameters(command=sys.argv[1], args=sys.argv[2:], env=dict(os.environ))
    async with stdio_client(server) as (incoming, outgoing):
        async with ClientSession(incoming, outgoing) as session:
            greeted = await session.initialize()
            read["server"] = field(greeted, "serverInfo", "server_info").name
            read["tools"] = [tool.name for tool in (await session.list_tools()).tools]
            resources = (await session.list_resources()).resources
            read["resources"] = [str(resource.uri) for resource in resources]
            page = await session.read_resource(resources[0].uri)
            read["reference"] = len(page.contents[0].text)

            async def call(name, **arguments):
                return await session.call_tool(name, arguments)

            def structured(result):
                return field(result, "structuredContent", "structured_content")

            def failed(result):
                return bool(field(result, "isError", "is_error"))

            read["described"] = structured(await call("describe_files"))
            read["rows"] = structured(await call("read_rows", file="sales.csv", offset=1, limit=2))
            read["missing"] = failed(await call("read_rows", file="nothing.csv"))
            read["checked"] = [failed(await call("check_script", script="1 +")),
                               (await call("check_script", script="1 + 1")).content[0].text]

            ran = await call("run_script", script=CHART)
            read["ran"] = {"failed": failed(ran), "text": ran.content[0].text, "result": structured(ran)}
            read["kinds"] = [block.type for block in ran.content]
            images = [base64.b64decode(block.data) for block in ran.content if block.type == "image"]
            read["png"] = [image[:4].hex() for image in images]

            wrong = await call("run_script", script="import polars as pl\npl.read_csv('sales.csv')['amounts']")
            read["fault"] = {"failed": failed(wrong), "text": wrong.content[0].text}
            limited = await call("run_script", script="while True: pass", limits={"timeout_ms": 300})
            read["limited"] = structured(limited)["limit"]

            unfound = await call("run_script", script="1", files=["nothing.csv"])
            read["unfound"] = [failed(unfound), unfound.content[0].text]

            told = []

            async def progress(done, total, message):
                told.append(message)

            asked = await session.call_tool("ask", {"question": "average amount by region"}, progress_callback=progress)
            read["asked"] = {"failed": failed(asked), "answer": structured(asked), "progress": told}

            # A call that is given up is cancelled, and the server goes on.
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
            read["after"] = (await call("check_script", script="2")).content[0].text
    print(json.dumps(read))


asyncio.run(main())
