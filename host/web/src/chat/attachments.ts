// The files of a question that is being written: some are the project's already, some are on their way to it.
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";

import { ApiError } from "../api/error";
import { keepFile } from "../api/files";
import { isGivenUp, uploadFile } from "../files/upload-file";

export interface Sending {
  /** Of this page alone. */
  key: number;
  source: File;
  /** From 0 to 1. */
  part: number;
  error: ApiError | undefined;
}

interface Attached {
  id: string;
  name: string;
}

/** `onArrived` puts a file that has arrived among those of the question. */
export function useUploads(projectId: string, onArrived: (file: Attached) => void) {
  const client = useQueryClient();
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const nextKey = useRef(0);
  const givenUp = useRef(new Map<number, AbortController>());
  const arrived = useRef(onArrived);
  useEffect(() => {
    arrived.current = onArrived;
  });

  const change = useCallback(
    (key: number, changes: Partial<Sending>) =>
      setSending((all) => all.map((one) => (one.key === key ? { ...one, ...changes } : one))),
    [],
  );
  const remove = useCallback((key: number) => {
    givenUp.current.get(key)?.abort();
    givenUp.current.delete(key);
    setSending((all) => all.filter((one) => one.key !== key));
  }, []);

  const send = useCallback(
    async (key: number, source: File) => {
      const controller = new AbortController();
      givenUp.current.set(key, controller);
      change(key, { error: undefined, part: 0 });
      try {
        const file = await uploadFile(projectId, source, {
          signal: controller.signal,
          onProgress: (bytes) => change(key, { part: source.size === 0 ? 1 : bytes / source.size }),
        });
        remove(key);
        arrived.current({ id: file.id, name: file.name });
        await keepFile(client, file);
      } catch (thrown) {
        if (!isGivenUp(thrown)) change(key, { error: ApiError.from(thrown) });
      }
    },
    [projectId, client, change, remove],
  );

  const add = useCallback(
    (files: readonly File[]) => {
      for (const source of files) {
        const key = nextKey.current;
        nextKey.current += 1;
        setSending((all) => [...all, { key, source, part: 0, error: undefined }]);
        void send(key, source);
      }
    },
    [send],
  );
  return { sending, add, remove, again: send };
}
