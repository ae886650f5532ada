// What a page knows of the sidebar: whether it is there, and how to bring it back.
import { createContext, use } from "react";

interface SidebarState {
  /** Whether the page stands in the shell at all. */
  isInShell: boolean;
  isNarrow: boolean;
  isShown: boolean;
  open: () => void;
}

export const SidebarContext = createContext<SidebarState>({
  isInShell: false,
  isNarrow: false,
  isShown: true,
  open: () => undefined,
});

export function useSidebar(): SidebarState {
  return use(SidebarContext);
}
