import IconFileTypeCsv from "@tabler/icons-react/dist/esm/icons/IconFileTypeCsv.mjs";

import type { StoredFile } from "../api/files";
import { counted } from "../shell/numbers";
import styles from "./composer.module.css";

interface Props {
  id: string;
  files: readonly StoredFile[];
  /** The one that Enter takes. */
  marked: number;
  onTake: (at: number) => void;
}

/** The files that an `@` may stand for. The cursor stays in the text: its keys move through the list. */
export function MentionList({ id, files, marked, onTake }: Props) {
  return (
    <div id={id} role="listbox" aria-label="Files" className={styles.mentions}>
      {files.map((file, at) => (
        // The keys are those of the text.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={file.id}
          id={`${id}-${at}`}
          role="option"
          tabIndex={-1}
          aria-selected={at === marked}
          className={styles.mention}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(at)}
        >
          <IconFileTypeCsv size={17} stroke={1.5} aria-hidden />
          <span className={styles.mentionName}>{file.name}</span>
          {typeof file.latest.row_count === "number" && (
            <span className={styles.mentionRows}>{counted(file.latest.row_count, "row")}</span>
          )}
        </div>
      ))}
    </div>
  );
}
