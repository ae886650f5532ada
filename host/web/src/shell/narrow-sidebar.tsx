// The sidebar on narrow screens: a drawer over the page. Apart from the shell, since wide ones need none of it.
import { Drawer } from "@mantine/core";
import { useMounted } from "@mantine/hooks";
import type { ReactNode } from "react";

import styles from "./shell.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
}

export default function NarrowSidebar({ opened, onClose, children }: Props) {
  // Opened by a click that came before this file, it opens a moment later: a drawer that is open from its beginning does
  // not know where the focus goes back to.
  const isThere = useMounted();
  return (
    <Drawer
      opened={opened && isThere}
      onClose={onClose}
      size={288}
      padding={0}
      withCloseButton={false}
      title={undefined}
      attributes={{ content: { "aria-label": "Sidebar" } }}
      classNames={{ content: styles.drawer, body: styles.drawerBody }}
    >
      {children}
    </Drawer>
  );
}
