import { useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";

import styles from "./page-tabs.module.css";

interface Props {
  /** What the pages are about. */
  label: string;
  pages: readonly { path: string; label: string }[];
}

/** The way between pages that belong together, above their content. */
export function PageTabs({ label, pages }: Props) {
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    // On narrow screens the page's own entry may be outside of what is seen.
    const show = () => {
      const entry = nav.current?.querySelector<HTMLElement>("[aria-current]");
      if (nav.current && entry) nav.current.scrollLeft = entry.offsetLeft - (nav.current.clientWidth - entry.offsetWidth) / 2;
    };
    show();
    addEventListener("resize", show);
    return () => removeEventListener("resize", show);
  }, [pathname]);
  return (
    <nav aria-label={label} className={styles.pages} ref={nav}>
      <ul>
        {pages.map((page) => (
          <li key={page.path}>
            <NavLink to={page.path} end className={styles.entry}>
              {page.label}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
