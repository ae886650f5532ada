import { ActionIcon, Avatar, Badge, Group, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconDoorExit from "@tabler/icons-react/dist/esm/icons/IconDoorExit.mjs";
import IconUserMinus from "@tabler/icons-react/dist/esm/icons/IconUserMinus.mjs";
import { useNavigate } from "react-router";

import { type Membership, useChangeRole, useRemoveMember } from "../api/members";
import type { Org, Role } from "../api/orgs";
import { useAccount } from "../api/session";
import { Confirm } from "../shell/confirm";
import { formatDate } from "../shell/dates";
import { notifyDone } from "../shell/notify";
import { Row } from "../shell/rows";
import { RoleSelect } from "./role-select";
import { givable, mayManage, ROLE_WORDS } from "./roles";

interface Props {
  org: Org;
  member: Membership;
  /** The organisation would be left without an owner. */
  isLastOwner: boolean;
}

export function MemberRow({ org, member, isLastOwner }: Props) {
  const account = useAccount();
  const isMe = member.user_id === account.id;
  const name = member.name === "" ? member.email : member.name;
  const change = useChangeRole(org.id);
  const [leaving, { open, close }] = useDisclosure(false);
  const mayChange = mayManage(org.role, member.role);

  const setRole = (role: Role) =>
    change.mutate(
      { userId: member.user_id, role },
      {
        onSuccess: () =>
          notifyDone(`${isMe ? "You are" : `${name} is`} now ${article(ROLE_WORDS[role].name.toLowerCase())}.`),
      },
    );
  return (
    <Row
      wraps
      icon={<Avatar size={32} radius="xl" name={name} color="teal" alt="" />}
      title={
        <Group gap="xs">
          <span>{name}</span>
          {isMe && (
            <Badge variant="light" size="sm" tt="none">
              You
            </Badge>
          )}
        </Group>
      }
      action={
        <>
          {mayChange && !isLastOwner ? (
            <RoleSelect
              label={`Role of ${name}`}
              hideLabel
              roles={givable(org.role)}
              value={change.isPending ? change.variables.role : member.role}
              disabled={change.isPending}
              onChange={setRole}
            />
          ) : (
            <Text size="sm" c="dimmed" title={isLastOwner ? "The only owner" : ROLE_WORDS[member.role].may}>
              {ROLE_WORDS[member.role].name}
            </Text>
          )}
          {(mayChange || isMe) && (
            <Menu position="bottom-end" withinPortal={false}>
              <Menu.Target>
                <ActionIcon aria-label={`Actions for ${name}`}>
                  <IconDots size={18} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {isLastOwner && <Menu.Label>The only owner cannot leave</Menu.Label>}
                <Menu.Item
                  color="red"
                  disabled={isLastOwner}
                  leftSection={isMe ? <IconDoorExit size={16} aria-hidden /> : <IconUserMinus size={16} aria-hidden />}
                  onClick={open}
                >
                  {isMe ? "Leave…" : "Remove…"}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
          <Removal org={org} member={member} name={name} opened={leaving} onClose={close} />
        </>
      }
    >
      {name !== member.email && <>{member.email} · </>}since {formatDate(member.created_at)}
    </Row>
  );
}

interface RemovalProps { org: Org; member: Membership; name: string; opened: boolean; onClose: () => void }

function Removal({ org, member, name, opened, onClose }: RemovalProps) {
  const account = useAccount();
  const isMe = member.user_id === account.id;
  const remove = useRemoveMember(org.id);
  const navigate = useNavigate();
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={isMe ? `Leave ${org.name}?` : `Remove ${name}?`}
      action={isMe ? "Leave" : "Remove"}
      mutation={remove}
      onConfirm={() =>
        remove.mutate(member.user_id, {
          onSuccess: () => {
            onClose();
            notifyDone(isMe ? `You left ${org.name}.` : `${name} was removed from ${org.name}.`);
            if (isMe) void navigate("/");
          },
        })
      }
    >
      {isMe
        ? "You lose access to its projects. What you created there stays for the other members. To rejoin, you need an invitation."
        : "They lose access to its projects. What they created here stays."}
    </Confirm>
  );
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
