// Short messages about what happened, in the corner. What concerns a field or a page is said there instead.
import { notifications } from "@mantine/notifications";

import type { ApiError } from "../api/error";

/** Something is done. */
export function notifyDone(message: string) {
  notifications.show({ message, color: "teal", autoClose: 4000, withBorder: true });
}

/** Something failed, and nothing on the page says so. */
export function notifyFailed(error: ApiError, title = "That did not work") {
  notifications.show({
    // The same failure twice is one message.
    id: `failed-${error.code}-${error.message}`,
    title,
    // By it whoever runs the server finds what went wrong there; the rest is no fault of theirs.
    message: error.requestId === undefined || error.status < 500 ? error.message : `${error.message} (request ${error.requestId})`,
    color: "red",
    autoClose: 10_000,
    withBorder: true,
    role: "alert",
  });
}
