// How a file was read where that can be wrong, and the way to have it read otherwise.
import { Button, Group, Stack, Text } from "@mantine/core";
import IconAdjustments from "@tabler/icons-react/dist/esm/icons/IconAdjustments.mjs";
import { useState } from "react";

import { type Profile, type StoredFile, useSetReading } from "../api/files";
import { counted } from "../shell/numbers";
import styles from "./reading-notes.module.css";
import { ReadingDialog } from "./reading-dialog";
import { merged } from "./reading-settings";

/** Notes that are shown before the others are asked for. */
const SHOWN = 4;

interface Props {
  file: StoredFile;
  profile: Profile;
  mayChange: boolean;
}

export function ReadingNotes({ file, profile, mayChange }: Props) {
  const [all, setAll] = useState(false);
  const [open, setOpen] = useState(false);
  const set = useSetReading();
  const notes = profile.notes ?? [];
  const shown = all ? notes : notes.slice(0, SHOWN);
  if (notes.length === 0 && !mayChange) return null;
  return (
    <Stack gap={4} className={styles.notes}>
      {notes.length > 0 && (
        <ul aria-label="How the file was read" className={styles.list}>
          {shown.map(({ column, text, fix }) => (
            <li key={`${column ?? ""} ${text}`}>
              <Text span size="sm">
                {typeof column === "string" && <b>{column}: </b>}
                {text}
              </Text>
              {mayChange && fix && (
                <Button
                  variant="subtle"
                  size="compact-xs"
                  loading={set.isPending}
                  onClick={() => set.mutate({ id: file.id, reading: merged(file.reading, fix) })}
                >
                  Use the other reading
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <Group gap="xs">
        {notes.length > shown.length && (
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
            Show {counted(notes.length - shown.length, "more note")}
          </Button>
        )}
        {mayChange && (
          <Button
            variant="subtle"
            size="compact-sm"
            color="gray"
            leftSection={<IconAdjustments size={16} aria-hidden />}
            onClick={() => setOpen(true)}
          >
            Reading options
          </Button>
        )}
      </Group>
      <ReadingDialog file={file} profile={profile} opened={open} onClose={() => setOpen(false)} />
    </Stack>
  );
}
