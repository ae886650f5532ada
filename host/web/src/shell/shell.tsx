// The frame of all pages for people who are logged in: the sidebar, as a drawer on narrow screens, and the page beside it.
import { useDisclosure, useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useEffect, useMemo } from "react";
import { Navigate, Outlet, useLocation } from "react-router";

import { useSession } from "../api/session";
import { ConversationDialogs } from "../conversations/dialogs";
import { usePageShown } from "./idle";
import { PaletteOnDemand } from "./palette-on-demand";
import { SidebarContext } from "./sidebar-state";
import { Sidebar } from "./sidebar";
import { Starting } from "./starting";
import styles from "./shell.module.css";
import { Unreachable } from "./unreachable";
import { loginPath } from "./way-back";

const NarrowSidebar = lazy(() => import("./narrow-sidebar"));

/** Leads to the log-in page whoever is not logged in, from the moment that any answer says so. */
export default function Guarded() {
  const session = useSession();
  const { pathname, search, hash } = useLocation();
  if (session.isPending) return <Starting />;
  if (session.data === undefined) return <Unreachable error={session.error} retry={session.refetch} />;
  if (session.data === null) return <Navigate to={loginPath(pathname + search + hash)} replace />;
  return <Shell />;
}

function Shell() {
  usePageShown();
  const isNarrow = useMediaQuery("(max-width: 48em)", undefined, { getInitialValueInEffect: false });
  const [drawerOpened, { open: openDrawer, close: closeDrawer }] = useDisclosure(false);
  const [hidden, setHidden] = useLocalStorage({
    key: "glovebox-sidebar-hidden",
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const { pathname } = useLocation();
  useEffect(closeDrawer, [pathname, closeDrawer]);

  const shown = !isNarrow && !hidden;
  const sidebar = useMemo(
    () => ({ isNarrow, isShown: shown, open: isNarrow ? openDrawer : () => setHidden(false) }),
    [isNarrow, shown, openDrawer, setHidden],
  );
  return (
    <SidebarContext value={sidebar}>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <PaletteOnDemand />
      <ConversationDialogs />
      <div className={styles.shell}>
        {shown && (
          <aside aria-label="Sidebar" className={styles.sidebar}>
            <Sidebar onHide={() => setHidden(true)} />
          </aside>
        )}
        {isNarrow && (
          <Suspense>
            <NarrowSidebar opened={drawerOpened} onClose={closeDrawer}>
              <Sidebar onHide={closeDrawer} />
            </NarrowSidebar>
          </Suspense>
        )}
        <main id="content" tabIndex={-1} className={styles.main}>
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </SidebarContext>
  );
}
