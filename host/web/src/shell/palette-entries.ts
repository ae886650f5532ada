// What the palette can lead to.
import { type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import IconArchive from "@tabler/icons-react/dist/esm/icons/IconArchive.mjs";
import IconDeviceDesktop from "@tabler/icons-react/dist/esm/icons/IconDeviceDesktop.mjs";
import IconFiles from "@tabler/icons-react/dist/esm/icons/IconFiles.mjs";
import IconFolder from "@tabler/icons-react/dist/esm/icons/IconFolder.mjs";
import IconFolderPlus from "@tabler/icons-react/dist/esm/icons/IconFolderPlus.mjs";
import IconLogout from "@tabler/icons-react/dist/esm/icons/IconLogout.mjs";
import IconMessageCircle from "@tabler/icons-react/dist/esm/icons/IconMessageCircle.mjs";
import IconMessagePlus from "@tabler/icons-react/dist/esm/icons/IconMessagePlus.mjs";
import IconMoon from "@tabler/icons-react/dist/esm/icons/IconMoon.mjs";
import IconNotes from "@tabler/icons-react/dist/esm/icons/IconNotes.mjs";
import IconSettings from "@tabler/icons-react/dist/esm/icons/IconSettings.mjs";
import IconSun from "@tabler/icons-react/dist/esm/icons/IconSun.mjs";
import IconTable from "@tabler/icons-react/dist/esm/icons/IconTable.mjs";
import IconUser from "@tabler/icons-react/dist/esm/icons/IconUser.mjs";
import IconUsers from "@tabler/icons-react/dist/esm/icons/IconUsers.mjs";
import IconUsersPlus from "@tabler/icons-react/dist/esm/icons/IconUsersPlus.mjs";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { conversationsQuery } from "../api/conversations";
import { filesQuery } from "../api/files";
import { useOrgs } from "../api/orgs";
import { useProjectsByOrg } from "../api/projects";
import { useLogOut } from "../api/session";
import { formatAgo } from "./dates";
import { beginMaking } from "./making";
import { matches } from "./matching";

/** One line of the palette: it leads somewhere, or does something. */
export interface Entry {
  key: string;
  label: string;
  detail?: string | undefined;
  icon: Icon;
  to?: string;
  act?: () => void;
  isCurrent?: boolean;
}

/** Of each kind, before and after something is typed. */
const FIRST = 4;
const MOST = 8;

/** Conversations by titles and what was said in them. Searching is the server's work. */
export function useConversationEntries(projectId: string | undefined, query: string, search: string) {
  const list = useInfiniteQuery({ ...conversationsQuery(projectId ?? "", { search }), enabled: projectId !== undefined });
  const found = list.data?.pages[0]?.items ?? [];
  // While the server searches, what was found for fewer letters must not be gone to by mistake.
  const isBehind = search !== query.trim() || list.isPlaceholderData;
  const fitting = isBehind ? found.filter(({ title }) => matches(query, title)) : found;
  const items = fitting.slice(0, query.trim() === "" ? FIRST : MOST);
  const entries = items.map(({ id, project_id, title, snippet, updated_at }): Entry => ({
    key: id,
    label: title,
    detail: snippet ?? formatAgo(updated_at),
    icon: IconMessageCircle,
    to: `/p/${project_id}/c/${id}`,
  }));
  return { entries, isFetching: search !== "" && list.isFetching };
}

export function useFileEntries(projectId: string | undefined, query: string): Entry[] {
  const { data = [] } = useQuery({ ...filesQuery(projectId ?? ""), enabled: projectId !== undefined });
  return few(data.filter(({ name }) => matches(query, name)), query).map(({ id, project_id, name }) => ({
    key: id,
    label: name,
    icon: IconTable,
    to: `/p/${project_id}/files/${id}`,
  }));
}

export function useProjectEntries(query: string): Entry[] {
  const { groups } = useProjectsByOrg();
  const all = groups.flatMap(({ org, projects }) => projects.map((project) => ({ org, project })));
  const found = all.filter(({ org, project }) => matches(query, project.name, org.name));
  return few(found, query).map(({ org, project }) => ({
    key: project.id,
    label: project.name,
    detail: org.personal ? undefined : org.name,
    icon: IconFolder,
    to: `/p/${project.id}`,
  }));
}

export function usePageEntries(projectId: string | undefined, query: string): Entry[] {
  const scheme = useSchemeEntries();
  const orgs = useOrgPages();
  const logOut = useLogOutEntry();
  const project = projectId === undefined ? [] : projectPages(projectId);
  const pages = [...project, ...MAKING, ...orgs, ...ACCOUNT_PAGES, ...scheme, logOut];
  // Before anything is typed, what is done most often is enough.
  if (query.trim() === "") return pages.slice(0, 2);
  return pages.filter(({ label, words }) => matches(query, label, words));
}

interface Page extends Entry {
  /** Other words by which people look for it. */
  words: string;
}

function projectPages(projectId: string): Page[] {
  const at = `/p/${projectId}`;
  return [
    { key: "new", label: "New chat", words: "ask question conversation", icon: IconMessagePlus, to: at },
    { key: "files", label: "Files", words: "upload csv tables data", icon: IconFiles, to: `${at}/files` },
    { key: "prompts", label: "Prompts", words: "instructions model", icon: IconNotes, to: `${at}/prompts` },
    { key: "archive", label: "Archive", words: "archived conversations", icon: IconArchive, to: `${at}/archive` },
    { key: "settings", label: "Project settings", words: "rename delete", icon: IconSettings, to: `${at}/settings` },
  ];
}

const MAKING: readonly Page[] = [
  { key: "new-project", label: "New project", words: "make create", icon: IconFolderPlus, act: () => beginMaking("project") },
  {
    key: "new-organisation",
    label: "New organisation",
    words: "make create team",
    icon: IconUsersPlus,
    act: () => beginMaking("organisation"),
  },
];

function useOrgPages(): Page[] {
  const { data: orgs = [] } = useOrgs();
  return orgs
    .filter(({ personal }) => !personal)
    .map(({ id, name }) => ({
      key: `members-${id}`,
      label: `Members of ${name}`,
      words: "organisation team invite people roles",
      icon: IconUsers,
      to: `/org/${id}/members`,
    }));
}

const ACCOUNT_PAGES: readonly Page[] = [
  { key: "profile", label: "Profile", words: "account name email e-mail google delete", icon: IconUser, to: "/account" },
  { key: "password", label: "Password", words: "account change", icon: IconUser, to: "/account/password" },
  { key: "sessions", label: "Sessions", words: "account devices log out", icon: IconUser, to: "/account/sessions" },
  { key: "api-keys", label: "API keys", words: "account tokens program", icon: IconUser, to: "/account/api-keys" },
  { key: "usage", label: "Usage", words: "account storage quota tokens runs", icon: IconUser, to: "/account/usage" },
  { key: "appearance", label: "Appearance", words: "account theme colour", icon: IconUser, to: "/account/appearance" },
];

const SCHEMES: readonly { scheme: MantineColorScheme; label: string; icon: Icon }[] = [
  { scheme: "light", label: "Switch to light theme", icon: IconSun },
  { scheme: "dark", label: "Switch to dark theme", icon: IconMoon },
  { scheme: "auto", label: "Use the system theme", icon: IconDeviceDesktop },
];

function useSchemeEntries(): Page[] {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return SCHEMES.map(({ scheme, label, icon }) => ({
    key: scheme,
    label,
    words: "theme appearance mode colour",
    icon,
    act: () => setColorScheme(scheme),
    isCurrent: scheme === colorScheme,
  }));
}

function useLogOutEntry(): Page {
  const logOut = useLogOut();
  return { key: "log-out", label: "Log out", words: "end session leave", icon: IconLogout, act: () => logOut.mutate("/login") };
}

function few<T>(items: readonly T[], query: string): T[] {
  return items.slice(0, query.trim() === "" ? FIRST : MOST);
}
