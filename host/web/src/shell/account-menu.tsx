// Who is logged in, and what concerns them: account, appearance, log-out.
import { Avatar, Menu, Text, UnstyledButton } from "@mantine/core";
import IconBook from "@tabler/icons-react/dist/esm/icons/IconBook.mjs";
import IconChartBar from "@tabler/icons-react/dist/esm/icons/IconChartBar.mjs";
import IconLogout from "@tabler/icons-react/dist/esm/icons/IconLogout.mjs";
import IconSettings from "@tabler/icons-react/dist/esm/icons/IconSettings.mjs";
import { Link } from "react-router";

import { useAccount, useLogOut } from "../api/session";
import styles from "./account-menu.module.css";
import { ColourSchemeItems } from "./colour-scheme";

export function AccountMenu() {
  const account = useAccount();
  const logOut = useLogOut();
  const name = account.name === "" ? account.email : account.name;
  return (
    <Menu width={256} position="top-start">
      <Menu.Target>
        <UnstyledButton className={styles.target} aria-label={`Account of ${name}`}>
          <Avatar size={28} radius="xl" name={name} color="teal" />
          <Text span truncate size="sm">
            {name}
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className={styles.email}>{account.email}</Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconSettings size={16} />}>
          Account
        </Menu.Item>
        <Menu.Item component={Link} to="/account/usage" leftSection={<IconChartBar size={16} />}>
          Usage
        </Menu.Item>
        <Menu.Item component="a" href="/docs/" target="_blank" rel="noopener" leftSection={<IconBook size={16} />}>
          API documentation
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        <ColourSchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => logOut.mutate("/login")} closeMenuOnClick={false}>
          {logOut.isPending ? "Logging out…" : "Log out"}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
