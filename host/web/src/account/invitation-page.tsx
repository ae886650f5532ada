// Where the link of a mailed invitation leads, for somebody who is logged in and for somebody who is not.
import { Alert, Anchor, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useLocation, useNavigate, useSearchParams } from "react-router";

import { useAcceptInvitation, useInvitationSeen } from "../api/members";
import type { Org } from "../api/orgs";
import { projectsQuery } from "../api/projects";
import { type Account, useLogOut, useSession } from "../api/session";
import type { Schemas } from "../api/client";
import { ROLE_WORDS } from "../projects/roles";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { Wait, withoutWait } from "../shell/wait";
import { loginPath } from "../shell/way-back";
import { Entrance } from "./entrance";

export default function InvitationPage() {
  const [search] = useSearchParams();
  const token = search.get("token") ?? "";
  const session = useSession();
  const invitation = useInvitationSeen(token);
  if (token === "" || invitation.error?.status === 404) return <NoInvitation />;
  if (session.isPending || invitation.isPending) {
    return (
      <Entrance title="Invitation">
        <Skeleton height={36} role="status" aria-label="Loading" />
      </Entrance>
    );
  }
  if (session.data === undefined || !invitation.data) {
    const failed = session.data === undefined ? session : invitation;
    return (
      <Entrance title="Invitation">
        {failed.error && <Failed error={failed.error} retry={failed.refetch} />}
      </Entrance>
    );
  }
  const seen = invitation.data;
  return session.data ? <Accept account={session.data} token={token} seen={seen} /> : <ComeIn seen={seen} />;
}

type Seen = Schemas["InvitationSeen"];

/** Who invites, into what, and as what. */
function Who({ seen: { inviter_name, inviter_email, org, role, project } }: { seen: Seen }) {
  return (
    <>
      {inviter_name === "" ? inviter_email : `${inviter_name} (${inviter_email})`} invites you to <strong>{org}</strong> as{" "}
      {ROLE_WORDS[role].name.toLowerCase()}
      {typeof project === "string" && (
        <>
          , starting in the project <strong>{project}</strong>
        </>
      )}
      .
    </>
  );
}

function ComeIn({ seen }: { seen: Seen }) {
  const { pathname, search } = useLocation();
  const here = pathname + search;
  return (
    <Entrance
      title="You are invited"
      lead={
        <>
          <Who seen={seen} /> To accept, log in as {seen.email}, or sign up with that address.
        </>
      }
    >
      <Button component={Link} to={loginPath(here)} fullWidth>
        Log in
      </Button>
      <Button
        component={Link}
        to={`/signup?to=${encodeURIComponent(here)}&email=${encodeURIComponent(seen.email)}`}
        variant="default"
        fullWidth
      >
        Sign up
      </Button>
    </Entrance>
  );
}

interface AcceptProps { account: Account; token: string; seen: Seen }

function Accept({ account, token, seen }: AcceptProps) {
  const accept = useAcceptInvitation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const goTo = async (org: Org) => {
    notifyDone(`You are now a member of ${org.name}.`);
    // Into its work, where there is some already.
    const projects = await client.query(projectsQuery(org.id)).catch(() => []);
    const first = projects.find(({ id }) => id === seen.project_id) ?? projects[0];
    await navigate(first ? `/p/${first.id}` : `/org/${org.id}/members`, { replace: true });
  };
  if (accept.error?.status === 404) return <NoInvitation />;
  return (
    <Entrance
      title="You are invited"
      lead={
        <>
          <Who seen={seen} /> You are logged in as <strong>{account.email}</strong>. Your personal projects stay private.
        </>
      }
      foot={accept.error === null && <OtherAccount />}
    >
      {accept.error && (
        <Alert color="red" variant="light" role="alert">
          {withoutWait(accept.error)}
          <Wait error={accept.error} />
        </Alert>
      )}
      {accept.error?.status === 403 ? (
        <OtherAccount asButton />
      ) : (
        <Group grow>
          <Button variant="default" component={Link} to="/">
            Not now
          </Button>
          <Button
            loading={accept.isPending || accept.isSuccess}
            onClick={() => accept.mutate(token, { onSuccess: (org) => void goTo(org) })}
          >
            Accept
          </Button>
        </Group>
      )}
    </Entrance>
  );
}

/** The way to the account that the invitation was sent to. */
function OtherAccount({ asButton = false }: { asButton?: boolean }) {
  const { pathname, search } = useLocation();
  const leave = useLogOut();
  const go = () => leave.mutate(loginPath(pathname + search));
  if (asButton) {
    return (
      <Button onClick={go} loading={leave.isPending}>
        Log in with another account
      </Button>
    );
  }
  return (
    <Text inherit component="div">
      Was it sent to another address?{" "}
      <Anchor component="button" type="button" inherit onClick={go} disabled={leave.isPending}>
        Use another account
      </Anchor>
    </Text>
  );
}

function NoInvitation() {
  return (
    <Entrance
      title="This invitation is not valid"
      lead="It was already used or revoked, has expired, or the link is incomplete. Ask the person who invited you for a new one."
    >
      <Stack>
        <Button component={Link} to="/" variant="default" fullWidth>
          Go to the home page
        </Button>
      </Stack>
    </Entrance>
  );
}
