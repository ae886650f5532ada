import { useEffect } from "react";
import { useSearchParams } from "react-router";

import type { StoredFile } from "../api/files";

/**
 * The file that the address asks about (`/p/…?file=…`), as the pages of files lead here: given to `onFile` once it is
 * known, and taken out of the address, so that going back does not attach it again.
 */
export function useAskedFile(files: readonly StoredFile[], onFile: (file: { id: string; name: string }) => void) {
  const [search, setSearch] = useSearchParams();
  const file = files.find(({ id }) => id === search.get("file"));
  useEffect(() => {
    if (!file) return;
    onFile({ id: file.id, name: file.name });
    setSearch(
      (known) => {
        known.delete("file");
        return known;
      },
      { replace: true },
    );
  }, [file, onFile, setSearch]);
}
