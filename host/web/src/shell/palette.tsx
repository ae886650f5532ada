// The palette: to any conversation, file, project or page by a few letters.
import "@mantine/spotlight/styles.css";

import { Loader, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import IconSearch from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
import { useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";

import { useCurrentProject } from "./current-project";
import styles from "./palette.module.css";
import { type Entry, useConversationEntries, useFileEntries, usePageEntries, useProjectEntries } from "./palette-entries";

const [store, palette] = createSpotlight();
const TYPING_MS = 150;
/** The name of the dialog. The library's types know the parts of the palette alone, and not those of the dialog around. */
const NAMED = { content: { "aria-label": "Go to" } } as object;
/** What scrolls has to be reached by the keyboard; passed on to the list's scroll area. */
const REACHED = { viewportProps: { tabIndex: 0 } } as object;

interface Props {
  /** How often it has been asked for; each time opens or closes it. */
  asked: number;
}

export default function Palette({ asked }: Props) {
  const [query, setQuery] = useState("");
  const answered = useRef(0);
  useEffect(() => {
    // Once each time, also where React runs effects twice.
    if (answered.current === asked) return;
    answered.current = asked;
    palette.toggle();
  }, [asked]);
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      attributes={NAMED}
      scrollable
      maxHeight="min(70dvh, 520px)"
      // At the top, so that it does not jump as more or less is found.
      centered={false}
      yOffset="10dvh"
      overlayProps={{ blur: 0, backgroundOpacity: 0.3 }}
      classNames={{ content: styles.content }}
      // Whoever opens it again starts anew.
      clearQueryOnClose
    >
      <Found query={query} />
    </Spotlight.Root>
  );
}

function Found({ query }: { query: string }) {
  const [settled] = useDebouncedValue(query.trim(), TYPING_MS);
  const projectId = useCurrentProject().project?.id;
  const conversations = useConversationEntries(projectId, query, query.trim() === "" ? "" : settled);
  const files = useFileEntries(projectId, query);
  const projects = useProjectEntries(query);
  const pages = usePageEntries(projectId, query);
  const isEmpty = [conversations.entries, files, projects, pages].every((entries) => entries.length === 0);
  return (
    <>
      <Spotlight.Search
        placeholder="Go to a conversation, file, project or page"
        aria-label="Go to a conversation, file, project or page"
        leftSection={conversations.isFetching ? <Loader size={16} color="gray" /> : <IconSearch size={18} stroke={1.5} />}
      />
      <Spotlight.ActionsList {...REACHED}>
        <Group label="Conversations" entries={conversations.entries} query={query} />
        <Group label="Files" entries={files} query={query} />
        <Group label="Pages" entries={pages} query={query} />
        <Group label="Projects" entries={projects} query={query} />
        {isEmpty && !conversations.isFetching && (
          <Spotlight.Empty>Nothing matches “{query.trim()}”. Try fewer letters.</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </>
  );
}

function Group({ label, entries, query }: { label: string; entries: Entry[]; query: string }) {
  const navigate = useNavigate();
  if (entries.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={label} className={styles.group}>
      {entries.map(({ key, label: name, detail, icon: Icon, to, act, isCurrent }) => (
        <Spotlight.Action
          key={key}
          leftSection={<Icon size={18} stroke={1.5} aria-hidden />}
          rightSection={
            isCurrent && (
              <Text span size="xs" c="dimmed">
                Current
              </Text>
            )
          }
          highlightQuery={query.trim() !== ""}
          label={name}
          description={detail}
          classNames={{
            action: styles.action,
            actionSection: styles.section,
            actionBody: styles.body,
            actionLabel: styles.label,
            actionDescription: styles.detail,
          }}
          onClick={() => {
            if (to !== undefined) void navigate(to);
            else act?.();
          }}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}
