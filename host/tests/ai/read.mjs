// Reads streams of answers as a client of the AI SDK does, and prints what it makes of them.
//
// From stdin: {"url", "headers", "streams": [{"path", "hang_up_after": [EVENTS, …]}]}. To stdout, for each stream: the
// UIMessage, the kinds of its chunks, the states that each tool call went through, the texts of errors, the data that
// was transient, and whether it was aborted. A chunk that the package does not know ends this with an error. To stderr,
// a line each time it follows.
import { parseJsonEventStream, readUIMessageStream, uiMessageChunkSchema } from 'ai'

const { url, headers, streams } = JSON.parse(await text(process.stdin))
const read = []
for (const stream of streams) read.push(await follow(stream))
process.stdout.write(JSON.stringify(read))

async function follow({ path, hang_up_after }) {
  const seen = { kinds: [], states: {}, errors: [], transient: [], aborted: false }
  const validated = parseJsonEventStream({ stream: bytes(path, hang_up_after), schema: uiMessageChunkSchema })
  const chunks = validated.pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        if (!chunk.success) throw new Error(`${JSON.stringify(chunk.rawValue)}: ${chunk.error}`)
        const { type, transient, data } = chunk.value
        seen.kinds.push(type)
        seen.aborted ||= type === 'abort'
        if (transient) seen.transient.push({ type, data })
        controller.enqueue(chunk.value)
      },
    }),
  )
  const onError = (error) => seen.errors.push(error.message)
  for await (const message of readUIMessageStream({ stream: chunks, onError })) {
    seen.message = message
    for (const part of message.parts.filter((part) => part.type.startsWith('tool-'))) {
      const states = (seen.states[part.toolCallId] ??= [])
      if (states.at(-1) !== part.state) states.push(part.state)
    }
  }
  return seen
}

// The bytes of a stream, over as many connections as it takes: each but the last is closed by the client after so many
// events, and the next one goes on behind the last event that came.
function bytes(path, hang_up_after) {
  const { readable, writable } = new TransformStream()
  const writer = writable.getWriter()
  const encode = (text) => new TextEncoder().encode(text)
  const carry = async () => {
    let last
    for (const events of [...hang_up_after, Infinity]) {
      const resume = last === undefined ? {} : { 'last-event-id': last }
      const stop = new AbortController()
      const answer = await fetch(url + path, { headers: { ...headers, ...resume }, signal: stop.signal })
      if (answer.status !== 200 || answer.headers.get('x-vercel-ai-ui-message-stream') !== 'v1') {
        throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      }
      process.stderr.write('following\n')
      let count = 0
      for await (const event of whole(answer.body)) {
        last = /^id: (.*)$/m.exec(event)?.[1] ?? last
        await writer.write(encode(event))
        count += 1
        if (count >= events) break
      }
      stop.abort()
    }
    await writer.close()
  }
  carry().catch((error) => writer.abort(error))
  return readable
}

async function* whole(body) {
  let rest = ''
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + piece).split('\n\n')
    rest = events.pop()
    for (const event of events) yield `${event}\n\n`
  }
}

async function text(stream) {
  let text = ''
  for await (const piece of stream) text += piece
  return text
}
