// Who belongs to an organisation, and who is invited.
import { Button } from "@mantine/core";
import IconUser from "@tabler/icons-react/dist/esm/icons/IconUser.mjs";

import { useMembers } from "../api/members";
import { isAtLeast, type Org } from "../api/orgs";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { beginMaking } from "../shell/making";
import { Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";
import { Invitations } from "./invitations";
import { MemberRow } from "./member-row";
import { OrgFrame } from "./org-frame";

export default function MembersPage() {
  return <OrgFrame title="Members">{(org) => (org.personal ? <OnlyYou /> : <Members key={org.id} org={org} />)}</OrgFrame>;
}

function Members({ org }: { org: Org }) {
  const members = useMembers(org.id);
  const mayInvite = isAtLeast(org.role, "admin");
  const owners = members.data?.filter(({ role }) => role === "owner").length ?? 0;
  return (
    <>
      {mayInvite && <Invitations org={org} />}
      <Section
        title="Members"
        lead={mayInvite ? undefined : "Admins and owners can invite people and change their roles."}
      >
        {members.isPending && <RowsSkeleton label="Loading the members" count={3} />}
        {members.error && !members.data && (
          <Failed error={members.error} title="The members could not be loaded" retry={members.refetch} />
        )}
        {members.data && (
          <Rows label="Members">
            {[...members.data]
              .sort((a, b) => a.created_at.localeCompare(b.created_at))
              .map((member) => (
                <MemberRow
                  key={member.user_id}
                  org={org}
                  member={member}
                  isLastOwner={member.role === "owner" && owners === 1}
                />
              ))}
          </Rows>
        )}
      </Section>
    </>
  );
}

function OnlyYou() {
  return (
    <Empty
      icon={IconUser}
      title="This is your personal organisation"
      action={<Button onClick={() => beginMaking("organisation")}>Create organisation</Button>}
    >
      Nobody else sees its projects. To work with others, create an organisation and invite them.
    </Empty>
  );
}
