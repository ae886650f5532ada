import { Stack, Text } from "@mantine/core";

import { ColourSchemeControl } from "../shell/colour-scheme";
import { AccountFrame } from "./account-frame";

/** Light or dark, for this browser. */
export default function AppearancePage() {
  return (
    <AccountFrame title="Appearance">
      <Stack gap="xs" align="flex-start">
        <ColourSchemeControl />
        <Text c="dimmed">Kept in this browser. “As the system” follows your computer as it changes.</Text>
      </Stack>
    </AccountFrame>
  );
}
