import { Menu, UnstyledButton } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconChevronDown from "@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs";

import { nameOf, sameModel, useModelChoice } from "../api/models";
import styles from "./composer.module.css";

/** Which model answers the next question. */
export function ModelPicker() {
  const { models, model, choose } = useModelChoice();
  if (!model) return null;
  if (models.length === 1) return <span className={styles.model}>{nameOf(model)}</span>;
  return (
    <Menu position="top-start">
      <Menu.Target>
        <UnstyledButton className={styles.model} aria-label={`Model: ${nameOf(model)}`}>
          {nameOf(model)} <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Model</Menu.Label>
        {models.map((one) => {
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
      </Menu.Dropdown>
    </Menu>
  );
}
