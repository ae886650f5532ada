/**
 * A client of a Glovebox server: upload tables, ask in plain words, run scripts, download what was made.
 *
 *     const glovebox = new Glovebox('http://localhost:8080', 'gbx_…')
 *     const sales = await glovebox.upload('sales.csv', await readFile('sales.csv'))
 *     const answer = await glovebox.ask('total amount by region as a bar chart', { files: [sales] })
 *     console.log(answer.text)
 *
 * What the server answers has the types of the API's document (`/docs`). Everything that goes wrong is a
 * `GloveboxError`, whose message says what to do.
 */
import type { components } from './schema.js'

type Schemas = components['schemas']
export type File = Schemas['File']
export type Message = Schemas['Message']
export type Part = Schemas['MessagePart']
export type RunResult = Schemas['RunResult']
type PartOf<Kind extends Part['type']> = Extract<Part, { type: Kind }>

/** An event of an answer's stream, such as `text-delta`. */
export type StreamEvent = { type: string; [field: string]: unknown }

/** Milliseconds for which a file that was uploaded is waited for. */
const PATIENCE_MS = 120_000
/** Times that a stream which broke off is taken up again without anything new. */
const TRIES = 5

/** What the server did not do. `code` is stable, for programs. */
export class GloveboxError extends Error {
  constructor(
    message: string,
    readonly status = 0,
    readonly code = '',
  ) {
    super(message)
    this.name = 'GloveboxError'
  }
}

/** An answer as it ended. */
export class Answer {
  constructor(
    readonly message: Message,
    readonly conversationId: string,
  ) {}

  /** `done`, `stopped`, `failed` or `interrupted`. */
  get state(): Message['state'] {
    return this.message.state
  }

  /** What was said, in Markdown, with why it ended early if it did. */
  get text(): string {
    const said = this.parts('text').map((part) => part.text)
    const wrong = this.parts('error').filter((part) => part.run_id == null)
    return [...said, ...wrong.map((part) => part.message)].join('\n\n')
  }

  /** The scripts that ran, the failed ones too. */
  get scripts(): string[] {
    return this.parts('script').map((part) => part.script)
  }

  get tables(): PartOf<'table'>['table'][] {
    return this.parts('table').map((part) => part.table)
  }

  /** Charts, to download by their `file_id`. */
  get charts(): PartOf<'chart'>[] {
    return this.parts('chart')
  }

  /** Files that scripts wrote, to download by their `file_id`. */
  get files(): PartOf<'file'>[] {
    return this.parts('file')
  }

  private parts<Kind extends Part['type']>(kind: Kind): PartOf<Kind>[] {
    return this.message.parts.filter((part): part is PartOf<Kind> => part.type === kind)
  }
}

export interface Ask {
  /** What it is about, as `upload` gave it, or ids. */
  files?: (File | string)[]
  /** Goes on with an earlier conversation. */
  conversation?: string
  /** `offline` for the rules, else a provider, or a provider, a slash and its model. */
  model?: string
  /** Is run as it is, instead of what a model writes. */
  script?: string
  onEvent?: (event: StreamEvent) => void
  /** Stops the answer. */
  signal?: AbortSignal
}

export interface Run {
  /** By the names that the script reads: files of the project, or bytes. */
  files?: Record<string, File | Uint8Array>
  parameters?: Record<string, unknown>
  seed?: number
  limits?: Schemas['RunLimits']
  /** Stops the script. */
  signal?: AbortSignal
}

/** A project on a server: the one of this id, else the oldest one of your personal organisation. */
export class Glovebox {
  private readonly base: string

  constructor(
    baseUrl: string,
    private readonly apiKey: string,
    private project?: string,
  ) {
    this.base = baseUrl.replace(/\/+$/, '')
  }

  /** The project's id. */
  async projectId(): Promise<string> {
    if (this.project !== undefined) return this.project
    // Looking at its files makes the first project where there is none yet.
    await this.call('GET', '/v1/files?limit=1')
    const orgs = await this.all<Schemas['Org']>('/api/v1/orgs')
    const personal = orgs.find((org) => org.personal)
    const projects = await this.all<Schemas['Project']>(`/api/v1/orgs/${personal?.id}/projects`)
    const oldest = projects.at(-1)
    if (oldest === undefined) throw new GloveboxError('There is no project. Create one in the browser app.')
    return (this.project = oldest.id)
  }

  /** Adds a file to the project, or a version to one of its name, and waits until it was looked into. */
  async upload(name: string, content: Uint8Array<ArrayBuffer> | Blob | string): Promise<File> {
    const form = new FormData()
    form.set('file', new Blob([content]), name)
    let file = await this.call<File>('POST', `/api/v1/projects/${await this.projectId()}/files`, { body: form })
    const until = Date.now() + PATIENCE_MS
    while (file.latest.state === 'pending' && Date.now() < until) {
      await pause(100)
      file = await this.call<File>('GET', `/api/v1/files/${file.id}`)
    }
    return file
  }

  /** The project's files, newest first. */
  async files(): Promise<File[]> {
    return this.all<File>(`/api/v1/projects/${await this.projectId()}/files`)
  }

  /** Asks, and waits for the end of the answer. If waiting ends with an error, the answer is stopped. */
  async ask(question: string, ask: Ask = {}): Promise<Answer> {
    let conversation = ask.conversation
    if (conversation === undefined) {
      const path = `/api/v1/projects/${await this.projectId()}/conversations`
      conversation = (await this.send<Schemas['Conversation']>(path, {})).id
    }
    const [provider, ...model] = ask.model?.split('/') ?? []
    const body = {
      text: question,
      file_ids: (ask.files ?? []).map(idOf),
      ...(provider && { model: { provider, ...(model.length > 0 && { model: model.join('/') }) } }),
      ...(ask.script !== undefined && { script: ask.script }),
    }
    const asked = await this.send<Schemas['AskedQuestion']>(`/api/v1/conversations/${conversation}/messages`, body)
    const answer = `/api/v1/messages/${asked.answer.id}`
    try {
      for await (const event of this.follow(answer, ask.signal)) ask.onEvent?.(event)
    } catch (error) {
      await this.call('POST', `${answer}/stop`).catch(() => undefined)
      throw error
    }
    return new Answer(await this.call<Message>('GET', answer), conversation)
  }

  /** Runs a script in the sandbox; nothing is kept. A script that raises is a result as well. */
  async run(script: string, run: Run = {}): Promise<RunResult> {
    const files = Object.entries(run.files ?? {}).map(([name, file]) =>
      file instanceof Uint8Array ? { name, content: base64(file) } : { name, file_id: file.id },
    )
    const { parameters = {}, seed = 0, limits = {} } = run
    return this.send<RunResult>('/v1/run', { script, files, parameters, seed, limits }, run.signal)
  }

  /** The bytes of one of the project's files, or of a chart or file of an answer by its `file_id`. */
  async download(file: File | string): Promise<Uint8Array> {
    const noun = typeof file === 'string' ? 'generated-files' : 'files'
    const response = await this.request('GET', `/api/v1/${noun}/${idOf(file)}/content`)
    return new Uint8Array(await response.arrayBuffer())
  }

  /** The events of an answer to its end, over as many connections as that takes. */
  private async *follow(answer: string, signal?: AbortSignal): AsyncGenerator<StreamEvent> {
    let after = 0
    for (let tries = 1; tries <= TRIES; tries++) {
      try {
        const response = await this.request('GET', `${answer}/stream?after=${after}`, { signal })
        if (response.status === 204 || response.body === null) return
        for await (const line of lines(response.body)) {
          if (line.startsWith('id: ')) {
            after = Number(line.slice(4))
            tries = 0
          } else if (line === 'data: [DONE]') {
            return
          } else if (line.startsWith('data: ')) {
            yield JSON.parse(line.slice(6)) as StreamEvent
          }
        }
      } catch (error) {
        // What fetch calls a failure of the network is taken up again.
        if (!(error instanceof TypeError) || signal?.aborted) throw error
        await pause(200 * tries)
      }
    }
    throw new GloveboxError('The stream of the answer broke off. Ask for the message again in a moment.')
  }

  private async all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = []
    for (let next: string | undefined = path; next !== undefined; ) {
      const response = await this.request('GET', next)
      items.push(...((await response.json()) as { items: Item[] }).items)
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
    }
    return items
  }

  private send<Answered>(path: string, body: unknown, signal?: AbortSignal): Promise<Answered> {
    const headers = { 'content-type': 'application/json' }
    return this.call<Answered>('POST', path, { body: JSON.stringify(body), headers, signal })
  }

  private async call<Answered>(method: string, path: string, init: RequestInit = {}): Promise<Answered> {
    return (await (await this.request(method, path, init)).json()) as Answered
  }

  private async request(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${this.apiKey}`)
    if (this.project !== undefined) headers.set('x-project', this.project)
    const response = await fetch(new URL(path, this.base + '/'), { ...init, method, headers })
    if (!response.ok) throw await refused(response)
    return response
  }
}

function idOf(file: File | string): string {
  return typeof file === 'string' ? file : file.id
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const read = (rest + decoder.decode(value, { stream: true })).split('\n')
      rest = read.pop() ?? ''
      yield* read
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** As problem details tell it, or as `/v1` does. */
async function refused(response: Response): Promise<GloveboxError> {
  type Told = { detail?: string; message?: string; code?: string | null }
  type Body = Told & { error?: Told; errors?: { field: string; message: string }[] }
  const body = (await response.json().catch(() => ({}))) as Body
  const told = body.error ?? body
  const fields = body.errors?.map((field) => `${field.field}: ${field.message}`).join('; ')
  const message = fields || told.detail || told.message || `The server answered ${response.status}.`
  return new GloveboxError(message, response.status, told.code ?? '')
}
