import { Skeleton, Text } from "@mantine/core";
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";

import { dressed, type Spec } from "./chart-spec";
import styles from "./chart.module.css";

interface Props {
  spec: Spec;
  alt: string;
  /** In pixels; else the chart's own. */
  height?: number | undefined;
}

/** The chart drawn from its specification: readers can point at its marks. */
export function VegaChart({ spec, alt, height }: Props) {
  const scheme = useComputedColorScheme();
  const element = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"loading" | "drawn" | "failed">("loading");
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    let wanted = true;
    let takeAway: (() => void) | undefined;
    const style = getComputedStyle(target);
    const look = {
      ink: style.getPropertyValue("--mantine-color-text"),
      muted: style.getPropertyValue("--mantine-color-dimmed"),
      line: style.getPropertyValue("--glovebox-border"),
      font: style.fontFamily,
    };
    void (async () => {
      try {
        const { draw } = await import("./vega");
        if (!wanted) return;
        const finalize = await draw(target, dressed(spec, look, height));
        if (wanted) {
          takeAway = finalize;
          setState("drawn");
        } else finalize();
      } catch {
        if (wanted) setState("failed");
      }
    })();
    return () => {
      wanted = false;
      takeAway?.();
    };
  }, [spec, scheme, height]);
  return (
    <div className={styles.interactive}>
      {state === "loading" && <Skeleton height={height ?? 320} />}
      {state === "failed" && (
        <Text size="sm" c="dimmed" role="alert">
          The interactive chart could not be drawn. The image shows the same.
        </Text>
      )}
      <div ref={element} role="img" aria-label={alt} className={styles.vega} hidden={state === "failed"} />
    </div>
  );
}
