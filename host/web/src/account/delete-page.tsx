import { Skeleton } from "@mantine/core";

import { AccountFrame } from "./account-frame";

/** The end of the account, with a typed confirmation. */
export default function DeletePage() {
  return (
    <AccountFrame title="Delete the account">
      <Skeleton height={48} />
    </AccountFrame>
  );
}
