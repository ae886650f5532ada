// Who belongs to an organisation, and who is invited to it.
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";
import { leftOrg, type Org, orgsQuery, type Role } from "./orgs";
import { useAccount } from "./session";

export type Membership = Schemas["Membership"];
export type Invitation = Schemas["Invitation"];

export function membersQuery(orgId: string) {
  return queryOptions({
    queryKey: keys.membersOf(orgId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(api.GET("/api/v1/orgs/{org_id}/members", { params: { path: { org_id: orgId }, query }, signal })),
      ),
  });
}

export function useMembers(orgId: string) {
  return useQuery(membersQuery(orgId));
}

export function invitationsQuery(orgId: string) {
  return queryOptions({
    queryKey: keys.invitationsOf(orgId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(api.GET("/api/v1/orgs/{org_id}/invitations", { params: { path: { org_id: orgId }, query }, signal })),
      ),
  });
}

/** The invitations that wait. `enabled` is for those who may see them: admins and owners. */
export function useInvitations(orgId: string, enabled: boolean) {
  return useQuery({ ...invitationsQuery(orgId), enabled });
}

export function useChangeRole(orgId: string) {
  const client = useQueryClient();
  const account = useAccount();
  return useMutation({
    mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
      answer(
        api.PATCH("/api/v1/orgs/{org_id}/members/{user_id}", {
          params: { path: { org_id: orgId, user_id: userId } },
          body: { role },
        }),
      ),
    onSuccess: async (changed) => {
      client.setQueryData(membersQuery(orgId).queryKey, (members) =>
        members?.map((member) => (member.user_id === changed.user_id ? changed : member)),
      );
      // Whoever gives their own role away may do less from now on, and takes back what they could no longer send.
      if (changed.user_id === account.id) await client.invalidateQueries({ queryKey: keys.orgs });
      await client.invalidateQueries({ queryKey: keys.invitationsOf(orgId) });
    },
  });
}

/** Ends somebody's membership, or one's own. */
export function useRemoveMember(orgId: string) {
  const client = useQueryClient();
  const account = useAccount();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (userId: string) =>
      answer(
        api.DELETE("/api/v1/orgs/{org_id}/members/{user_id}", {
          params: { path: { org_id: orgId, user_id: userId } },
        }),
      ),
    onSuccess: (_, userId) => {
      client.setQueryData(membersQuery(orgId).queryKey, (members) =>
        members?.filter((member) => member.user_id !== userId),
      );
      if (userId === account.id) leftOrg(client, orgId);
    },
  });
}

export function useInvite(orgId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["InvitationBody"]) =>
      answer(api.POST("/api/v1/orgs/{org_id}/invitations", { params: { path: { org_id: orgId } }, body })),
    onSuccess: (invitation) => {
      // An address has one invitation at most: another one takes the former one's place.
      client.setQueryData(invitationsQuery(orgId).queryKey, (invitations) => [
        invitation,
        ...(invitations ?? []).filter((known) => known.email.toLowerCase() !== invitation.email.toLowerCase()),
      ]);
    },
  });
}

export function useRevokeInvitation(orgId: string) {
  const client = useQueryClient();
  const { queryKey } = invitationsQuery(orgId);
  return useMutation({
    mutationFn: (invitationId: string) =>
      answer(
        api.DELETE("/api/v1/orgs/{org_id}/invitations/{invitation_id}", {
          params: { path: { org_id: orgId, invitation_id: invitationId } },
        }),
      ),
    onMutate: async (invitationId) => {
      await client.cancelQueries({ queryKey });
      client.setQueryData(queryKey, (invitations) => invitations?.filter(({ id }) => id !== invitationId));
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

/** What the link of an invitation is about, for whoever has it. */
export function useInvitationSeen(token: string) {
  return useQuery({
    queryKey: ["invitation", token] as const,
    queryFn: ({ signal }) => answer(api.POST("/api/v1/invitations/look", { body: { token }, signal })),
    enabled: token !== "",
  });
}

export function useAcceptInvitation() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (token: string) => answer(api.POST("/api/v1/invitations/accept", { body: { token } })),
    onSuccess: (org: Org) => {
      client.setQueryData(orgsQuery.queryKey, (orgs) =>
        orgs === undefined ? undefined : [...orgs.filter((known) => known.id !== org.id), org],
      );
    },
  });
}
