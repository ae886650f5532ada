// The versions of a dashboard, and the way back to one.
import { Button, Modal, Text } from "@mantine/core";

import { useRevertDashboard, useVersions, type WholeDashboard } from "../api/dashboards";
import { formatMoment } from "../shell/dates";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { Row, Rows } from "../shell/rows";
import { RowsSkeleton } from "../shell/skeletons";

interface Props {
  whole: WholeDashboard;
  mayChange: boolean;
  onClose: () => void;
}

export default function VersionsDialog({ whole, mayChange, onClose }: Props) {
  const versions = useVersions(whole.id, true);
  const revert = useRevertDashboard(whole.id);
  return (
    <Modal opened onClose={onClose} title="Versions" size="lg">
      <Text size="sm" c="dimmed" mb="sm">
        Restoring a version adds a new one, so nothing is lost.
      </Text>
      {versions.isPending && <RowsSkeleton label="Loading the versions" count={3} />}
      {versions.error && <Failed error={versions.error} retry={versions.refetch} />}
      {revert.error && <Failed error={revert.error} />}
      {versions.data && (
        <Rows label="Versions">
          {versions.data.map(({ version, note, saved_at }) => (
            <Row
              key={version}
              title={`${version}. ${note}`}
              action={
                version === whole.version ? (
                  <Text size="xs" c="dimmed">
                    Current
                  </Text>
                ) : (
                  mayChange && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={`Restore version ${version}`}
                      loading={revert.isPending && revert.variables === version}
                      onClick={() =>
                        revert.mutate(version, {
                          onSuccess: () => {
                            notifyDone(`Version ${version} restored.`);
                            onClose();
                          },
                        })
                      }
                    >
                      Restore
                    </Button>
                  )
                )
              }
            >
              {formatMoment(saved_at)}
            </Row>
          ))}
        </Rows>
      )}
    </Modal>
  );
}
