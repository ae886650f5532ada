import { Skeleton } from "@mantine/core";

import { AccountFrame } from "./account-frame";

/** Name, address, password and Google Sign-In of the account. */
export default function ProfilePage() {
  return (
    <AccountFrame title="Profile">
      <Skeleton height={48} />
    </AccountFrame>
  );
}
