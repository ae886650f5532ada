import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";

import { useCurrentProject } from "./current-project";
import { endMaking, type Makeable, useMaking } from "./making";

/** Forms are heavy, and these are rarely wanted. */
const NewOrg = lazy(async () => ({ default: (await import("../projects/new-org")).NewOrg }));
const NewProject = lazy(async () => ({ default: (await import("../projects/new-project")).NewProject }));

/** The dialogs for a new project and a new organisation. Here and not where they are asked for: a sidebar can go away. */
export function MakingDialogs() {
  const making = useMaking();
  const { project } = useCurrentProject();
  const navigate = useNavigate();
  // Once there they stay, so that closing one gives the focus back.
  const [loaded, setLoaded] = useState<readonly Makeable[]>([]);
  if (making && !loaded.includes(making)) setLoaded([...loaded, making]);
  return (
    <>
      {loaded.includes("project") && (
        <Suspense>
          <NewProject
            {...(project ? { orgId: project.org_id } : {})}
            opened={making === "project"}
            onClose={endMaking}
            onMade={(made) => {
              endMaking();
              void navigate(`/p/${made.id}`);
            }}
          />
        </Suspense>
      )}
      {loaded.includes("organisation") && (
        <Suspense>
          <NewOrg opened={making === "organisation"} onClose={endMaking} />
        </Suspense>
      )}
    </>
  );
}
