// The frame of all pages for people who are logged in: the sidebar, as a drawer on narrow screens, and the page beside it.
import { useDisclosure, useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { Navigate, Outlet, useLocation } from "react-router";

import { type Account, AccountContext, useSession } from "../api/session";
import { ConversationDialogs } from "../conversations/dialogs";
import { retryTurnedAway } from "../files/upload-queue";
import { usePageShown } from "./idle";
import { MakingDialogs } from "./making-dialogs";
import { PaletteOnDemand } from "./palette-on-demand";
import { SidebarContext } from "./sidebar-state";
import { Sidebar } from "./sidebar";
import { Starting } from "./starting";
import styles from "./shell.module.css";
import { Unreachable } from "./unreachable";
import { loginPath } from "./way-back";

const NarrowSidebar = lazy(() => import("./narrow-sidebar"));
/** A form, which is heavy, for something that is rare. */
const LoggedOut = lazy(() => import("./logged-out"));

/**
 * Leads to the log-in page whoever is not logged in. Where a session ends while a page is open, the page stays with all
 * that was typed into it, below the question for the password.
 */
export default function Guarded() {
  const session = useSession();
  const { pathname, search, hash } = useLocation();
  const [known, setKnown] = useState<Account>();
  const account = session.data ?? known;
  // Somebody logged in as somebody else in another tab: nothing that is here is theirs.
  const isOther = known !== undefined && account?.id !== known.id;
  if (session.data && session.data !== known && !isOther) setKnown(session.data);
  useEffect(() => {
    if (isOther) location.assign("/");
  }, [isOther]);
  const isOver = session.data === null;
  const [wasOver, setWasOver] = useState(false);
  if (isOver && !wasOver) setWasOver(true);
  useEffect(() => {
    if (!isOver) retryTurnedAway();
  }, [isOver]);
  useFreshAfterBack();

  if (isOther) return <Starting />;
  if (account) {
    return (
      <AccountContext value={account}>
        <Shell />
        {wasOver && (
          <Suspense>
            <LoggedOut opened={isOver} />
          </Suspense>
        )}
      </AccountContext>
    );
  }
  if (session.isPending) return <Starting />;
  if (session.data === undefined) return <Unreachable error={session.error} retry={session.refetch} />;
  return <Navigate to={loginPath(pathname + search + hash)} replace />;
}

/** Browsers keep a page that was left and show it again as it was, which after a log-out nobody may see. */
function useFreshAfterBack() {
  useEffect(() => {
    const look = (event: PageTransitionEvent) => {
      if (event.persisted) location.reload();
    };
    addEventListener("pageshow", look);
    return () => removeEventListener("pageshow", look);
  }, []);
}

/** What closes when somebody goes to another page, such as the drawer, is gone by then. */
const AFTER_CLOSING_MS = 300;

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
  const left = useRef(pathname);
  useEffect(() => {
    if (left.current === pathname) return undefined;
    left.current = pathname;
    // Whoever came by a link that is gone by now (in the drawer, the palette, a deleted thing) starts at the content.
    const timer = setTimeout(() => {
      const isOpen = document.querySelector("[role=menu], [role=dialog]") !== null;
      if (document.activeElement === document.body && !isOpen) document.getElementById("content")?.focus({ preventScroll: true });
    }, AFTER_CLOSING_MS);
    return () => clearTimeout(timer);
  }, [pathname]);

  const shown = !isNarrow && !hidden;
  const sidebar = useMemo(
    () => ({ isInShell: true, isNarrow, isShown: shown, open: isNarrow ? openDrawer : () => setHidden(false) }),
    [isNarrow, shown, openDrawer, setHidden],
  );
  return (
    <SidebarContext value={sidebar}>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <PaletteOnDemand />
      <ConversationDialogs />
      <MakingDialogs />
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
