// What a page knows of the sidebar: whether it is there, and how to bring it back.
import { createContext, use } from "react";

interface SidebarState {
  isNarrow: boolean;
  isShown: boolean;
  open: () => void;
}

export const SidebarContext = createContext<SidebarState>({ isNarrow: false, isShown: true, open: () => undefined });

export function useSidebar(): SidebarState {
  return use(SidebarContext);
}
