// Where the account is logged in, and the end of each of these.
import { Badge, Button, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import IconDeviceDesktop from "@tabler/icons-react/dist/esm/icons/IconDeviceDesktop.mjs";
import IconDeviceMobile from "@tabler/icons-react/dist/esm/icons/IconDeviceMobile.mjs";

import { type LoggedIn, useEndOtherSessions, useEndSession, useSessions } from "../api/sessions";
import { Confirm } from "../shell/confirm";
import { formatAgo, formatMoment } from "../shell/dates";
import { Failed } from "../shell/failed";
import { notifyDone } from "../shell/notify";
import { Row, Rows } from "../shell/rows";
import { Section } from "../shell/section";
import { RowsSkeleton } from "../shell/skeletons";
import { AccountFrame } from "./account-frame";
import { deviceOf } from "./device";

export default function SessionsPage() {
  const sessions = useSessions();
  const others = sessions.data?.filter(({ current }) => !current) ?? [];
  return (
    <AccountFrame title="Sessions">
      <Section
        title="Active sessions"
        lead="Log out any session you don't recognise, then change your password."
        action={others.length > 0 && <EndOthers />}
      >
        {sessions.isPending && <RowsSkeleton label="Loading your sessions" count={3} />}
        {sessions.error && !sessions.data && (
          <Failed error={sessions.error} title="Your sessions could not be loaded" retry={sessions.refetch} />
        )}
        {sessions.data && (
          <Rows label="Sessions">
            {inOrder(sessions.data).map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </Rows>
        )}
      </Section>
    </AccountFrame>
  );
}

/** This one, then what was used last. */
function inOrder(sessions: readonly LoggedIn[]): LoggedIn[] {
  return [...sessions].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.last_seen_at.localeCompare(a.last_seen_at),
  );
}

function SessionRow({ session }: { session: LoggedIn }) {
  const end = useEndSession();
  const device = deviceOf(session.user_agent);
  const Icon = device.isMobile ? IconDeviceMobile : IconDeviceDesktop;
  return (
    <Row
      icon={<Icon size={22} stroke={1.25} aria-hidden />}
      title={
        <Group gap="xs">
          <span title={session.user_agent}>{device.name}</span>
          {session.current && (
            <Badge variant="light" size="sm" tt="none">
              This session
            </Badge>
          )}
        </Group>
      }
      action={
        !session.current && (
          <Button
            variant="default"
            size="xs"
            aria-label={`Log out ${device.name}`}
            loading={end.isPending}
            onClick={() => end.mutate(session.id, { onSuccess: () => notifyDone(`${device.name} logged out.`) })}
          >
            Log out
          </Button>
        )
      }
    >
      <Text span inherit>
        {session.current ? "In use now" : `Last used ${formatAgo(session.last_seen_at)}`} · from {session.address} · since{" "}
        <time dateTime={session.created_at}>{formatMoment(session.created_at)}</time>
      </Text>
      <br />
      {session.remember ? `Expires ${formatMoment(session.expires_at)}` : "Expires when unused, or when the browser is closed"}
    </Row>
  );
}

function EndOthers() {
  const [asking, { open, close }] = useDisclosure(false);
  const end = useEndOtherSessions();
  return (
    <>
      <Button variant="default" onClick={open}>
        Log out all others…
      </Button>
      <Confirm
        opened={asking}
        onClose={close}
        title="Log out all other sessions?"
        action="Log out all others"
        mutation={end}
        onConfirm={() =>
          end.mutate(undefined, {
            onSuccess: () => {
              close();
              notifyDone("You are logged out everywhere else.");
            },
          })
        }
      >
        This logs out every other browser and every program that uses one of your tokens. This browser stays logged in,
        and your API keys keep working.
      </Confirm>
    </>
  );
}
