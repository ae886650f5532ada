// Adding a chart or a table of an answer, or an insight, to a dashboard.
import { Loader, Menu } from "@mantine/core";
import IconLayoutDashboard from "@tabler/icons-react/dist/esm/icons/IconLayoutDashboard.mjs";
import { useState } from "react";
import { Link } from "react-router";

import { type Displayed, useAddTile, useCreateDashboard, useDashboards } from "../api/dashboards";
import { ApiError } from "../api/error";
import { useAnswerPlace } from "../chat/answer-place";
import { IconAction } from "../chat/icon-action";
import { notifyDone, notifyFailed } from "../shell/notify";

interface Props extends Omit<Displayed, "message_id"> {
  /** What it is called beside others of its kind. */
  name: string;
}

export function AddToDashboard({ name, ...displayed }: Props) {
  const place = useAnswerPlace();
  const add = useAddTile();
  // Where answers are only read, nothing can be added.
  return place ? (
    <AddMenu
      name={name}
      projectId={place.projectId}
      isAdding={add.isPending}
      add={(dashboardId, onSuccess) => add.mutate({ dashboardId, ...displayed, message_id: place.messageId }, { onSuccess })}
    />
  ) : null;
}

interface MenuProps {
  name: string;
  projectId: string;
  isAdding: boolean;
  add: (dashboardId: string, onSuccess: () => void) => void;
}

/** The dashboards of a project, to one of which something is added. */
export function AddMenu({ name, projectId, isAdding, add }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const dashboards = useDashboards(projectId, isOpen);
  const create = useCreateDashboard(projectId);
  const addTo = (dashboardId: string, to: string) => add(dashboardId, () => notifyDone(`Added to ${to}.`));
  const addToNew = () => {
    const taken = new Set(dashboards.data?.map((one) => one.name.toLowerCase()));
    let fresh = "My dashboard";
    for (let number = 2; taken.has(fresh.toLowerCase()); number += 1) fresh = `My dashboard ${number}`;
    create.mutate(fresh, {
      onSuccess: ({ id }) => addTo(id, fresh),
      onError: (error) => notifyFailed(ApiError.from(error)),
    });
  };
  return (
    <Menu position="bottom-end" opened={isOpen} onChange={setOpen}>
      <Menu.Target>
        <IconAction label={`${name}: add to a dashboard`} loading={isAdding || create.isPending}>
          <IconLayoutDashboard size={16} />
        </IconAction>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Add to a dashboard</Menu.Label>
        {dashboards.isPending && <Loader size="xs" m="xs" aria-label="Loading the dashboards" />}
        {dashboards.data?.slice(0, 12).map((one) => (
          <Menu.Item key={one.id} onClick={() => addTo(one.id, one.name)}>
            {one.name}
          </Menu.Item>
        ))}
        <Menu.Item onClick={addToNew}>New dashboard</Menu.Item>
        <Menu.Divider />
        <Menu.Item component={Link} to={`/p/${projectId}/dashboards`}>
          See all dashboards
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
