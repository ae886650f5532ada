import { useEffect, useState } from "react";

import { seconds } from "./duration";
import { beginningOf } from "./run-clock";

const TICK_MS = 100;

/** How long a run has been going on, ticking. */
export function Elapsed({ runId }: { runId: string }) {
  const [{ at_ms, orBefore }] = useState(() => beginningOf(runId));
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <span role="timer" aria-live="off" style={{ fontVariantNumeric: "tabular-nums" }}>
      {orBefore && "for more than "}
      {seconds(Math.max(0, now - at_ms))}
    </span>
  );
}
