// The start: the project that was open last, or the first one that has to be made.
import { Box } from "@mantine/core";
import IconFolderPlus from "@tabler/icons-react/dist/esm/icons/IconFolderPlus.mjs";
import { Navigate, useNavigate } from "react-router";

import { useCurrentProject } from "../shell/current-project";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { PageFrame } from "../shell/page-frame";
import { NewProjectForm } from "./new-project";

export default function HomePage() {
  const { project, isPending, error, refetch } = useCurrentProject();
  const navigate = useNavigate();
  if (project) return <Navigate to={`/p/${project.id}`} replace />;
  return (
    <PageFrame title="Welcome">
      {error && <Failed error={error} title="Your projects could not be loaded" retry={refetch} />}
      {!isPending && !error && (
        <>
          <Empty icon={IconFolderPlus} title="Create your first project">
            A project holds files that belong together and the conversations about them.
          </Empty>
          <Box maw="24rem" mx="auto">
            <NewProjectForm onMade={(made) => void navigate(`/p/${made.id}`)} />
          </Box>
        </>
      )}
    </PageFrame>
  );
}
