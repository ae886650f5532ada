// A dashboard that is being changed: nothing is saved before somebody says so, and nothing of somebody else's is lost.
import { Alert, Button, Group, NumberInput, SegmentedControl, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import IconArrowBackUp from "@tabler/icons-react/dist/esm/icons/IconArrowBackUp.mjs";
import IconArrowForwardUp from "@tabler/icons-react/dist/esm/icons/IconArrowForwardUp.mjs";
import { type ReactNode, useState } from "react";

import {
  type Filter,
  isOutdated,
  type Item,
  type Tab,
  type TileKind,
  useDashboard,
  useSaveDashboard,
  type WholeDashboard,
} from "../api/dashboards";
import { useFile, useProfile } from "../api/files";
import { IconAction } from "../chat/icon-action";
import { Dialog } from "../shell/dialog";
import { Failed } from "../shell/failed";
import { DiscardQuestion, LeaveGuard } from "../shell/leave-guard";
import { notifyDone } from "../shell/notify";
import { PageFrame } from "../shell/page-frame";
import { EditableGrid } from "./editable-grid";
import { bottom, COLUMNS, freeId, HEIGHT_MAX, placed, withItems } from "./layout";
import { useEditor } from "./use-editor";

interface Props {
  projectId: string;
  whole: WholeDashboard;
  kindOf: (item: Item) => TileKind | "text";
  nameOf: (item: Item) => string;
  card: (item: Item) => ReactNode;
  onDone: () => void;
}

export default function EditDashboard({ whole, kindOf, nameOf, card, onDone }: Props) {
  // What was there when the editing began; a newer version is told, not put in its place.
  const [base, setBase] = useState(whole.version);
  const { document, isDirty, change, undo, redo } = useEditor(whole.document);
  const [tabId, setTabId] = useState(document.tabs[0]?.id ?? "");
  const [editing, setEditing] = useState<Item>();
  const [isFiltering, setFiltering] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const save = useSaveDashboard(whole.id);
  const newest = useDashboard(whole.id);
  useHotkeys([
    ["mod+Z", () => undo?.()],
    ["mod+shift+Z", () => redo?.()],
    ["mod+Y", () => redo?.()],
  ]);
  const tab = document.tabs.find(({ id }) => id === tabId) ?? document.tabs[0];
  const setItems = (items: Item[]) => tab && change(withItems(document, tab.id, () => items));
  const put = (of: number) =>
    save.mutate(
      { document, of },
      {
        onSuccess: ({ version }) => {
          notifyDone(`Saved as version ${version}.`);
          onDone();
        },
        // So that theirs can be named.
        onError: (error) => void (isOutdated(error) && newest.refetch()),
      },
    );
  const addText = () => {
    if (!tab) return;
    const item: Item = {
      id: freeId(document, "text"),
      x: 0,
      y: bottom(tab.items),
      width: COLUMNS,
      height: 2,
      content: { type: "text", text: "" },
    };
    change(withItems(document, tab.id, (items) => [...items, item]));
    setEditing(item);
  };
  const addTab = () => {
    const id = freeId(document, "tab");
    change({ ...document, tabs: [...document.tabs, { id, title: `Tab ${document.tabs.length + 1}`, items: [] }] });
    setTabId(id);
  };
  const theirs = newest.data && newest.data.version > base ? newest.data.version : undefined;
  return (
    <PageFrame
      title={whole.name}
      width="wide"
      actions={
        <>
          <IconAction label="Undo" disabled={!undo} onClick={undo}>
            <IconArrowBackUp size={18} />
          </IconAction>
          <IconAction label="Redo" disabled={!redo} onClick={redo}>
            <IconArrowForwardUp size={18} />
          </IconAction>
          <Button size="xs" variant="default" onClick={() => (isDirty ? setLeaving(true) : onDone())}>
            Cancel
          </Button>
          <Button size="xs" disabled={!isDirty} loading={save.isPending} onClick={() => put(base)}>
            Save
          </Button>
        </>
      }
    >
      <LeaveGuard when={isDirty} />
      <DiscardQuestion opened={isLeaving} onDiscard={onDone} onStay={() => setLeaving(false)} />
      {theirs !== undefined && (
        <Alert color="gray" variant="light" mb="md" role="alert" title={`Someone else saved version ${theirs}`}>
          <Text size="sm">
            Your changes are not saved. Keep yours as a new version (theirs stays in the list of versions), or discard
            your changes and use theirs.
          </Text>
          <Group mt="xs" gap="xs">
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                setBase(theirs);
                put(theirs);
              }}
            >
              Keep mine
            </Button>
            <Button size="xs" variant="default" onClick={onDone}>
              Use theirs
            </Button>
          </Group>
        </Alert>
      )}
      {save.error && !isOutdated(save.error) && <Failed error={save.error} title="The dashboard could not be saved" />}
      <Group gap="xs" mb="md">
        <Button size="xs" variant="default" onClick={addText}>
          Add text
        </Button>
        <Button size="xs" variant="default" onClick={() => setFiltering(true)}>
          Filters…
        </Button>
        <Button size="xs" variant="default" onClick={addTab}>
          Add tab
        </Button>
        {document.tabs.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Tab"
            value={tab?.id ?? ""}
            onChange={setTabId}
            data={document.tabs.map(({ id, title }, at) => ({ value: id, label: title === "" ? `Tab ${at + 1}` : title }))}
          />
        )}
        {tab && document.tabs.length > 1 && (
          <TabTools
            tab={tab}
            onRename={(title) =>
              change({ ...document, tabs: document.tabs.map((one) => (one.id === tab.id ? { ...one, title } : one)) })
            }
            onRemove={() => change({ ...document, tabs: document.tabs.filter(({ id }) => id !== tab.id) })}
          />
        )}
      </Group>
      <EditableGrid
        items={tab?.items ?? []}
        kindOf={kindOf}
        nameOf={nameOf}
        onChange={setItems}
        onRemove={(item) => setItems((tab?.items ?? []).filter(({ id }) => id !== item.id))}
        onEdit={setEditing}
      >
        {card}
      </EditableGrid>
      <Dialog opened={editing !== undefined} onClose={() => setEditing(undefined)} title="Edit">
        {editing && (
          <EditItem
            item={editing}
            onDone={(item) => {
              setItems(placed((tab?.items ?? []).map((one) => (one.id === item.id ? item : one)), item.id, item));
              setEditing(undefined);
            }}
          />
        )}
      </Dialog>
      <Dialog opened={isFiltering} onClose={() => setFiltering(false)} title="Filters">
        <EditFilters
          whole={whole}
          filters={document.filters ?? []}
          newId={() => freeId(document, "filter")}
          onChange={(filters) => change({ ...document, filters })}
        />
      </Dialog>
    </PageFrame>
  );
}

function TabTools({ tab, onRename, onRemove }: { tab: Tab; onRename: (title: string) => void; onRemove: () => void }) {
  const [title, setTitle] = useState<string>();
  return (
    <>
      <TextInput
        size="xs"
        aria-label="Tab name"
        maxLength={200}
        value={title ?? tab.title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        onBlur={() => {
          if (title !== undefined && title !== tab.title) onRename(title);
          setTitle(undefined);
        }}
      />
      <Button size="xs" variant="subtle" color="red" disabled={tab.items.length > 0} onClick={onRemove}>
        Remove tab
      </Button>
    </>
  );
}

function EditItem({ item, onDone }: { item: Item; onDone: (item: Item) => void }) {
  const [text, setText] = useState(item.content.type === "text" ? item.content.text : (item.content.title ?? ""));
  const [place, setPlace] = useState({ x: item.x, y: item.y, width: item.width, height: item.height });
  const number = (name: keyof typeof place, label: string, first: number, last: number) => (
    <NumberInput
      label={label}
      min={first}
      max={last}
      allowDecimal={false}
      value={place[name] + (name === "x" || name === "y" ? 1 : 0)}
      onChange={(value) => {
        if (typeof value === "number") setPlace({ ...place, [name]: value - (name === "x" || name === "y" ? 1 : 0) });
      }}
    />
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const { content } = item;
        onDone({ ...item, ...place, content: content.type === "text" ? { ...content, text } : { ...content, title: text } });
      }}
    >
      <Stack>
        {item.content.type === "text" ? (
          <Textarea
            label="Text"
            description="Supports Markdown"
            autosize
            minRows={4}
            maxRows={14}
            maxLength={20_000}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        ) : (
          <TextInput
            label="Title"
            description="Leave empty to use the tile's own title"
            maxLength={200}
            data-autofocus
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <Group grow>
          {number("x", "Column", 1, COLUMNS)}
          {number("y", "Row", 1, 2000)}
          {number("width", "Width", 1, COLUMNS)}
          {number("height", "Height", 1, HEIGHT_MAX)}
        </Group>
        <Group justify="flex-end">
          <Button type="submit">Done</Button>
        </Group>
      </Stack>
    </form>
  );
}

interface EditFiltersProps {
  whole: WholeDashboard;
  filters: readonly Filter[];
  newId: () => string;
  onChange: (filters: Filter[]) => void;
}

function EditFilters({ whole, filters, newId, onChange }: EditFiltersProps) {
  const files = new Map(
    whole.tiles.flatMap(({ inputs }) => inputs.flatMap(({ name, file_id }) => (file_id ? [[file_id, name] as const] : []))),
  );
  const [fileId, setFileId] = useState<string | null>([...files.keys()][0] ?? null);
  const [column, setColumn] = useState<string | null>(null);
  const file = useFile(fileId ?? "");
  const profile = useProfile(file.data, file.data?.latest.version ?? 0);
  const columns = profile.data?.columns ?? [];
  const add = () => {
    const found = columns.find(({ name }) => name === column);
    if (!found || fileId === null) return;
    onChange([
      ...filters,
      { id: newId(), title: found.name.slice(0, 200), file_id: fileId, column: found.name, kind: kindOfColumn(found.type) },
    ]);
    setColumn(null);
  };
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        A filter limits the rows of a file for every tile that reads it.
      </Text>
      {filters.map((filter) => (
        <Group key={filter.id} justify="space-between" wrap="nowrap">
          <Text size="sm" truncate>
            {filter.title} · {files.get(filter.file_id) ?? "not used by any tile"}
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Remove the filter ${filter.title}`}
            onClick={() => onChange(filters.filter(({ id }) => id !== filter.id))}
          >
            Remove
          </Button>
        </Group>
      ))}
      <Select
        label="File"
        data={[...files].map(([value, label]) => ({ value, label }))}
        value={fileId}
        onChange={(value) => {
          setFileId(value);
          setColumn(null);
        }}
      />
      <Select label="Column" searchable data={columns.map(({ name }) => name)} value={column} onChange={setColumn} />
      <Group justify="flex-end">
        <Button disabled={column === null} onClick={add}>
          Add filter
        </Button>
      </Group>
    </Stack>
  );
}

function kindOfColumn(type: string): Filter["kind"] {
  if (type === "date" || type === "datetime") return "dates";
  return type === "integer" || type === "number" ? "range" : "values";
}
