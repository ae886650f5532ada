// What the reader may do in a project, by their role in its organisation.
import { isAtLeast, type Org, useOrgs } from "../api/orgs";
import { type Project, useProject } from "../api/projects";

interface InProject {
  project: Project | undefined;
  org: Org | undefined;
  /** Whether they may change it. Nothing is offered before that is known. */
  mayChange: boolean;
  error: ReturnType<typeof useProject>["error"];
  refetch: () => unknown;
}

export function useInProject(projectId: string): InProject {
  const { data: project, error, refetch } = useProject(projectId);
  const orgs = useOrgs();
  const org = orgs.data?.find(({ id }) => id === project?.org_id);
  return { project, org, mayChange: org !== undefined && isAtLeast(org.role, "member"), error, refetch };
}
