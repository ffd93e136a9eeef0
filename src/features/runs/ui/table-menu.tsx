"use client";

import { Download, SlidersVertical } from "lucide-react";
import { Button } from "../../../components/button";
import { useCommands } from "../../../components/commands";
import {
  Menu,
  MenuCheck,
  MenuGroup,
  MenuItem,
  MenuRadioGroup,
  MenuSeparator,
} from "../../../components/menu";
import { useAddress } from "../../../components/use-address";
import { useProject } from "../../projects/ui/project-provider";
import { MAX_ORDERED, type RunOrder } from "../orders";
import { COLUMN_IDS, COLUMNS, columnsText } from "./table-columns";
import { useTableFilters } from "./table-filters";

const ORDERS: { value: RunOrder; label: string }[] = [
  { value: "-created", label: "Newest first" },
  { value: "created", label: "Oldest first" },
  { value: "name", label: "Name" },
  { value: "-priority", label: "Priority" },
  { value: "-duration", label: "Longest first" },
  { value: "duration", label: "Shortest first" },
  { value: "-ended", label: "Ended last" },
];

/** Order and columns of the table, and its rows as a file. */
export function TableMenu({ query }: { query: Record<string, string | boolean> }) {
  const { id: project_id } = useProject();
  const { set } = useAddress();
  const { sort, columns } = useTableFilters();
  const text = Object.entries({ project_id, ...query, sort }).map(([name, value]) => [name, String(value)]);
  const href = `/api/workflow-executions/export?${new URLSearchParams(text)}`;
  const save = () => window.location.assign(href);
  useCommands([
    { id: "runs.csv", label: "Export these runs as CSV", group: "Runs", icon: Download, run: save },
  ]);
  return (
    <Menu
      trigger={
        <Button variant="ghost" icon={SlidersVertical}>
          <span className="max-md:sr-only">Display</span>
        </Button>
      }
    >
      <MenuGroup label="Order">
        <MenuRadioGroup
          value={sort}
          onValueChange={(value) => set({ sort: value === "-created" ? null : value })}
          options={ORDERS}
        />
      </MenuGroup>
      {sort.endsWith("created") ? null : (
        <p className="max-w-52 px-2 py-1 text-meta text-faint">
          Of the newest {MAX_ORDERED.toLocaleString("en")} that match.
        </p>
      )}
      <MenuSeparator />
      <MenuGroup label="Columns">
        {COLUMN_IDS.map((id) => (
          <MenuCheck
            key={id}
            checked={columns.includes(id)}
            onCheckedChange={(on) =>
              set({ cols: columnsText(on ? [...columns, id] : columns.filter((each) => each !== id)) })
            }
          >
            {COLUMNS[id].label}
          </MenuCheck>
        ))}
      </MenuGroup>
      <MenuSeparator />
      <MenuItem icon={Download} onClick={save}>
        Export as CSV
      </MenuItem>
    </Menu>
  );
}
