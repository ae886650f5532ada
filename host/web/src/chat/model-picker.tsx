import { Menu, UnstyledButton } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";
import { Fragment } from "react";
import { Link } from "react-router";

import { isRules, type Model, type ModelChoice, nameOf, sameModel } from "../api/models";
import { isAtLeast, useOrg } from "../api/orgs";
import { useProject } from "../api/projects";
import styles from "./composer.module.css";

interface Props {
  projectId: string;
  choice: ModelChoice;
}

/** Which model answers the next question. */
export function ModelPicker({ projectId, choice: { models, model, choose } }: Props) {
  const orgId = useProject(projectId).data?.org_id ?? "";
  const { data: org } = useOrg(orgId);
  const settings = org && isAtLeast(org.role, "admin") ? `/org/${orgId}/models` : undefined;
  if (!model) return null;
  if (models.length === 1) {
    return isRules(model) && settings !== undefined ? (
      <Link to={settings} className={`${styles.model ?? ""} ${styles.setUp ?? ""}`} title="Set up a model">
        {nameOf(model)}
      </Link>
    ) : (
      <span className={styles.model}>{nameOf(model)}</span>
    );
  }
  return (
    <Menu position="top-start">
      <Menu.Target>
        <UnstyledButton className={styles.model} aria-label={`Model: ${nameOf(model)}`}>
          {nameOf(model)} <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {groupsOf(models).map(({ label, members }) => (
          <Fragment key={label}>
            <Menu.Label>{label}</Menu.Label>
            {members.map((one) => {
              const isChosen = sameModel(one, model);
              return (
                <Menu.Item
                  key={`${one.provider} ${one.model ?? ""}`}
                  role="menuitemradio"
                  aria-checked={isChosen}
                  rightSection={isChosen && <IconCheck size={16} aria-hidden />}
                  onClick={() => choose(one)}
                >
                  {nameOf(one)}
                </Menu.Item>
              );
            })}
          </Fragment>
        ))}
        {settings !== undefined && (
          <>
            <Menu.Divider />
            <Menu.Item component={Link} to={settings}>
              Manage models
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The organisation's own by account, then the server's, then the rules. */
function groupsOf(models: readonly Model[]) {
  const groups = new Map<string, Model[]>();
  const place = (one: Model) => (isRules(one) ? 2 : one.account == null ? 1 : 0);
  for (const one of [...models].sort((a, b) => place(a) - place(b))) {
    const label = isRules(one) ? "Without a model" : (one.account ?? "This server");
    groups.set(label, [...(groups.get(label) ?? []), one]);
  }
  return [...groups].map(([label, members]) => ({ label, members }));
}
