// What a column's values are, in words and as an icon.
import type { Icon } from "@tabler/icons-react";
import IconAbc from "@tabler/icons-react/dist/esm/icons/IconAbc.mjs";
import IconCalendar from "@tabler/icons-react/dist/esm/icons/IconCalendar.mjs";
import IconClock from "@tabler/icons-react/dist/esm/icons/IconClock.mjs";
import IconDecimal from "@tabler/icons-react/dist/esm/icons/IconDecimal.mjs";
import IconHash from "@tabler/icons-react/dist/esm/icons/IconHash.mjs";
import IconSquareDashed from "@tabler/icons-react/dist/esm/icons/IconSquareDashed.mjs";
import IconToggleLeft from "@tabler/icons-react/dist/esm/icons/IconToggleLeft.mjs";

import type { ColumnProfile } from "../api/files";

export const KINDS: Record<ColumnProfile["type"], { label: string; icon: Icon }> = {
  integer: { label: "Whole numbers", icon: IconHash },
  number: { label: "Numbers", icon: IconDecimal },
  boolean: { label: "True or false", icon: IconToggleLeft },
  date: { label: "Dates", icon: IconCalendar },
  datetime: { label: "Dates with times", icon: IconClock },
  text: { label: "Text", icon: IconAbc },
  empty: { label: "Empty", icon: IconSquareDashed },
};

export function isNumeric({ type }: ColumnProfile): boolean {
  return type === "integer" || type === "number";
}
