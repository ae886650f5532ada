// The models that can answer, and which one this browser's user chose last.
import { useLocalStorage } from "@mantine/hooks";
import { queryOptions, useQuery } from "@tanstack/react-query";

import { answer, api, type Schemas } from "./client";
import { keys } from "./keys";

export type Model = Schemas["Choice"];

export const modelsQuery = queryOptions({
  queryKey: keys.models,
  queryFn: ({ signal }) => answer(api.GET("/api/v1/models", { signal })),
  staleTime: 10 * 60_000,
});

const PROVIDERS: Record<string, string> = {
  anthropic: "Claude",
  openai: "GPT",
  gemini: "Gemini",
  compatible: "Self-hosted model",
  offline: "Rules (no model)",
};

/** As people call it. */
export function nameOf({ provider, model }: Model): string {
  return model ?? PROVIDERS[provider] ?? provider;
}

export function sameModel(one: Model, other: Model): boolean {
  return one.provider === other.provider && (one.model ?? "") === (other.model ?? "");
}

/** The models, and the one that questions go to: the one that was chosen, as long as the server offers it. */
export function useModelChoice() {
  const { data: models = [] } = useQuery(modelsQuery);
  const [chosen, setChosen] = useLocalStorage<Model | null>({
    key: "glovebox-model",
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const kept = chosen === null ? undefined : models.find((model) => sameModel(model, chosen));
  return { models, model: kept ?? models[0], choose: setChosen, isOwnChoice: kept !== undefined };
}
