// What a tile's menu offers as a filter: the way of the keyboard to what a click on a mark does.
import { Menu } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";
import IconFilter from "@tabler/icons-react/dist/esm/icons/IconFilter.mjs";

import type { Filter } from "../api/dashboards";
import { IconAction } from "../chat/icon-action";
import { type Choices, LISTED_MAX } from "./cross-filter";

export interface CrossFilter {
  choices: Choices;
  isSet: (filter: Filter, value: string) => boolean;
  onToggle: (filter: Filter, value: string) => void;
}

export function CrossFilterMenu({ title, crossFilter: { choices, isSet, onToggle } }: { title: string; crossFilter: CrossFilter }) {
  return (
    <Menu position="bottom-end" shadow="md" width={240}>
      <Menu.Target>
        <IconAction label={`Filter by ${title}`} size={22} variant="subtle" color="gray">
          <IconFilter size={14} aria-hidden />
        </IconAction>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflow: "auto" }}>
        {"reason" in choices ? (
          <Menu.Item disabled>Cannot be used as a filter. {choices.reason}</Menu.Item>
        ) : (
          choices.choices.map(({ filter, values }) => (
            <div key={filter.id} role="group" aria-label={`Filter by ${filter.title}`}>
              <Menu.Label>Filter by {filter.title}</Menu.Label>
              {values.slice(0, LISTED_MAX).map((value) => (
                <Menu.Item
                  key={value}
                  rightSection={isSet(filter, value) && <IconCheck size={14} aria-label="Set; choose to clear" />}
                  onClick={() => onToggle(filter, value)}
                >
                  {value === "" ? "(empty text)" : value}
                </Menu.Item>
              ))}
              {values.length > LISTED_MAX && (
                <Menu.Label>The first {LISTED_MAX} of {values.length}. Use the filter above for others.</Menu.Label>
              )}
            </div>
          ))
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
