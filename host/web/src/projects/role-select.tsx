import { Group, Select, Text } from "@mantine/core";
import IconCheck from "@tabler/icons-react/dist/esm/icons/IconCheck.mjs";

import type { Role } from "../api/orgs";
import { ROLE_WORDS } from "./roles";

interface Props {
  label: string;
  hideLabel?: boolean;
  roles: readonly Role[];
  value: Role;
  disabled?: boolean;
  onChange: (role: Role) => void;
  width?: number | string;
}

/** Which role, with what each may. */
export function RoleSelect({ label, hideLabel = false, roles, value, disabled = false, onChange, width = 128 }: Props) {
  return (
    <Select
      {...(hideLabel ? { "aria-label": label, size: "xs" } : { label })}
      data={roles.map((role) => ({ value: role, label: ROLE_WORDS[role].name }))}
      value={value}
      onChange={(role) => {
        if (role !== null && role !== value) onChange(role);
      }}
      allowDeselect={false}
      disabled={disabled}
      w={width}
      maxDropdownHeight={320}
      // Where it belongs on the page, and not at the end of it.
      comboboxProps={{ width: 272, position: "bottom-end", withinPortal: false }}
      renderOption={({ option, checked }) => (
        <Group gap="xs" wrap="nowrap" align="flex-start">
          <div style={{ flex: 1 }}>
            <Text size="sm">{option.label}</Text>
            <Text size="xs" c="dimmed">
              {ROLE_WORDS[option.value].may}
            </Text>
          </div>
          {checked && <IconCheck size={16} aria-hidden />}
        </Group>
      )}
    />
  );
}
