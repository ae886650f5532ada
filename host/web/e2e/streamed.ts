// An answer that streams at the pace of a fast model. The provider of the tests is without a model and done at once, so the
// page is given the stream by itself; all behind that is the app's own.
import type { Page } from "playwright-core";

const DELTA_MS = 10;
const PARAGRAPH =
  "The mean rises from **17.7** in 1970 to **33.7** in 1980, and most of it after 1976. See the `mpg` column.\n\n" +
  "- Europe begins at 25.2 and ends at 37.3\n- Japan begins at 25.5 and ends at 35.4\n\n" +
  "| year | mean | cars |\n| ---: | ---: | ---: |\n| 1970 | 17.7 | 35 |\n| 1971 | 21.2 | 29 |\n| 1972 | 18.7 | 28 |\n\n" +
  '```python\ncars = read("cars.csv")\nshow(cars.group_by("year").mean())\n```\n\n';

/** From the next page on, every answer is a long text that streams for `length_ms`. */
export async function streamLong(page: Page, length_ms: number) {
  await page.addInitScript(
    ([paragraph, delta_ms, count]) => {
      const ask = window.fetch.bind(window);
      const said = (chunk: object) => new TextEncoder().encode(`data: ${JSON.stringify(chunk)}\n\n`);
      window.fetch = (input, init) => {
        const address = input instanceof Request ? input.url : String(input);
        const messageId = /\/messages\/([^/]+)\/stream/.exec(address)?.[1];
        if (messageId === undefined) return ask(input, init);
        const body = new ReadableStream({
          start(controller) {
            controller.enqueue(said({ type: "start", messageId }));
            controller.enqueue(said({ type: "text-start", id: "text" }));
            let at = 0;
            const timer = setInterval(() => {
              const from = (at * 6) % paragraph.length;
              controller.enqueue(said({ type: "text-delta", id: "text", delta: paragraph.slice(from, from + 6) }));
              at += 1;
              if (at < count) return;
              clearInterval(timer);
              controller.enqueue(said({ type: "text-end", id: "text" }));
              controller.enqueue(said({ type: "finish", messageMetadata: { state: "done" } }));
              controller.enqueue(new TextEncoder().encode("data: [DONE]\n\n"));
              controller.close();
            }, delta_ms);
          },
        });
        return Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
      };
    },
    [PARAGRAPH, DELTA_MS, Math.round(length_ms / DELTA_MS)] as const,
  );
}
