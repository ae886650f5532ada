// The messages in the corner. Apart from what shows them, since only by a file of their own do they leave the first load.
import { Notifications as Corner } from "@mantine/notifications";

export default function Notifications() {
  return <Corner position="bottom-right" limit={4} />;
}
