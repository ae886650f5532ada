// The grid of a tab, to look at.
import type { CSSProperties, ReactNode } from "react";

import type { Item, TileKind } from "../api/dashboards";
import { inReadingOrder, type Place } from "./layout";
import styles from "./grid.module.css";

interface Props {
  items: readonly Item[];
  kindOf: (item: Item) => TileKind | "text";
  children: (item: Item) => ReactNode;
}

export function Grid({ items, kindOf, children }: Props) {
  return (
    <div className={styles.grid}>
      {inReadingOrder(items).map((item) => (
        <div key={item.id} className={styles.cell} data-kind={kindOf(item)} style={placeStyle(item)}>
          {children(item)}
        </div>
      ))}
    </div>
  );
}

export function placeStyle({ x, y, width, height }: Place): CSSProperties {
  return { "--x": x + 1, "--y": y + 1, "--width": width, "--height": height } as CSSProperties;
}
