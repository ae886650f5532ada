// What the account may do where. The server decides; the app leaves out what it would refuse.
import { useOrgs } from "./orgs";
import { useProject } from "./projects";

/** Whether files, conversations and prompts of a project may be changed. True until it is known. */
export function useMayChange(projectId: string): boolean {
  const { data: project } = useProject(projectId);
  const { data: orgs } = useOrgs();
  const org = orgs?.find((candidate) => candidate.id === project?.org_id);
  return org?.role !== "viewer";
}
