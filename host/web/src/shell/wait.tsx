// What a limit asks for: when to try again, counted down.
import { Text } from "@mantine/core";
import { useEffect, useState } from "react";

import type { ApiError } from "../api/error";
import { span } from "./span";

interface Props { error: ApiError }

/** When what failed at a limit can be tried again; nothing for other errors. */
export function Wait({ error }: Props) {
  const seconds = error.retryAfterSeconds;
  // Another error starts another countdown.
  return seconds === undefined || seconds === 0 ? null : <Countdown key={error.requestId} seconds={seconds} />;
}

/** The server's sentence without its own "Try again in 723 s.", where a countdown stands beside it. */
export function withoutWait(error: ApiError): string {
  if (error.retryAfterSeconds === undefined) return error.message;
  return error.message.replace(/ Try again in \d+ s(econds)?\.$/, "");
}

function Countdown({ seconds }: { seconds: number }) {
  const [until] = useState(() => Date.now() + seconds * 1000);
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    const timer = setInterval(() => {
      const rest = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      setLeft(rest);
      if (rest === 0) clearInterval(timer);
    }, 1000);
    return () => clearInterval(timer);
  }, [until]);
  return (
    <Text size="sm" mt={4}>
      {left === 0 ? (
        <span role="status">You can try again now.</span>
      ) : (
        // Read once with the error, and not every second.
        <span aria-live="off">You can try again in {span(left)}.</span>
      )}
    </Text>
  );
}
