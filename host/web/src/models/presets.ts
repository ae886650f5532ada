// Where models are usually had: what is filled in for those who choose one.
import type { ModelProvider } from "../api/model-providers";

export type Kind = ModelProvider["kind"];

export const KINDS: Record<Kind, string> = {
  anthropic: "Anthropic Messages",
  openai: "OpenAI Responses",
  gemini: "Google Gemini",
  compatible: "OpenAI chat completions",
};

interface Preset {
  label: string;
  kind: Kind;
  url: string;
  /** A model's name, as an example. */
  model: string;
  /** What to know about the address or the key. */
  note?: string;
}

export const PRESETS: Record<string, Preset> = {
  anthropic: { label: "Anthropic", kind: "anthropic", url: "https://api.anthropic.com", model: "claude-sonnet-5-5" },
  openai: { label: "OpenAI", kind: "openai", url: "https://api.openai.com/v1", model: "gpt-6.1-sol" },
  gemini: {
    label: "Google Gemini",
    kind: "gemini",
    url: "https://generativelanguage.googleapis.com",
    model: "gemini-3.8-flash",
  },
  azure: {
    label: "Azure OpenAI",
    kind: "openai",
    url: "https://YOUR-RESOURCE.openai.azure.com/openai/v1",
    model: "gpt-6.1-sol",
    note: "Uses the v1 API with a key. Models are the names of your deployments; name each like its model.",
  },
  openrouter: {
    label: "OpenRouter",
    kind: "compatible",
    url: "https://openrouter.ai/api/v1",
    model: "qwen/qwen3-235b-a22b",
  },
  ollama: {
    label: "Ollama",
    kind: "compatible",
    url: "http://localhost:11434/v1",
    model: "qwen3:32b",
    note: "As this server reaches it. Ollama needs no key. Private networks have to be allowed by GLOVEBOX_PRIVATE_NETWORKS.",
  },
  vllm: {
    label: "vLLM",
    kind: "compatible",
    url: "http://localhost:8000/v1",
    model: "Qwen/Qwen3-32B",
    note: "As this server reaches it. Start it with tool calls turned on (--enable-auto-tool-choice).",
  },
  other: {
    label: "Other, with OpenAI's chat completions",
    kind: "compatible",
    url: "https://",
    model: "model-name",
    note: "The model has to be able to call tools.",
  },
};
