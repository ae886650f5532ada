// Projects: where files, prompts and conversations belong together.
import { queryOptions, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";

import { answer, api, everyItem, type Schemas } from "./client";
import { keys } from "./keys";
import { type Org, useOrgs } from "./orgs";

export type Project = Schemas["Project"];

export function projectsQuery(orgId: string) {
  return queryOptions({
    queryKey: keys.projectsOf(orgId),
    queryFn: ({ signal }) =>
      everyItem((query) =>
        answer(api.GET("/api/v1/orgs/{org_id}/projects", { params: { path: { org_id: orgId }, query }, signal })),
      ),
  });
}

export function projectQuery(projectId: string) {
  return queryOptions({
    queryKey: keys.project(projectId),
    queryFn: ({ signal }) =>
      answer(api.GET("/api/v1/projects/{project_id}", { params: { path: { project_id: projectId } }, signal })),
  });
}

export function useProject(projectId: string) {
  return useQuery(projectQuery(projectId));
}

/** Every organisation of the account with its projects, the personal one first. */
export function useProjectsByOrg() {
  const orgs = useOrgs();
  const sorted = [...(orgs.data ?? [])].sort((a, b) => Number(b.personal) - Number(a.personal));
  return useQueries({
    queries: sorted.map((org) => projectsQuery(org.id)),
    combine: (lists) => {
      const failed = lists.find((list) => list.isError);
      return {
        groups: sorted.map((org, at): { org: Org; projects: Project[] } => ({ org, projects: lists[at]?.data ?? [] })),
        isPending: orgs.isPending || lists.some((list) => list.isPending),
        error: orgs.error ?? failed?.error ?? null,
        refetch: () => Promise.all([orgs.refetch(), ...lists.map((list) => list.refetch())]),
      };
    },
  });
}

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: ({ orgId, ...body }: Schemas["NewProject"] & { orgId: string }) =>
      answer(api.POST("/api/v1/orgs/{org_id}/projects", { params: { path: { org_id: orgId } }, body })),
    onSuccess: async (project) => {
      client.setQueryData(keys.project(project.id), project);
      await client.invalidateQueries({ queryKey: keys.projectsOf(project.org_id) });
    },
  });
}

export function useChangeProject(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: (body: Schemas["ProjectChanges"]) =>
      answer(api.PATCH("/api/v1/projects/{project_id}", { params: { path: { project_id: projectId } }, body })),
    onSuccess: async (project) => {
      client.setQueryData(keys.project(projectId), project);
      await client.invalidateQueries({ queryKey: keys.projectsOf(project.org_id) });
    },
  });
}

export function useDeleteProject(project: Project) {
  const client = useQueryClient();
  return useMutation({
    meta: { shownInPlace: true },
    mutationFn: () =>
      answer(api.DELETE("/api/v1/projects/{project_id}", { params: { path: { project_id: project.id } } })),
    onSuccess: () => {
      client.setQueryData(projectsQuery(project.org_id).queryKey, (projects) =>
        projects?.filter((known) => known.id !== project.id),
      );
    },
  });
}
