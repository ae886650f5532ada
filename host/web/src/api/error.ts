// What goes wrong between the app and its server, as one kind of error.
//
// The server answers with problem details (RFC 9457): a stable code for programs, a sentence for people, and which
// fields are wrong. Whatever else can happen on the way (no connection, a proxy's own page) gets a code of the same kind,
// so that nobody who shows an error has to tell them apart.
import type { components } from "./schema";

export type FieldError = components["schemas"]["ProblemField"];

/** The request never got an answer. */
export const OFFLINE = "offline";
/** What stays to be read when whoever reads it has logged in again. The server's own sentence is for programs. */
const LOGGED_OUT = "You were logged out before this was done. Log in and try again.";
/** Something answered that is not Glovebox. */
export const UNREADABLE = "unreadable";

interface Details {
  code: string;
  /** What is wrong and what to do, for people. */
  message: string;
  /** The HTTP status; 0 without an answer. */
  status: number;
  fields?: readonly FieldError[];
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: readonly FieldError[];
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(details: Details) {
    super(details.message);
    this.name = "ApiError";
    this.code = details.code;
    this.status = details.status;
    this.fields = details.fields ?? [];
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** What an answer without success says. */
  static async fromResponse(response: Response): Promise<ApiError> {
    const { status } = response;
    const problem = await problemOf(response);
    const retryAfterSeconds = seconds(response.headers.get("retry-after"));
    if (problem === undefined) {
      const message = `The server is unavailable (status ${status}). Try again in a minute.`;
      return new ApiError({ code: UNREADABLE, message, status, retryAfterSeconds });
    }
    return new ApiError({
      code: problem.code,
      message: isSessionOver(response) ? LOGGED_OUT : messageOf(problem),
      status,
      fields: problem.errors ?? [],
      requestId: problem.request_id,
      retryAfterSeconds,
    });
  }

  /** Any thrown value. */
  static from(thrown: unknown): ApiError {
    if (thrown instanceof ApiError) return thrown;
    if (thrown instanceof TypeError) {
      // What `fetch` rejects with when there is no answer, in every browser.
      const message = "Glovebox is not responding. Check your connection and try again.";
      return new ApiError({ code: OFFLINE, message, status: 0 });
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return new ApiError({ code: UNREADABLE, message, status: 0 });
  }

  /** Nobody is logged in, or no longer. */
  get needsLogin(): boolean {
    return this.status === 401;
  }

  /** The same request may well succeed a moment later. */
  get passes(): boolean {
    return this.code === OFFLINE || this.code === "rate_limited" || [502, 503, 504].includes(this.status);
  }
}

/** The detail names fields as programs know them; what is wrong with each is a sentence by itself. */
function messageOf({ detail, errors = [] }: components["schemas"]["Problem"]): string {
  return errors.length > 0 ? errors.map(({ message }) => sentence(message)).join(" ") : sentence(detail);
}

/** "There is no such file.", of "there is no such file". */
function sentence(text: string | undefined): string {
  // Problem details may leave it out.
  if (!text) return "That did not work.";
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:…]$/.test(begun) ? begun : `${begun}.`;
}

/** At the log-in itself a 401 is about the password. */
function isSessionOver({ status, url }: Response): boolean {
  return status === 401 && !url.endsWith("/api/v1/sessions");
}

async function problemOf(response: Response): Promise<components["schemas"]["Problem"] | undefined> {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return undefined;
  try {
    return (await response.json()) as components["schemas"]["Problem"];
  } catch {
    return undefined;
  }
}

function seconds(header: string | null): number | undefined {
  const value = Number(header);
  return header !== null && Number.isFinite(value) ? value : undefined;
}
