// A model provider on loopback that speaks OpenAI's chat completions, as Ollama and vLLM do.
import { once } from "node:events";
import { createServer } from "node:http";

export interface Provider {
  url: string;
  /** The keys and models that came with requests. */
  asked: { authorization: string | undefined; model: string }[];
  stop: () => void;
}

/** Answers everything with `text` to those who send `key`. */
export async function startProvider(key: string, model: string, text: string): Promise<Provider> {
  const asked: Provider["asked"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      const wanted = (JSON.parse(body) as { model: string }).model;
      const { authorization } = request.headers;
      asked.push({ authorization, model: wanted });
      const refuse = (status: number, message: string) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: { message } }));
      };
      if (authorization !== `Bearer ${key}`) {
        refuse(401, "This key is not known here.");
        return;
      }
      if (wanted !== model) {
        refuse(404, `model '${wanted}' not found, try pulling it first`);
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      const send = (data: object) => response.write(`data: ${JSON.stringify(data)}\n\n`);
      send({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] });
      send({
        choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
        usage: { prompt_tokens: 1_200, completion_tokens: 34 },
      });
      response.end("data: [DONE]\n\n");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no free port");
  return { url: `http://127.0.0.1:${address.port}`, asked, stop: () => void server.close() };
}
