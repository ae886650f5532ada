// The models that can answer, and which one the next question goes to.
import { useLocalStorage } from "@mantine/hooks";
import { queryOptions, skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { answer, api, type Schemas } from "./client";
import { conversationQuery } from "./conversations";
import { keys } from "./keys";
import { useProject } from "./projects";

/** A model that may be chosen: the server's or the organisation's own. */
export type Model = Schemas["OfferedModel"];
export type Choice = Schemas["Choice"];

export const modelsQuery = (orgId: string) =>
  queryOptions({
    queryKey: keys.modelsOf(orgId),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/orgs/{org_id}/models", { params: { path: { org_id: orgId } }, signal })),
    staleTime: 60_000,
  });

export function useModels(orgId: string | undefined) {
  return useQuery({ ...modelsQuery(orgId ?? ""), enabled: orgId !== undefined });
}

const PROVIDERS: Record<string, string> = {
  anthropic: "Claude",
  openai: "GPT",
  gemini: "Gemini",
  compatible: "Self-hosted model",
  offline: "Built-in rules",
};

/** As people call it. */
export function nameOf({ provider, model }: Choice): string {
  return model ?? PROVIDERS[provider] ?? provider;
}

export function isRules({ provider }: Choice): boolean {
  return provider === "offline";
}

export function sameModel(one: Choice, other: Choice): boolean {
  return one.provider === other.provider && (one.model ?? "") === (other.model ?? "");
}

export interface ModelChoice {
  models: readonly Model[];
  /** What answers the next question; undefined until it is known. */
  model: Model | undefined;
  /** What is asked for with the question; undefined where nobody chose, and the organisation or the server does. */
  asked: Choice | undefined;
  /** False while it is looked up what was chosen. */
  isKnown: boolean;
  /** The model that was chosen for the conversation is not offered any more. */
  isGone: boolean;
  choose: (model: Model) => void;
}

/** The model of a conversation: what was picked here, else what it was asked last, else what was picked anywhere. */
export function useModelChoice(projectId: string, conversationId: string | undefined): ModelChoice {
  const client = useQueryClient();
  const { data: project } = useProject(projectId);
  const { data: models = NONE, isPending } = useModels(project?.org_id);
  const { data: conversation, isPending: isUnread } = useQuery({
    ...conversationQuery(conversationId ?? ""),
    enabled: conversationId !== undefined,
  });
  const pickedKey = keys.pickedModel(conversationId ?? "");
  const { data: picked } = useQuery<Choice>({ queryKey: pickedKey, queryFn: skipToken, staleTime: Infinity, gcTime: Infinity });
  const [last, setLast] = useLocalStorage<Choice | null>({
    key: "glovebox-model",
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  const ofConversation = conversationId === undefined ? undefined : (picked ?? conversation?.model ?? undefined);
  const wanted = ofConversation ?? last ?? undefined;
  const offered = wanted && models.find((model) => sameModel(model, wanted));
  const choose = useCallback(
    ({ provider, model }: Model) => {
      const choice = { provider, model: model ?? null };
      setLast(choice);
      if (conversationId !== undefined) client.setQueryData(keys.pickedModel(conversationId), choice);
    },
    [client, conversationId, setLast],
  );
  return {
    models,
    model: offered ?? models[0],
    isKnown: !isPending && (conversationId === undefined || !isUnread),
    asked: offered && { provider: offered.provider, model: offered.model ?? null },
    isGone: ofConversation !== undefined && models.length > 0 && offered === undefined,
    choose,
  };
}

const NONE: readonly Model[] = [];
