// Which project the sidebar shows: that of the address, else the one that was open last.
import { useLocalStorage } from "@mantine/hooks";
import { useEffect } from "react";
import { useMatch } from "react-router";

import { type Project, useProjectsByOrg } from "../api/projects";
import type { ApiError } from "../api/error";

export interface CurrentProject {
  /** Undefined while it is unknown, or where there is none. */
  project: Project | undefined;
  isPending: boolean;
  error: ApiError | null;
  refetch: () => unknown;
}

export function useCurrentProject(): CurrentProject {
  const [last, setLast] = useLocalStorage({ key: "glovebox-project", getInitialValueInEffect: false });
  const open = useMatch("/p/:projectId/*")?.params.projectId;
  const { groups, isPending, error, refetch } = useProjectsByOrg();
  const projects = groups.flatMap((group) => group.projects);
  const find = (id: string | undefined) => projects.find((project) => project.id === id);
  const project = open === undefined ? (find(last) ?? projects[0]) : find(open);

  const opened = open !== undefined && project ? project.id : undefined;
  useEffect(() => {
    if (opened !== undefined) setLast(opened);
  }, [opened, setLast]);

  return { project, isPending, error, refetch };
}
