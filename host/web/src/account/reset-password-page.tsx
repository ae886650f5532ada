import { Skeleton } from "@mantine/core";

import { Entrance } from "./entrance";

/** A new password by a mailed code. */
export default function ResetPasswordPage() {
  return (
    <Entrance title="Reset your password">
      <Skeleton height={48} />
    </Entrance>
  );
}
