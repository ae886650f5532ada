// The sidebar: the project, what can be done in it, its conversations, and the account.
import { ActionIcon, Group, NavLink, Skeleton, Tooltip } from "@mantine/core";
import IconBell from "@tabler/icons-react/dist/esm/icons/IconBell.mjs";
import IconFiles from "@tabler/icons-react/dist/esm/icons/IconFiles.mjs";
import IconLayoutDashboard from "@tabler/icons-react/dist/esm/icons/IconLayoutDashboard.mjs";
import IconLayoutSidebarLeftCollapse from "@tabler/icons-react/dist/esm/icons/IconLayoutSidebarLeftCollapse.mjs";
import IconMessagePlus from "@tabler/icons-react/dist/esm/icons/IconMessagePlus.mjs";
import IconNotes from "@tabler/icons-react/dist/esm/icons/IconNotes.mjs";
import IconSearch from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
import type { ReactNode } from "react";
import { Link, useMatch } from "react-router";

import { AlertsMark } from "../alerts/alerts-mark";
import { ConversationList } from "../conversations/conversation-list";
import { UploadsMark } from "../files/uploads-mark";
import { AccountMenu } from "./account-menu";
import { useCurrentProject } from "./current-project";
import { paletteKeys, togglePalette } from "./palette-state";
import { ProjectSwitcher } from "./project-switcher";
import styles from "./sidebar.module.css";
import { Wordmark } from "./wordmark";

interface Props { onHide: () => void }

export function Sidebar({ onHide }: Props) {
  const current = useCurrentProject();
  const { projectId } = current;
  return (
    <div className={styles.sidebar}>
      <Group justify="space-between" className={styles.head}>
        <Link to="/" className={styles.brand}>
          <Wordmark />
        </Link>
        <Group gap={4}>
          <Tooltip label={`Go to… (${paletteKeys()})`}>
            <ActionIcon aria-label="Go to a conversation, file or page" onClick={togglePalette}>
              <IconSearch size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Hide the sidebar">
            <ActionIcon aria-label="Hide the sidebar" onClick={onHide}>
              <IconLayoutSidebarLeftCollapse size={18} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <div className={styles.section}>
        <ProjectSwitcher current={current} />
      </div>
      {projectId !== undefined && (
        <>
          <nav aria-label="Project" className={styles.section}>
            <Entry to={`/p/${projectId}`} label="New chat" icon={IconMessagePlus} end />
            <Entry to={`/p/${projectId}/files`} label="Files" icon={IconFiles} mark={<UploadsMark projectId={projectId} />} />
            <Entry to={`/p/${projectId}/dashboards`} label="Dashboards" icon={IconLayoutDashboard} />
            <Entry to={`/p/${projectId}/alerts`} label="Alerts" icon={IconBell} mark={<AlertsMark projectId={projectId} />} />
            <Entry to={`/p/${projectId}/prompts`} label="Prompts" icon={IconNotes} />
          </nav>
          <nav aria-label="Conversations" className={styles.conversations}>
            <ConversationList key={projectId} projectId={projectId} />
          </nav>
        </>
      )}
      {projectId === undefined && current.isPending && <Coming />}
      <div className={styles.foot}>
        <AccountMenu />
      </div>
    </div>
  );
}

/** In the places of the entries. */
function Coming() {
  return (
    <div className={styles.section} aria-hidden>
      {["58%", "34%", "48%"].map((width) => (
        <div key={width} className={styles.coming}>
          <Skeleton height={12} width={width} />
        </div>
      ))}
    </div>
  );
}

interface EntryProps { to: string; label: string; icon: typeof IconFiles; end?: boolean; mark?: ReactNode }

/** `end`: pages below its address are not its own. */
function Entry({ to, label, icon: Icon, end = false, mark }: EntryProps) {
  const isHere = useMatch({ path: to, end }) !== null;
  return (
    <NavLink
      component={Link}
      to={to}
      aria-current={isHere ? "page" : undefined}
      label={label}
      leftSection={<Icon size={18} stroke={1.5} aria-hidden />}
      rightSection={mark}
      className={styles.entry}
    />
  );
}
