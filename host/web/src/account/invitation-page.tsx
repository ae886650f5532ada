import { Skeleton } from "@mantine/core";

import { Entrance } from "./entrance";

/** Where the link of a mailed invitation leads. */
export default function InvitationPage() {
  return (
    <Entrance title="Invitation">
      <Skeleton height={48} />
    </Entrance>
  );
}
