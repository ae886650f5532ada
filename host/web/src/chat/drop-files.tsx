import { Text } from "@mantine/core";
import IconUpload from "@tabler/icons-react/dist/esm/icons/IconUpload.mjs";
import { useEffect, useRef, useState } from "react";

import styles from "./drop-files.module.css";

interface Props {
  onFiles: (files: readonly File[]) => void;
}

/** Takes files that are dropped anywhere on the page; the page says so while they hover over it. */
export function DropFiles({ onFiles }: Props) {
  const [isOver, setOver] = useState(false);
  const take = useRef(onFiles);
  useEffect(() => {
    take.current = onFiles;
  });
  useEffect(() => {
    // Every element on the way tells of its own entering and leaving.
    let depth = 0;
    const listeners = {
      dragenter: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        depth += 1;
        setOver(true);
      },
      dragleave: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        depth = Math.max(0, depth - 1);
        if (depth === 0) setOver(false);
      },
      dragover: (event: DragEvent) => {
        if (hasFiles(event)) event.preventDefault();
      },
      drop: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth = 0;
        setOver(false);
        take.current([...(event.dataTransfer?.files ?? [])]);
      },
    };
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name as "drop", listener);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name as "drop", listener);
    };
  }, []);
  if (!isOver) return null;
  return (
    <div className={styles.over}>
      <IconUpload size={36} stroke={1.25} aria-hidden />
      <Text fw={550}>Drop to ask about the file</Text>
      <Text size="sm" c="dimmed">
        CSV, Excel, Parquet or JSON, compressed or not
      </Text>
    </div>
  );
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") === true;
}
