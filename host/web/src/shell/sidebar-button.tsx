import { ActionIcon, Tooltip } from "@mantine/core";
import IconLayoutSidebarLeftExpand from "@tabler/icons-react/dist/esm/icons/IconLayoutSidebarLeftExpand.mjs";
import IconMenu2 from "@tabler/icons-react/dist/esm/icons/IconMenu2.mjs";

import { useSidebar } from "./sidebar-state";

/** Brings the sidebar back where it is away; nothing where it is there, or where there is none. */
export function SidebarButton() {
  const { isNarrow, isShown, open } = useSidebar();
  if (isShown) return null;
  const label = isNarrow ? "Open the sidebar" : "Show the sidebar";
  const Icon = isNarrow ? IconMenu2 : IconLayoutSidebarLeftExpand;
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={open} size="lg">
        <Icon size={20} stroke={1.5} />
      </ActionIcon>
    </Tooltip>
  );
}
