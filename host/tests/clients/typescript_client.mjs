// The TypeScript client against a real server: its built module, URL, key and project come as arguments; what it read
// goes out as JSON.
import assert from 'node:assert'
import { pathToFileURL } from 'node:url'

const [built, url, key, project] = process.argv.slice(2)
const { Glovebox, GloveboxError } = await import(pathToFileURL(built).href)
const SUM = `
import polars as pl
print(pl.read_csv("c.csv")["people"].sum(), pl.read_csv("n.csv")["n"].sum(), params["k"])
pl.read_csv("n.csv").write_csv("/out/copy.csv")
`
const ENDLESS = "print('on it', flush=True)\nwhile True: pass"
const text = (bytes) => new TextDecoder().decode(bytes)

const glovebox = new Glovebox(url, key)
const read = { own_project: (await glovebox.projectId()) === project }
const cities = await glovebox.upload('cities.csv', 'city,people\nBonn,3\nCologne,9\n')
read.uploaded = [cities.name, cities.latest.state, cities.latest.row_count]
read.files = (await glovebox.files()).map((file) => file.name).sort()
read.content = text(await glovebox.download(cities))

const events = new Set()
const onEvent = (event) => events.add(event.type)
const answer = await glovebox.ask('total people by city as a bar chart', { files: [cities], onEvent })
Object.assign(read, { state: answer.state, text: answer.text, events: [...events].sort() })
read.png = Buffer.from(await glovebox.download(answer.charts[0].file_id)).subarray(0, 4).toString('hex')
const conversation = answer.conversationId
const more = await glovebox.ask('How many rows?', { conversation, model: 'offline' })
read.followed = more.message.parent_id !== null && more.conversationId === conversation

const files = { 'c.csv': cities, 'n.csv': new TextEncoder().encode('n\n2\n3\n') }
const ran = await glovebox.run(SUM, { files, parameters: { k: 7 } })
assert.equal(Buffer.from(ran.files[0].content, 'base64').toString(), 'n\n2\n3\n')
read.ran = [ran.outcome, ran.stdout, ran.files.map((file) => file.name)]
read.fault = (await glovebox.run('1 / 0')).error.type

const refusal = async (call) => {
  const error = await call.then(() => assert.fail('nothing was refused'), (error) => error)
  assert(error instanceof GloveboxError, error)
  return error
}
const refused = await refusal(glovebox.download('00000000-0000-0000-0000-000000000000'))
read.refused = [refused.status, refused.code, refused.message]
read.wrong = (await refusal(glovebox.run(' '))).message

const giveUp = new AbortController()
const begun = (event) => event.type === 'data-output' && giveUp.abort()
const asking = glovebox.ask('Count.', { conversation, script: ENDLESS, onEvent: begun, signal: giveUp.signal })
await asking.then(() => assert.fail('it went on'), (error) => assert.equal(error.name, 'AbortError'))
const { items } = await (
  await fetch(`${url}/api/v1/conversations/${conversation}/messages`, { headers: { authorization: `Bearer ${key}` } })
).json()
read.stopped = items.sort((a, b) => (a.id < b.id ? 1 : -1))[0].state
console.log(JSON.stringify(read))
