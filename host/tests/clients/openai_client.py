"""The `openai` package against a real server: URL, key and project come as arguments; what it read goes out as JSON."""

import json
import sys
import tempfile
from pathlib import Path

import openai

url, key, project = sys.argv[1:4]
client = openai.OpenAI(base_url=f"{url}/v1", api_key=key, default_headers={"X-Project": project}, max_retries=0)
read = {"models": [model.id for model in client.models.list()]}
read["model"] = client.models.retrieve("offline").id

with tempfile.TemporaryDirectory() as folder:
    table = Path(folder, "cities.csv")
    table.write_text("city,people\nBonn,3\nCologne,9\n")
    with table.open("rb") as stream:
        file = client.files.create(file=stream, purpose="user_data")
read["file"] = [file.filename, file.bytes, file.purpose]
read["files"] = [known.filename for known in client.files.list()]
read["content"] = client.files.content(file.id).text

asked = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "average amount by region"}]
whole = client.chat.completions.create(model="glovebox", messages=asked)
read["answer"] = whole.choices[0].message.content
read["finish"] = whole.choices[0].finish_reason
read["tokens"] = whole.usage.total_tokens

asked += [{"role": "assistant", "content": read["answer"]}, {"role": "user", "content": "How many rows?"}]
stream = client.chat.completions.create(
    model="offline", messages=asked, stream=True, stream_options={"include_usage": True}
)
chunks = list(stream)
read["streamed"] = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
read["pieces"] = len(chunks)
read["streamed_usage"] = chunks[-1].usage.total_tokens

about = [{"type": "text", "text": "How many rows?"}, {"type": "file", "file": {"file_id": file.id}}]
read["about_file"] = client.chat.completions.create(
    model="offline", messages=[{"role": "user", "content": about}]
).choices[0].message.content

response = client.responses.create(model="offline", input="average amount by region")
read["response"] = response.output_text
read["status"] = response.status
read["retrieved"] = client.responses.retrieve(response.id).status
events = list(client.responses.create(
    model="offline", input="How many rows?", previous_response_id=response.id, stream=True
))
read["events"] = [event.type for event in events]
read["response_streamed"] = "".join(event.delta for event in events if event.type == "response.output_text.delta")
read["completed"] = events[-1].response.output_text

read["deleted"] = client.files.delete(file.id).deleted
for name, call in {
    "unknown_model": lambda: client.chat.completions.create(model="nobody", messages=asked),
    "gone_file": lambda: client.files.retrieve(file.id),
    "wrong_key": lambda: client.with_options(api_key="gbx_wrong").models.list(),
}.items():
    try:
        call()
        read[name] = "no error"
    except openai.APIStatusError as error:
        read[name] = [type(error).__name__, error.status_code, error.type, error.code]
print(json.dumps(read))
