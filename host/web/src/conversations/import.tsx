// A conversation out of the file that an export made, here or on another server.
import { notifications } from "@mantine/notifications";
import { useRef } from "react";
import { useNavigate } from "react-router";

import { useImportConversation } from "../api/conversations";
import { notifyDone, notifyFailed } from "../shell/notify";

/** `choose` asks for the file; `input` has to be somewhere in the page for that. */
export function useImport(projectId: string) {
  const field = useRef<HTMLInputElement>(null);
  const load = useImportConversation(projectId);
  const navigate = useNavigate();

  const read = async (file: File) => {
    const exported = parsed(await file.text());
    if (exported === undefined) {
      refuse(file.name);
      return;
    }
    load.mutate(exported, {
      onSuccess: ({ id, title }) => {
        notifyDone(`“${title}” imported.`);
        void navigate(`/p/${projectId}/c/${id}`);
      },
      onError: (error) => notifyFailed(error, `${file.name} could not be imported`),
    });
  };

  const input = (
    <input
      ref={field}
      type="file"
      accept=".json,application/json"
      hidden
      aria-label="Exported conversation"
      onChange={(event) => {
        const [file] = event.currentTarget.files ?? [];
        // So that the same file can be chosen again.
        event.currentTarget.value = "";
        if (file) void read(file);
      }}
    />
  );
  return { choose: () => field.current?.click(), isPending: load.isPending, input };
}

/** The export in a text, or nothing where it is something else. Whether all of it is right the server says. */
function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    const isExport = typeof value === "object" && value !== null && "format" in value;
    return isExport && value.format === "glovebox.conversation" ? value : undefined;
  } catch {
    return undefined;
  }
}

function refuse(name: string) {
  notifications.show({
    title: `${name} could not be imported`,
    message: "The file is not an exported conversation. Choose a file that was exported with “Export as JSON”.",
    color: "red",
    autoClose: 10_000,
    withBorder: true,
    role: "alert",
  });
}
