// Uploads a table, asks about it, and keeps the charts: node ask.mjs URL API_KEY TABLE QUESTION
import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { Glovebox } from 'glovebox-client'

const [url, key, table, question] = process.argv.slice(2)
const glovebox = new Glovebox(url, key)
const file = await glovebox.upload(basename(table), await readFile(table))
const onEvent = (event) => event.type === 'text-delta' && process.stdout.write(event.delta)
const answer = await glovebox.ask(question, { files: [file], onEvent })
console.log()
for (const [at, chart] of answer.charts.entries()) {
  await writeFile(`chart-${at + 1}.png`, await glovebox.download(chart.file_id))
  console.log(`chart-${at + 1}.png: ${chart.alt}`)
}
