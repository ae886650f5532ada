import { useNotifications } from "@mantine/notifications";
import { lazy, Suspense, useEffect, useState } from "react";

import { whenIdle } from "./idle";

const Notifications = lazy(() => import("./notifications"));

/** The messages in the corner, fetched behind the first page, or with the first message if that comes before. */
export function NotificationsOnDemand() {
  const [isWanted, setWanted] = useState(false);
  useEffect(() => whenIdle(() => setWanted(true)), []);
  const { notifications } = useNotifications();
  return (
    (isWanted || notifications.length > 0) && (
      <Suspense>
        <Notifications />
      </Suspense>
    )
  );
}
