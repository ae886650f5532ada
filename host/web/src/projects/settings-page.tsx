// Name, description and deletion of a project.
import { Button, Group, List, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "react-router";

import { answer, api } from "../api/client";
import { type Project, useChangeProject, useDeleteProject } from "../api/projects";
import { usePrompts } from "../api/prompts";
import { Confirm } from "../shell/confirm";
import { formatDate } from "../shell/dates";
import { Failed } from "../shell/failed";
import { focusFirst, FormFailure, showFieldErrors } from "../shell/form-failure";
import { LeaveGuard } from "../shell/leave-guard";
import { NotFound } from "../shell/not-found";
import { notifyDone } from "../shell/notify";
import { counted } from "../shell/numbers";
import { PageFrame } from "../shell/page-frame";
import { Section } from "../shell/section";
import { FormSkeleton } from "../shell/skeletons";
import { useInProject } from "./may";

const NAME_MAX_CHARS = 100;
const DESCRIPTION_MAX_CHARS = 2_000;

export default function SettingsPage() {
  const { projectId = "" } = useParams();
  const { project, mayChange, error, refetch } = useInProject(projectId);
  if (error?.status === 404) return <NotFound what="project" />;
  return (
    <PageFrame title="Project settings">
      {!project && !error && <FormSkeleton label="Loading the project" />}
      {error && !project && <Failed error={error} title="The project could not be loaded" retry={refetch} />}
      {project && (
        <>
          <Details key={project.id} project={project} mayChange={mayChange} />
          {mayChange && <Deletion project={project} />}
        </>
      )}
    </PageFrame>
  );
}

interface DetailsProps { project: Project; mayChange: boolean }

function Details({ project, mayChange }: DetailsProps) {
  const change = useChangeProject(project.id);
  const form = useForm({
    initialValues: { name: project.name, description: project.description },
    validate: { name: (name) => (name.trim() === "" ? "Give the project a name, such as Sales 2026." : null) },
  });
  const { name, description } = form.values;
  const isDirty = name.trim() !== project.name || description !== project.description;
  return (
    <Section title="Name and description" lead={`Created on ${formatDate(project.created_at)}.`}>
      <LeaveGuard when={isDirty && !change.isPending} />
      <form
        noValidate
        onSubmit={form.onSubmit(
          (values) =>
            change.mutate(
              { ...values, name: values.name.trim() },
              {
                onSuccess: (changed) => {
                  form.setValues({ name: changed.name, description: changed.description });
                  notifyDone("Project saved.");
                },
                onError: showFieldErrors(form),
              },
            ),
          focusFirst(form),
        )}
      >
        <Stack maw="36rem">
          <TextInput
            label="Name"
            maxLength={NAME_MAX_CHARS}
            readOnly={!mayChange}
            {...form.getInputProps("name")}
          />
          <Textarea
            label="Description"
            description="For the people who work here. Instructions for the model belong in prompts."
            autosize
            minRows={3}
            maxRows={10}
            maxLength={DESCRIPTION_MAX_CHARS}
            readOnly={!mayChange}
            {...form.getInputProps("description")}
          />
          <FormFailure error={change.error} form={form} />
          {mayChange && (
            <Group>
              <Button type="submit" disabled={!isDirty} loading={change.isPending}>
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Section>
  );
}

function Deletion({ project }: { project: Project }) {
  const [asking, { open, close }] = useDisclosure(false);
  const remove = useDeleteProject(project);
  const navigate = useNavigate();
  return (
    <Section
      title="Delete project"
      lead="Deletes the project with its files, conversations and prompts, for everyone."
      action={
        <Button variant="default" c="var(--mantine-color-error)" onClick={open}>
          Delete project…
        </Button>
      }
    >
      <Confirm
        opened={asking}
        onClose={close}
        title={`Delete ${project.name}?`}
        action="Delete project"
        typed={project.name}
        mutation={remove}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              notifyDone(`${project.name} deleted.`);
              void navigate("/");
            },
          })
        }
      >
        <WhatGoes projectId={project.id} />
      </Confirm>
    </Section>
  );
}

/** Lists are counted up to this many; beyond it, "more than". */
const COUNTED_UP_TO = 100;

/** Shown when the dialog is open, and so read then. */
function WhatGoes({ projectId }: { projectId: string }) {
  const prompts = usePrompts(projectId);
  const path = { project_id: projectId };
  const query = { limit: COUNTED_UP_TO };
  const files = useQuery({
    queryKey: ["what-goes", "files", projectId],
    queryFn: () => answer(api.GET("/api/v1/projects/{project_id}/files", { params: { path, query } })),
  });
  const conversations = useQuery({
    queryKey: ["what-goes", "conversations", projectId],
    queryFn: () => answer(api.GET("/api/v1/projects/{project_id}/conversations", { params: { path, query } })),
  });
  if (!files.data || !conversations.data || !prompts.data) return "This cannot be undone.";
  const going = [
    amount(files.data, "file", "in all versions"),
    amount(conversations.data, "conversation", "with their generated files and shared links"),
    amount({ items: prompts.data }, "prompt"),
  ].filter((each) => each !== undefined);
  if (going.length === 0) return "It is empty. This cannot be undone.";
  return (
    <>
      This permanently deletes the following and cannot be undone:
      <List mt="xs" size="sm">
        {going.map((each) => (
          <List.Item key={each}>{each}</List.Item>
        ))}
      </List>
    </>
  );
}

/** Undefined for nothing. */
function amount(page: { items: unknown[]; next_cursor?: string | null }, noun: string, detail = ""): string | undefined {
  const { length } = page.items;
  if (length === 0) return undefined;
  const count = page.next_cursor ? `more than ${counted(length, noun)}` : counted(length, noun);
  return detail === "" ? count : `${count} ${detail}`;
}
