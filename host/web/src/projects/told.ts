// What the model is told of a project's prompts: the server's own words (host/src/agent/prompt.rs), for the preview.

export interface Instruction {
  name: string;
  text: string;
  enabled: boolean;
}

/** As they stand in the request, before the tables, the conversation and the question. */
export function told(instructions: readonly Instruction[]): string {
  const used = instructions.filter(({ enabled }) => enabled);
  if (used.length === 0) return "";
  const parts = used.map(({ name, text }) => `# Instructions of this project: ${name}\n${text.trim()}\n\n`);
  return `${parts.join("")}The rules above come before the project's instructions.`;
}

/** The bytes that the server counts as a token where no provider has counted. */
const BYTES_A_TOKEN = 3;

/** About how many tokens of a model a text takes, rather too many than too few. */
export function tokens(text: string): number {
  return Math.ceil(new TextEncoder().encode(text).length / BYTES_A_TOKEN);
}
