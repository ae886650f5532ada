import { Skeleton, Text, useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

import { dressed, type Spec } from "./chart-spec";
import styles from "./chart.module.css";

interface Props {
  spec: Spec;
  alt: string;
  /** In pixels; else the chart's own. */
  height?: number | undefined;
  /** Told the row behind a mark that is clicked. */
  onMark?: ((datum: unknown) => void) | undefined;
}

/** The chart drawn from its specification: readers can point at its marks. */
export function VegaChart({ spec, alt, height, onMark }: Props) {
  const scheme = useComputedColorScheme();
  const element = useRef<HTMLDivElement>(null);
  const { ref: outer, width } = useElementSize();
  // One view follows its room by itself; several are laid out anew.
  const room_px = width === 0 ? undefined : "concat" in spec ? width : Math.round(width / 160) * 160;
  const [state, setState] = useState<"loading" | "drawn" | "failed">("loading");
  // A new function is no reason to draw anew.
  const told = useRef(onMark);
  useEffect(() => {
    told.current = onMark;
  }, [onMark]);
  useEffect(() => {
    const target = element.current;
    if (!target || room_px === undefined) return;
    const gone = new AbortController();
    const style = getComputedStyle(target);
    const look = {
      ink: style.getPropertyValue("--mantine-color-text"),
      muted: style.getPropertyValue("--mantine-color-dimmed"),
      line: style.getPropertyValue("--glovebox-border"),
      font: style.fontFamily,
      isDark: scheme === "dark",
    };
    drawOn(target, dressed(spec, look, { width: room_px, height }), look.isDark, gone.signal, (datum) => told.current?.(datum)).then(
      () => gone.signal.aborted || setState("drawn"),
      () => gone.signal.aborted || setState("failed"),
    );
    return () => gone.abort();
  }, [spec, scheme, height, room_px]);
  return (
    <div ref={outer} className={styles.interactive}>
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

/** Draws until `gone` says that the chart is not wanted any more. */
async function drawOn(target: HTMLElement, spec: Spec, isDark: boolean, gone: AbortSignal, onMark: (datum: unknown) => void) {
  const { draw } = await import("./vega");
  gone.throwIfAborted();
  const takeAway = await draw(target, spec, isDark, onMark);
  gone.addEventListener("abort", takeAway);
  if (isAborted(gone)) takeAway();
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
