import { Skeleton } from "@mantine/core";

import { AccountFrame } from "./account-frame";

/** Keys by which programs work for the account. */
export default function ApiKeysPage() {
  return (
    <AccountFrame title="API keys">
      <Skeleton height={48} />
    </AccountFrame>
  );
}
