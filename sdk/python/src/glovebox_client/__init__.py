"""A client of a Glovebox server: upload tables, ask in plain words, run scripts, download what was made.

    from glovebox_client import Glovebox

    with Glovebox("http://localhost:8080", "gbx_…") as glovebox:
        sales = glovebox.upload("sales.csv")
        answer = glovebox.ask("total amount by region as a bar chart", files=[sales])
        print(answer.text)
        for chart in answer.charts:
            glovebox.download(chart["file_id"], "chart.png")

What the server answers are dictionaries as in the API's documentation (`/docs`); `glovebox_client.models` has their
types. Everything that goes wrong is a `GloveboxError`, whose text says what to do.
"""

from __future__ import annotations

import base64
import contextlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import httpx

if TYPE_CHECKING:
    from .models import File, Message, RunResult

__all__ = ["Answer", "Glovebox", "GloveboxError"]

#: Seconds for which a file that was uploaded is waited for.
PATIENCE_S = 120.0
#: Times that a stream which broke off is taken up again without anything new.
TRIES = 5


class GloveboxError(Exception):
    """What the server, or the way to it, did not do. `code` is stable, for programs; `status` is 0 without an answer."""

    def __init__(self, message: str, status: int = 0, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Answer:
    """An answer as it ended."""

    message: Message
    conversation_id: str

    @property
    def state(self) -> str:
        """`done`, `stopped`, `failed` or `interrupted`."""
        return self.message["state"]

    @property
    def text(self) -> str:
        """What was said, in Markdown, with why it ended early if it did."""
        said = [part["text"] for part in self._parts("text")]
        wrong = [part["message"] for part in self._parts("error") if part.get("run_id") is None]
        return "\n\n".join(said + wrong)

    @property
    def scripts(self) -> list[str]:
        """The scripts that ran, the failed ones too."""
        return [part["script"] for part in self._parts("script")]

    @property
    def tables(self) -> list[dict[str, Any]]:
        """Tables that were shown: `columns`, the first `rows`, and `row_count` of the whole."""
        return [part["table"] for part in self._parts("table")]

    @property
    def charts(self) -> list[dict[str, Any]]:
        """Charts: `title`, `alt` and `file_id`, to download."""
        return self._parts("chart")

    @property
    def files(self) -> list[dict[str, Any]]:
        """Files that scripts wrote: `name`, `media_type`, `bytes` and `file_id`, to download."""
        return self._parts("file")

    @property
    def receipts(self) -> list[dict[str, Any]]:
        """What each run used and made, with which it can be reproduced."""
        return [part["receipt"] for part in self._parts("receipt")]

    def _parts(self, kind: str) -> list[dict[str, Any]]:
        parts: Iterable[Any] = self.message["parts"]
        return [part for part in parts if part["type"] == kind]


class Glovebox:
    """A project on a server: the one of this id, else the oldest one of your personal organisation.

    One client is for one thread at a time.
    """

    def __init__(self, base_url: str, api_key: str, project: str | None = None, timeout_s: float = 60.0) -> None:
        headers = {"Authorization": f"Bearer {api_key}"}
        if project is not None:
            headers["X-Project"] = project
        self._http = httpx.Client(base_url=base_url.rstrip("/"), headers=headers, timeout=timeout_s)
        self._project = project

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    @property
    def project(self) -> str:
        """The project's id."""
        if self._project is None:
            # Looking at its files makes the first project where there is none yet.
            self._call("GET", "/v1/files", params={"limit": 1})
            orgs = self._pages("/api/v1/orgs")
            personal = next(org for org in orgs if org["personal"])
            self._project = [found["id"] for found in self._pages(f"/api/v1/orgs/{personal['id']}/projects")][-1]
        return self._project

    def upload(self, path: str | Path, name: str | None = None) -> File:
        """Adds a file to the project, or a version to one of its name, and waits until it was looked into.

        `latest.state` of the result is `table`, or `not_a_table` with the reason in `latest.problem`.
        """
        path = Path(path)
        with path.open("rb") as stream:
            form = {"file": (name or path.name, stream)}
            file: File = self._call("POST", f"/api/v1/projects/{self.project}/files", files=form)
        until = time.monotonic() + PATIENCE_S
        while file["latest"]["state"] == "pending" and time.monotonic() < until:
            time.sleep(0.1)
            file = self._call("GET", f"/api/v1/files/{file['id']}")
        return file

    def files(self) -> Iterator[File]:
        """The project's files, newest first."""
        return self._pages(f"/api/v1/projects/{self.project}/files")

    def ask(
        self,
        question: str,
        files: Iterable[File | str] = (),
        *,
        conversation: str | None = None,
        model: str | None = None,
        script: str | None = None,
        on_event: Callable[[dict[str, Any]], None] | None = None,
    ) -> Answer:
        """Asks, and waits for the end of the answer.

        `files` are what it is about, as `upload` gave them, or ids. `conversation` goes on with an earlier one. `model` is
        `offline` for the rules, else a provider, or a provider, a slash and its model. `script` is run as it is instead.
        `on_event` is called with each event of the stream, such as `text-delta`. If waiting ends with an exception, such
        as `KeyboardInterrupt`, the answer is stopped.
        """
        if conversation is None:
            made = self._call("POST", f"/api/v1/projects/{self.project}/conversations", json={})
            conversation = made["id"]
        body: dict[str, Any] = {"text": question, "file_ids": [f if isinstance(f, str) else f["id"] for f in files]}
        if model is not None:
            provider, _, named = model.partition("/")
            body["model"] = {"provider": provider, "model": named} if named else {"provider": provider}
        if script is not None:
            body["script"] = script
        asked = self._call("POST", f"/api/v1/conversations/{conversation}/messages", json=body)
        answer = f"/api/v1/messages/{asked['answer']['id']}"
        try:
            for event in self._follow(answer):
                if on_event is not None:
                    on_event(event)
        except BaseException:
            with contextlib.suppress(GloveboxError):
                self._call("POST", f"{answer}/stop")
            raise
        return Answer(self._call("GET", answer), conversation)

    def run(
        self,
        script: str,
        files: Mapping[str, File | bytes | str | Path] | None = None,
        *,
        parameters: Mapping[str, Any] | None = None,
        seed: int = 0,
        limits: Mapping[str, int] | None = None,
    ) -> RunResult:
        """Runs a script in the sandbox; nothing is kept.

        `files` are by the names that the script reads: files of the project, bytes, or paths on this machine. The files
        that the script made are in the result, in base64; a script that raises is a result as well.
        """
        given = [{"name": name, **_content(file)} for name, file in (files or {}).items()]
        body = {"script": script, "files": given, "parameters": dict(parameters or {}), "seed": seed, "limits": dict(limits or {})}
        result: RunResult = self._call("POST", "/v1/run", json=body, timeout=None)
        return result

    def download(self, file: File | str, to: str | Path | None = None) -> bytes:
        """The bytes of one of the project's files, or of a chart or file of an answer by its `file_id`."""
        path = f"/api/v1/generated-files/{file}/content" if isinstance(file, str) else f"/api/v1/files/{file['id']}/content"
        content = self._send("GET", path).content
        if to is not None:
            Path(to).write_bytes(content)
        return content

    def _follow(self, answer: str) -> Iterator[dict[str, Any]]:
        """The events of an answer to its end, over as many connections as that takes."""
        after, tries = 0, 0
        while tries < TRIES:
            tries += 1
            try:
                with self._http.stream("GET", f"{answer}/stream", params={"after": after}) as response:
                    if response.status_code == httpx.codes.NO_CONTENT:
                        return
                    if response.is_error:
                        response.read()
                        raise _refused(response)
                    for line in _lines(response):
                        if line.startswith("id: "):
                            after, tries = int(line[4:]), 0
                        elif line == "data: [DONE]":
                            return
                        elif line.startswith("data: "):
                            yield json.loads(line[6:])
            except httpx.TransportError:
                time.sleep(0.2 * tries)
        raise GloveboxError("The stream of the answer broke off. Ask for the message again in a moment.")

    def _pages(self, path: str) -> Iterator[Any]:
        url: str | None = path
        while url is not None:
            response = self._send("GET", url)
            yield from response.json()["items"]
            url = response.links.get("next", {}).get("url")

    def _call(self, method: str, path: str, **request: Any) -> Any:
        return self._send(method, path, **request).json()

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **request)
        except httpx.TransportError as error:
            raise GloveboxError(f"The server was not reached: {error}") from error
        if response.is_error:
            raise _refused(response)
        return response


def _content(file: File | bytes | str | Path) -> dict[str, str]:
    if isinstance(file, bytes):
        return {"content": base64.b64encode(file).decode()}
    if isinstance(file, (str, Path)):
        return {"content": base64.b64encode(Path(file).read_bytes()).decode()}
    return {"file_id": file["id"]}


def _lines(response: httpx.Response) -> Iterator[str]:
    """The lines of a stream of events, which end with a line feed and with nothing else."""
    rest = b""
    for part in response.iter_bytes():
        *lines, rest = (rest + part).split(b"\n")
        yield from (line.decode() for line in lines)


def _refused(response: httpx.Response) -> GloveboxError:
    """As problem details tell it, or as `/v1` does."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    inner = body.get("error")
    said = inner if isinstance(inner, dict) else body
    fields = "; ".join(f"{field['field']}: {field['message']}" for field in body.get("errors", []))
    message = fields or said.get("detail") or said.get("message") or f"The server answered {response.status_code}."
    return GloveboxError(message, response.status_code, said.get("code") or "")
