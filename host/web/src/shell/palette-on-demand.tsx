import { useHotkeys } from "@mantine/hooks";
import { lazy, Suspense } from "react";

import { togglePalette, usePaletteAsked } from "./palette-state";

const Palette = lazy(() => import("./palette"));

/** The palette by ⌘K or Ctrl K, also while somebody types. */
export function PaletteOnDemand() {
  const asked = usePaletteAsked();
  useHotkeys([["mod+K", togglePalette]], [], true);
  return (
    asked > 0 && (
      <Suspense>
        <Palette asked={asked} />
      </Suspense>
    )
  );
}
