import { useClipboard } from "@mantine/hooks";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconCopy from "@tabler/icons-react/dist/esm/icons/IconCopy.mjs";

import { IconAction } from "./icon-action";

interface Props {
  /** What is copied, or how to get it. */
  text: string | (() => string);
  /** "Copy the answer". */
  label: string;
  size?: number;
}

/** Copies, and says that it did. */
export function CopyButton({ text, label, size = 28 }: Props) {
  const clipboard = useClipboard({ timeout: 1500 });
  const said = clipboard.copied ? "Copied" : clipboard.error ? "The browser does not allow copying" : label;
  return (
    <IconAction
      size={size}
      label={said}
      onClick={() => clipboard.copy(typeof text === "string" ? text : text())}
    >
      {clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
    </IconAction>
  );
}
