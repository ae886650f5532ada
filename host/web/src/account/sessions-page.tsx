import { Skeleton } from "@mantine/core";

import { AccountFrame } from "./account-frame";

/** Where the account is logged in. */
export default function SessionsPage() {
  return (
    <AccountFrame title="Sessions">
      <Skeleton height={48} />
    </AccountFrame>
  );
}
