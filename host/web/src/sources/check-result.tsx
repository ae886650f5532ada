// What a test of a connection found, in words.
import { Alert, List, Stack } from "@mantine/core";

import type { SourceCheck } from "../api/sources";

export function CheckResult({ check }: { check: SourceCheck }) {
  if (check.problem) {
    return (
      <Alert color="red" variant="light" role="alert" title="Connection test failed">
        {check.problem.message}
      </Alert>
    );
  }
  return (
    <Stack gap="xs">
      <Alert color="green" variant="light" role="status" title="Connection test passed">
        {check.server}
      </Alert>
      {check.warnings.length > 0 && (
        <Alert color="yellow" variant="light" title="Recommendations">
          <List size="sm" spacing="xs">
            {check.warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  );
}
