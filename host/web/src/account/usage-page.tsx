import { Skeleton } from "@mantine/core";

import { AccountFrame } from "./account-frame";

/** What the account has used, and what it may. */
export default function UsagePage() {
  return (
    <AccountFrame title="Usage">
      <Skeleton height={48} />
    </AccountFrame>
  );
}
