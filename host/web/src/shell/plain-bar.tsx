import styles from "./page-frame.module.css";
import { SidebarButton } from "./sidebar-button";
import { useSidebar } from "./sidebar-state";

/** The bar of a page that is none, with the way out where the sidebar is away. */
export function PlainBar() {
  if (useSidebar().isShown) return null;
  return (
    <header className={styles.bar}>
      <SidebarButton />
    </header>
  );
}
