// A project's prompts in their order, each on or off, with the way to edit, move and delete it.
import { ActionIcon, Menu, Switch, UnstyledButton, VisuallyHidden } from "@mantine/core";
import IconArrowDown from "@tabler/icons-react/dist/esm/icons/IconArrowDown.mjs";
import IconArrowUp from "@tabler/icons-react/dist/esm/icons/IconArrowUp.mjs";
import IconDots from "@tabler/icons-react/dist/esm/icons/IconDots.mjs";
import IconGripVertical from "@tabler/icons-react/dist/esm/icons/IconGripVertical.mjs";
import IconPencil from "@tabler/icons-react/dist/esm/icons/IconPencil.mjs";
import IconTrash from "@tabler/icons-react/dist/esm/icons/IconTrash.mjs";
import { type ReactNode, useId, useRef } from "react";

import { type Prompt, useEnablePrompt, useOrderPrompts } from "../api/prompts";
import styles from "./prompt-list.module.css";
import { useReorder } from "./use-reorder";

interface Props {
  projectId: string;
  prompts: readonly Prompt[];
  mayChange: boolean;
  /** In the place of the prompt that is edited. */
  editor: { id: string; node: ReactNode } | undefined;
  onEdit: (prompt: Prompt) => void;
  onDelete: (prompt: Prompt) => void;
}

/** Of the element that has a prompt's name and opens it. */
export function nameId(promptId: string): string {
  return `prompt-${promptId}`;
}

export function PromptList({ projectId, prompts, mayChange, editor, onEdit, onDelete }: Props) {
  const list = useRef<HTMLOListElement>(null);
  const order = useOrderPrompts(projectId);
  const reorder = useReorder(prompts, list, (next) =>
    order.mutate(next.map((prompt, position) => ({ ...prompt, position }))),
  );
  const how = useId();
  const count = reorder.items.length;
  const mayMove = mayChange && count > 1;
  return (
    <>
      <VisuallyHidden id={how}>Press the up and down arrow keys to move it, or drag it.</VisuallyHidden>
      <VisuallyHidden role="status">{reorder.announcement}</VisuallyHidden>
      <ol className={styles.list} ref={list} aria-label="Prompts">
        {reorder.items.map((prompt, at) => (
          <li
            key={prompt.id}
            className={styles.item}
            data-dragged={prompt.id === reorder.dragged || undefined}
            data-off={!prompt.enabled || undefined}
          >
            {editor?.id === prompt.id ? (
              editor.node
            ) : (
              <div className={styles.row} data-fixed={!mayMove || undefined}>
                {mayMove && (
                  <ActionIcon
                    className={styles.handle}
                    aria-label={`Move ${prompt.name}`}
                    aria-describedby={how}
                    variant="transparent"
                    {...reorder.handle(at)}
                  >
                    <IconGripVertical size={16} aria-hidden />
                  </ActionIcon>
                )}
                <div className={styles.text}>
                  {mayChange ? (
                    <UnstyledButton id={nameId(prompt.id)} className={styles.name} onClick={() => onEdit(prompt)}>
                      {prompt.name}
                    </UnstyledButton>
                  ) : (
                    <div className={styles.name}>{prompt.name}</div>
                  )}
                  <p className={styles.says}>{prompt.text}</p>
                  <p className={styles.when}>
                    {prompt.enabled
                      ? "Applies to every question that a model answers; built-in rules do not read it"
                      : "Off: applies to no question"}
                  </p>
                </div>
                <div className={styles.actions}>
                  <OnOff projectId={projectId} prompt={prompt} mayChange={mayChange} />
                  {mayChange && (
                    <Menu position="bottom-end" withinPortal={false}>
                      <Menu.Target>
                        <ActionIcon aria-label={`Actions for ${prompt.name}`}>
                          <IconDots size={18} aria-hidden />
                        </ActionIcon>
                      </Menu.Target>
                      <Menu.Dropdown>
                        <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={() => onEdit(prompt)}>
                          Edit
                        </Menu.Item>
                        <Menu.Item
                          leftSection={<IconArrowUp size={16} aria-hidden />}
                          disabled={at === 0}
                          onClick={() => reorder.move(at, at - 1)}
                        >
                          Move up
                        </Menu.Item>
                        <Menu.Item
                          leftSection={<IconArrowDown size={16} aria-hidden />}
                          disabled={at === count - 1}
                          onClick={() => reorder.move(at, at + 1)}
                        >
                          Move down
                        </Menu.Item>
                        <Menu.Divider />
                        <Menu.Item
                          color="red"
                          leftSection={<IconTrash size={16} aria-hidden />}
                          onClick={() => onDelete(prompt)}
                        >
                          Delete…
                        </Menu.Item>
                      </Menu.Dropdown>
                    </Menu>
                  )}
                </div>
              </div>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

interface OnOffProps { projectId: string; prompt: Prompt; mayChange: boolean }

function OnOff({ projectId, prompt, mayChange }: OnOffProps) {
  const enable = useEnablePrompt(projectId);
  return (
    <Switch
      size="sm"
      aria-label={`Use ${prompt.name}`}
      checked={prompt.enabled}
      disabled={!mayChange}
      onChange={(event) => enable.mutate({ prompt, enabled: event.currentTarget.checked })}
    />
  );
}
