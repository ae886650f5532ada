// Which project is open, and the way to another.
import { Button, Menu, Skeleton, Text, UnstyledButton } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import IconSelector from "@tabler/icons-react/dist/esm/icons/IconSelector.mjs";
import IconSettings from "@tabler/icons-react/dist/esm/icons/IconSettings.mjs";
import IconUsers from "@tabler/icons-react/dist/esm/icons/IconUsers.mjs";
import IconUsersPlus from "@tabler/icons-react/dist/esm/icons/IconUsersPlus.mjs";
import { useState } from "react";
import { Link } from "react-router";

import { type Project, useProjectsByOrg } from "../api/projects";
import type { CurrentProject } from "./current-project";
import { beginMaking } from "./making";
import styles from "./project-switcher.module.css";

/** From this number on there is something to search in. */
const SEARCH_FROM = 8;

interface Props { current: CurrentProject }

export function ProjectSwitcher({ current }: Props) {
  const { groups } = useProjectsByOrg();
  const [search, setSearch] = useState("");

  if (current.isPending) return <Skeleton height={44} aria-label="Loading your projects" role="status" />;
  if (current.error) return <NoProjects retry={current.refetch} />;

  const { project } = current;
  const org = groups.find((group) => group.org.id === project?.org_id)?.org;
  const count = groups.reduce((sum, group) => sum + group.projects.length, 0);
  const matches = (candidate: Project) => candidate.name.toLowerCase().includes(search.trim().toLowerCase());
  return (
    <Menu withinPortal={false} width={256}>
      <Menu.Target>
        <UnstyledButton className={styles.target}>
          <span className={styles.names}>
            <Text span truncate fw={550} size="sm">
              {project?.name ?? "Choose a project"}
            </Text>
            {org && !org.personal && (
              <Text span truncate size="xs" c="dimmed">
                {org.name}
              </Text>
            )}
          </span>
          <IconSelector size={16} stroke={1.5} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={styles.dropdown}>
        {count >= SEARCH_FROM && (
          <Menu.Search
            aria-label="Search the projects"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        {groups.map((group) => {
          const shown = group.projects.filter(matches);
          // An organisation without projects is there all the same, with the way to its members.
          const isShared = !group.org.personal && search.trim() === "";
          return (
            (shown.length > 0 || isShared) && (
              <div key={group.org.id} role="group" aria-label={group.org.name}>
                {groups.length > 1 && <Menu.Label>{group.org.personal ? "Only you" : group.org.name}</Menu.Label>}
                {shown.map((candidate) => (
                  <Menu.Item
                    key={candidate.id}
                    component={Link}
                    to={`/p/${candidate.id}`}
                    rightSection={candidate.id === project?.id && <IconCheck size={16} aria-label="Open" />}
                  >
                    <Text span truncate size="sm" display="block">
                      {candidate.name}
                    </Text>
                  </Menu.Item>
                ))}
                {isShared && (
                  <Menu.Item
                    component={Link}
                    to={`/org/${group.org.id}/members`}
                    leftSection={<IconUsers size={16} aria-hidden />}
                    c="dimmed"
                    aria-label={`Members of ${group.org.name}`}
                  >
                    Members and settings
                  </Menu.Item>
                )}
              </div>
            )
          );
        })}
        {count > 0 && <Menu.Divider />}
        <Menu.Item leftSection={<IconPlus size={16} />} onClick={() => beginMaking("project")}>
          New project
        </Menu.Item>
        <Menu.Item leftSection={<IconUsersPlus size={16} />} onClick={() => beginMaking("organisation")}>
          New organisation
        </Menu.Item>
        {project && (
          <Menu.Item leftSection={<IconSettings size={16} />} component={Link} to={`/p/${project.id}/settings`}>
            Project settings
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Why is said by the page, which needs them as well and has more room. */
function NoProjects({ retry }: { retry: () => unknown }) {
  return (
    <div className={styles.failed} role="alert">
      <Text span size="sm" c="var(--mantine-color-error)">
        Your projects could not be loaded.
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => void retry()}>
        Try again
      </Button>
    </div>
  );
}
