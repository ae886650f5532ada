// The frame of an organisation's pages.
import { type ReactNode, useState } from "react";
import { useParams } from "react-router";

import { type Org, useOrg } from "../api/orgs";
import { Failed } from "../shell/failed";
import { NotFound } from "../shell/not-found";
import { PageFrame } from "../shell/page-frame";
import { PageTabs } from "../shell/page-tabs";
import { RowsSkeleton } from "../shell/skeletons";

interface Props {
  title: string;
  children: (org: Org) => ReactNode;
}

/** `children` gets the organisation of the address, once it is known. */
export function OrgFrame({ title, children }: Props) {
  const { orgId = "" } = useParams();
  const org = useOrg(orgId);
  const [seen, setSeen] = useState(false);
  if (org.data && !seen) setSeen(true);
  // Whoever has just left or deleted it is on their way to another page.
  if (org.data === null) return seen ? <PageFrame title={title}>{null}</PageFrame> : <NotFound what="organisation" />;
  return (
    <PageFrame title={org.data ? `${org.data.name}: ${title.toLowerCase()}` : title}>
      <PageTabs
        label="Organisation"
        pages={[
          { path: `/org/${orgId}/members`, label: "Members" },
          { path: `/org/${orgId}/channels`, label: "Channels" },
          { path: `/org/${orgId}/sources`, label: "Data sources" },
          { path: `/org/${orgId}/models`, label: "Models" },
          { path: `/org/${orgId}/settings`, label: "Settings" },
        ]}
      />
      {org.isPending && <RowsSkeleton label="Loading the organisation" count={3} />}
      {org.error && !org.data && (
        <Failed error={org.error} title="The organisation could not be loaded" retry={org.refetch} />
      )}
      {org.data && children(org.data)}
    </PageFrame>
  );
}
