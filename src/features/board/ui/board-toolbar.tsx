"use client";

import { Eye, EyeOff, FilterX, History } from "lucide-react";
import { Button } from "../../../components/button";
import { IconButton } from "../../../components/icon-button";
import { Menu, MenuItem } from "../../../components/menu";
import { Select } from "../../../components/select";
import { useAddress } from "../../../components/use-address";
import {
  DefinitionFilter,
  PersonFilter,
  PinnedFilter,
  RunSearch,
  StatusFilter,
} from "../../runs/ui/run-filters";
import { BOARD_GROUPS, type ProjectGroup } from "../groups";
import { type Door, DoorLink } from "./doors";
import { type UsedBoard, useBoardGroup } from "./use-board";
import { useColumnLayout } from "./use-column-layout";

/** Grouping and filters of the board, and links to the runs that have left it. */
export function BoardToolbar({ board, doors }: { board: UsedBoard; doors: readonly Door[] }) {
  const { set } = useAddress();
  return (
    <div className="relative flex h-11 shrink-0 items-center gap-1 overflow-x-auto border-b border-line px-2 [scrollbar-width:none]">
      <BoardFilters />
      <HiddenColumns board={board} />
      <IconButton
        label="Replay"
        shortcut="shift+h"
        icon={History}
        onClick={() => set({ at: "last" }, { push: true })}
      />
      {board.filtered ? <ClearFilters /> : null}
      {doors.length === 0 ? null : (
        <nav aria-label="Runs that have left the board" className="ml-auto hidden shrink-0 md:flex">
          {doors.map((door) => (
            <DoorLink
              key={door.href}
              door={door}
              className="h-control gap-0.5 pr-1 pl-2 hover:bg-hover hover:text-text"
            />
          ))}
        </nav>
      )}
    </div>
  );
}

/** By what a board is grouped and filtered, as the address has it. */
export function BoardFilters() {
  return (
    <>
      <GroupSelect />
      <span aria-hidden className="mx-1 h-4 w-px shrink-0 bg-line" />
      <DefinitionFilter label="Definition" anyLabel="All definitions" />
      <StatusFilter />
      <PersonFilter />
      <PinnedFilter />
      <RunSearch />
    </>
  );
}

export function ClearFilters() {
  const { set } = useAddress();
  return (
    <Button
      variant="ghost"
      icon={FilterX}
      onClick={() => set({ status: null, person: null, q: null, pinned: null })}
      className="max-md:px-2"
    >
      Clear
    </Button>
  );
}

const GROUPS: Record<ProjectGroup, string> = {
  status: "By status",
  phase: "By phase",
  person: "By who started it",
  assignee: "By assignee",
  label: "By label",
  definition: "By definition",
};

/** The columns that somebody has hidden, to show them again. */
function HiddenColumns({ board: { project_id, group, columns } }: { board: UsedBoard }) {
  const { layout, set } = useColumnLayout(project_id, group);
  const hidden = columns.filter(({ key }) => layout[key]?.hidden);
  if (hidden.length === 0) return null;
  return (
    <Menu
      trigger={
        <Button variant="ghost" icon={EyeOff}>
          {hidden.length} hidden
        </Button>
      }
    >
      {hidden.map(({ key, title, total }) => (
        <MenuItem key={key} icon={Eye} onClick={() => set(key, { hidden: false })}>
          Show {title}, {total.toLocaleString("en")}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** By what the board's runs are put into columns. */
function GroupSelect() {
  const { get, set } = useAddress();
  const group = useBoardGroup();
  const usual = get("definition") === null ? "status" : "phase";
  return (
    <Select
      quiet
      aria-label="Group"
      value={group}
      onValueChange={(next) => set({ group: next === usual ? null : next })}
      options={BOARD_GROUPS.map((value) => ({ value, label: GROUPS[value] }))}
    />
  );
}
