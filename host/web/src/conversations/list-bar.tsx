// Above the conversations: the search, and what concerns all of them.
import { ActionIcon, Group, Loader, Menu, TextInput, Tooltip } from "@mantine/core";
import IconArchive from "@tabler/icons-react/dist/esm/icons/IconArchive.mjs";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconFileImport from "@tabler/icons-react/dist/esm/icons/IconFileImport.mjs";
import IconSearch from "@tabler/icons-react/dist/esm/icons/IconSearch.mjs";
import IconX from "@tabler/icons-react/dist/esm/icons/IconX.mjs";
import { Link } from "react-router";

import { useMayChange } from "../api/roles";
import styles from "./conversation-list.module.css";
import { useImport } from "./import";

interface Props {
  projectId: string;
  search: string;
  onSearch: (search: string) => void;
  isSearching: boolean;
}

export function ListBar({ projectId, search, onSearch, isSearching }: Props) {
  const mayChange = useMayChange(projectId);
  const { choose, isPending, input } = useImport(projectId);
  return (
    <Group className={styles.bar} gap={4} wrap="nowrap">
      <TextInput
        aria-label="Search the conversations"
        placeholder="Search conversations"
        maxLength={200}
        size="sm"
        flex={1}
        classNames={{ input: styles.search }}
        leftSection={isSearching || isPending ? <Loader size={14} color="gray" /> : <IconSearch size={16} />}
        rightSection={
          search !== "" && (
            <ActionIcon aria-label="Clear the search" onClick={() => onSearch("")} size={24}>
              <IconX size={14} />
            </ActionIcon>
          )
        }
        value={search}
        onChange={(event) => onSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onSearch("");
        }}
      />
      <Menu position="bottom-end" width={232}>
        <Tooltip label="Archive and import">
          <Menu.Target>
            <ActionIcon aria-label="Archive and import" size={32}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
        </Tooltip>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={`/p/${projectId}/archive`} leftSection={<IconArchive size={16} />}>
            Archive
          </Menu.Item>
          {mayChange && (
            <Menu.Item leftSection={<IconFileImport size={16} />} onClick={choose}>
              Import a conversation…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {input}
    </Group>
  );
}
