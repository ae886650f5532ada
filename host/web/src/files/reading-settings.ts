// What people set about the reading of a file.
import type { ReadingSettings } from "../api/files";

/** The settings with those of `change` in place of their own. */
export function merged(settings: ReadingSettings, change: ReadingSettings): ReadingSettings {
  return { ...settings, ...change, columns: { ...settings.columns, ...change.columns } };
}
