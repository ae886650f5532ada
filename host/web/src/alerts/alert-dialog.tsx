// "Alert me", from a tile.
import { useNavigate } from "react-router";

import { useCreateAlert } from "../api/alerts";
import { useInProject } from "../projects/may";
import { Dialog } from "../shell/dialog";
import { AlertForm } from "./alert-form";

interface Props {
  projectId: string;
  tileId: string;
  title: string;
  columns: readonly string[];
  onClose: () => void;
}

export default function AlertDialog({ projectId, tileId, title, columns, onClose }: Props) {
  const { org } = useInProject(projectId);
  const create = useCreateAlert(projectId);
  const navigate = useNavigate();
  return (
    <Dialog opened onClose={onClose} title={`Alert on ${title}`} size="lg">
      <AlertForm
        projectId={projectId}
        orgId={org?.id}
        tileId={tileId}
        columns={columns}
        start={{ name: title.slice(0, 100) }}
        action="Create alert"
        mutation={create}
        onSave={(settings) =>
          create.mutate(
            { tile_id: tileId, ...settings },
            { onSuccess: ({ id }) => void navigate(`/p/${projectId}/alerts/${id}`) },
          )
        }
      />
    </Dialog>
  );
}
