// Which version of a file is shown, and all of them to look at and to download.
import { ActionIcon, Button, Popover, Skeleton, Text, Tooltip, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import IconDownload from "@tabler/icons-react/dist/esm/icons/IconDownload.mjs";

import { contentAddress, type StoredFile, useVersions, type Version } from "../api/files";
import { formatMoment } from "../shell/dates";
import { Failed } from "../shell/failed";
import { counted, formatBytes } from "../shell/numbers";
import styles from "./versions.module.css";

interface Props {
  file: StoredFile;
  shown: number;
  onShow: (version: number) => void;
}

export function Versions({ file, shown, onShow }: Props) {
  const [opened, { toggle, close }] = useDisclosure(false);
  const { version: newest } = file.latest;
  if (newest === 1) return null;
  return (
    <Popover opened={opened} onDismiss={close} width={340} position="bottom-start" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" size="compact-sm" onClick={toggle} rightSection={<IconChevronDown size={14} />}>
          Version {shown} of {newest}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={4} className={styles.dropdown}>
        <List
          file={file}
          shown={shown}
          onShow={(version) => {
            onShow(version);
            close();
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function List({ file, shown, onShow }: Props) {
  const versions = useVersions(file);
  if (versions.isPending) return <Skeleton height={48} role="status" aria-label="Loading the versions" />;
  if (versions.isError) return <Failed error={versions.error} title="The versions could not be loaded" retry={versions.refetch} />;
  return (
    <ul className={styles.list}>
      {versions.data.map((version) => (
        <li key={version.version} className={styles.entry} data-shown={version.version === shown || undefined}>
          <UnstyledButton
            className={styles.choose}
            onClick={() => onShow(version.version)}
            aria-current={version.version === shown ? "true" : undefined}
          >
            <Text span size="sm" fw={550} display="block">
              Version {version.version}
              {version.version === file.latest.version && (
                <Text span c="dimmed" size="xs" fw={400}>
                  {" "}
                  · latest
                </Text>
              )}
            </Text>
            <Text span size="xs" c="dimmed" display="block">
              {formatMoment(version.created_at)} · {figures(version)}
            </Text>
          </UnstyledButton>
          <Tooltip label="Download">
            <ActionIcon
              component="a"
              href={contentAddress(file.id, version.version)}
              download
              aria-label={`Download version ${version.version}`}
            >
              <IconDownload size={16} />
            </ActionIcon>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}

function figures({ state, row_count, bytes }: Version): string {
  if (state === "not_a_table") return `not a table · ${formatBytes(bytes)}`;
  return typeof row_count === "number" ? `${counted(row_count, "row")} · ${formatBytes(bytes)}` : formatBytes(bytes);
}
