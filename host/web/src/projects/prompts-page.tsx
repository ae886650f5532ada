// What the model is told of a project, always: its prompts in their order, with a preview of what comes of them.
import { Button, Skeleton, UnstyledButton } from "@mantine/core";
import IconNotes from "@tabler/icons-react/dist/esm/icons/IconNotes.mjs";
import IconPlus from "@tabler/icons-react/dist/esm/icons/IconPlus.mjs";
import { useCallback, useState } from "react";
import { useParams } from "react-router";

import { type Prompt, useDeletePrompt, usePrompts } from "../api/prompts";
import { Confirm } from "../shell/confirm";
import { Empty } from "../shell/empty";
import { Failed } from "../shell/failed";
import { DiscardQuestion, LeaveGuard } from "../shell/leave-guard";
import { NotFound } from "../shell/not-found";
import { notifyDone } from "../shell/notify";
import { PageFrame } from "../shell/page-frame";
import { RowsSkeleton } from "../shell/skeletons";
import { useInProject } from "./may";
import { type Draft, PromptEditor } from "./prompt-editor";
import editorStyles from "./prompt-list.module.css";
import { nameId, PromptList } from "./prompt-list";
import styles from "./prompts-page.module.css";
import type { Instruction } from "./told";
import { ToldPreview } from "./told-preview";

/** To begin with, where there is none. */
const EXAMPLES: readonly Draft[] = [
  { name: "House style", text: "Show money in euros, without cents. Write dates as 3 May 2026." },
  {
    name: "Definitions",
    text: "A customer is active if they bought something in the last 90 days.\nRevenue excludes VAT and returns.",
  },
  { name: "How to answer", text: "Answer in two or three sentences first. Then show the table that the answer is based on." },
];

/** What is being edited: a prompt by its id, or a new one. */
interface Editing {
  prompt?: Prompt;
  initial: Draft;
}

export default function PromptsPage() {
  const { projectId = "" } = useParams();
  // Another project is another page.
  return <Prompts key={projectId} projectId={projectId} />;
}

function Prompts({ projectId }: { projectId: string }) {
  const prompts = usePrompts(projectId);
  const { mayChange } = useInProject(projectId);
  const [editing, setEditing] = useState<Editing>();
  const [draft, setDraft] = useState<Draft>();
  const [removing, setRemoving] = useState<Prompt>();
  // What somebody wants to edit or do instead, while something else is not saved.
  const [instead, setInstead] = useState<{ editing: Editing | undefined }>();
  const begin = useCallback((next: Editing | undefined) => {
    setEditing(next);
    setDraft(next?.initial);
    setInstead(undefined);
  }, []);
  const end = (promptId: string | undefined) => {
    begin(undefined);
    // Back to what was edited, once it stands there again.
    setTimeout(() => document.getElementById(promptId === undefined ? "new-prompt" : nameId(promptId))?.focus());
  };

  const isDirty =
    editing !== undefined &&
    draft !== undefined &&
    (draft.name !== editing.initial.name || draft.text !== editing.initial.text);
  const ask = (next: Editing | undefined) => (isDirty ? setInstead({ editing: next }) : begin(next));
  const addNew = (initial: Draft = { name: "", text: "" }) => ask({ initial });

  if (prompts.error?.status === 404) return <NotFound what="project" />;
  const editor = editing && (
    <PromptEditor
      key={editing.prompt?.id ?? editing.initial.name}
      projectId={projectId}
      {...(editing.prompt ? { prompt: editing.prompt } : {})}
      initial={editing.initial}
      onDraft={setDraft}
      onCancel={() => (isDirty ? setInstead({ editing: undefined }) : end(editing.prompt?.id))}
      onDone={(saved) => {
        notifyDone(editing.prompt ? `${saved.name} saved.` : `${saved.name} applies from the next question on.`);
        end(saved.id);
      }}
    />
  );
  const isEmpty = prompts.data?.length === 0;
  return (
    <PageFrame
      title="Prompts"
      width="wide"
      actions={
        mayChange &&
        prompts.data &&
        !isEmpty && (
          <Button id="new-prompt" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => addNew()}>
            New prompt
          </Button>
        )
      }
    >
      <LeaveGuard when={isDirty} />
      <DiscardQuestion
        opened={instead !== undefined}
        onDiscard={() => begin(instead?.editing)}
        onStay={() => setInstead(undefined)}
      />
      {prompts.isPending && (
        <div className={styles.columns}>
          <div>
            <Lead />
            <RowsSkeleton label="Loading the prompts" count={3} />
          </div>
          <Skeleton height={280} mt={46} />
        </div>
      )}
      {prompts.error && !prompts.data && (
        <Failed error={prompts.error} title="The prompts could not be loaded" retry={prompts.refetch} />
      )}
      {isEmpty && !editing && <NoPrompts mayChange={mayChange} onBegin={addNew} />}
      {prompts.data && (!isEmpty || editing) && (
        <div className={styles.columns}>
          <div>
            <Lead />
            {!isEmpty && (
              <PromptList
                projectId={projectId}
                prompts={prompts.data}
                mayChange={mayChange}
                editor={editing?.prompt && { id: editing.prompt.id, node: editor }}
                onEdit={(prompt) => ask({ prompt, initial: { name: prompt.name, text: prompt.text } })}
                onDelete={setRemoving}
              />
            )}
            {editing && !editing.prompt && (
              <div className={editorStyles.list} data-new>
                {editor}
              </div>
            )}
          </div>
          <div className={styles.preview}>
            <ToldPreview instructions={withDraft(prompts.data, editing, draft)} />
          </div>
        </div>
      )}
      <Remove
        projectId={projectId}
        prompt={removing}
        onClose={() => setRemoving(undefined)}
        onRemoved={() => {
          if (editing?.prompt?.id === removing?.id) begin(undefined);
        }}
      />
    </PageFrame>
  );
}

function Lead() {
  return (
    <p className={styles.lead}>
      Standing instructions for every question in this project: definitions, rounding, what to leave out. The model
      follows them in this order.
    </p>
  );
}

/** The prompts as they will be when what is being typed is saved. */
function withDraft(prompts: readonly Prompt[], editing: Editing | undefined, draft: Draft | undefined): Instruction[] {
  if (!editing || !draft) return [...prompts];
  if (editing.prompt) {
    return prompts.map((prompt) => (prompt.id === editing.prompt?.id ? { ...prompt, ...draft } : prompt));
  }
  const isWritten = draft.name.trim() !== "" || draft.text.trim() !== "";
  return isWritten ? [...prompts, { ...draft, enabled: true }] : [...prompts];
}

interface NoPromptsProps { mayChange: boolean; onBegin: (initial?: Draft) => void }

function NoPrompts({ mayChange, onBegin }: NoPromptsProps) {
  return (
    <>
      <Empty
        icon={IconNotes}
        title="No prompts yet"
        action={mayChange && <Button onClick={() => onBegin()}>Write a prompt</Button>}
      >
        A prompt is a standing instruction: the model receives it with every question in this project.
      </Empty>
      {mayChange && (
        <section aria-label="Examples" className={styles.examples}>
          <p className={styles.lead}>Or start with one of these:</p>
          {EXAMPLES.map((example) => (
            <UnstyledButton key={example.name} className={styles.example} onClick={() => onBegin(example)}>
              <strong>{example.name}</strong>
              <span>{example.text}</span>
            </UnstyledButton>
          ))}
        </section>
      )}
    </>
  );
}

interface RemoveProps {
  projectId: string;
  prompt: Prompt | undefined;
  onClose: () => void;
  onRemoved: () => void;
}

function Remove({ projectId, prompt, onClose, onRemoved }: RemoveProps) {
  const remove = useDeletePrompt(projectId);
  return (
    <Confirm
      opened={prompt !== undefined}
      onClose={onClose}
      title={`Delete ${prompt?.name ?? ""}?`}
      action="Delete prompt"
      mutation={remove}
      onConfirm={() => {
        if (!prompt) return;
        remove.mutate(prompt.id, {
          onSuccess: () => {
            onRemoved();
            onClose();
            notifyDone(`${prompt.name} deleted.`);
          },
        });
      }}
    >
      Existing answers do not change. To pause the prompt, switch it off instead.
    </Confirm>
  );
}
