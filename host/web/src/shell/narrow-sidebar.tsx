// The sidebar on narrow screens: a drawer over the page. Apart from the shell, since wide ones need none of it.
import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";

import styles from "./shell.module.css";

interface Props {
  opened: boolean;
  onClose: () => void;
  children: ReactNode;
}

export default function NarrowSidebar({ opened, onClose, children }: Props) {
  return (
    <Drawer
      opened={opened}
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
