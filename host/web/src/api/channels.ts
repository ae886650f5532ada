// Channels: where an organisation is told of its alerts.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";

export type Channel = Schemas["Channel"];
export type ChannelKind = Schemas["ChannelKind"];

/** How often what is being sent is looked at. */
const SENDING_MS = 1_000;

export function useChannels(orgId: string | undefined) {
  return useQuery({
    queryKey: keys.channelsOf(orgId ?? ""),
    enabled: orgId !== undefined,
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(api.GET("/api/v1/orgs/{org_id}/channels", { params: { path: { org_id: orgId ?? "" }, query }, signal })),
      ),
  });
}

/** The newest messages to a channel; asked for again as long as one is on its way. */
export function useChannelDeliveries(channelId: string) {
  return useQuery({
    queryKey: keys.channelDeliveries(channelId),
    queryFn: ({ signal }) =>
      answer(
        api.GET("/api/v1/channels/{channel_id}/deliveries", {
          params: { path: { channel_id: channelId }, query: { limit: 10 } },
          signal,
        }),
      ),
    select: ({ items }) => items,
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === "sending" || (one.state === "queued" && one.attempts === 0)) === true
        ? SENDING_MS
        : false,
  });
}

export function useCreateChannel(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["NewChannel"]) =>
      answer(api.POST("/api/v1/orgs/{org_id}/channels", { params: { path: { org_id: orgId } }, body })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.channelsOf(orgId) }),
  });
}

export function useDeleteChannel(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (channelId: string) =>
      answer(api.DELETE("/api/v1/channels/{channel_id}", { params: { path: { channel_id: channelId } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.channelsOf(orgId) }),
  });
}

export function useTestChannel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (channelId: string) =>
      answer(api.POST("/api/v1/channels/{channel_id}/test", { params: { path: { channel_id: channelId } } })),
    onSuccess: (_, channelId) => client.invalidateQueries({ queryKey: keys.channelDeliveries(channelId) }),
  });
}
