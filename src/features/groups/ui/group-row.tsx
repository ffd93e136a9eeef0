"use client";

import { Ellipsis, Pencil, Trash2, Users } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../../components/badge";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { IconButton } from "../../../components/icon-button";
import { ListRow } from "../../../components/list";
import { Menu, MenuItem, MenuSeparator } from "../../../components/menu";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { Group } from "../schema";
import { GroupDialog } from "./group-dialog";
import { GroupMembersDialog } from "./group-members-dialog";

type Open = "edit" | "members" | "delete" | null;

const counted = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

export function GroupRow({ group }: { group: Group }) {
  const [open, setOpen] = useState<Open>(null);
  const utils = trpc.useUtils();
  const remove = trpc.groups.delete.useMutation({
    onSuccess: () => Promise.all([utils.groups.invalidate(), utils.users.invalidate()]),
  });
  const people = counted(group.members_count, "person", "people");
  const projects = counted(group.projects_count, "project", "projects");
  const close = () => setOpen(null);
  return (
    <ListRow
      stacked
      title={withMarks(group.name)}
      end={
        <Menu trigger={<IconButton label={`Actions for ${group.name}`} icon={Ellipsis} />}>
          <MenuItem icon={Users} onClick={() => setOpen("members")}>
            People
          </MenuItem>
          <MenuItem icon={Pencil} onClick={() => setOpen("edit")}>
            Change name or claim
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onClick={() => setOpen("delete")}>
            Delete group
          </MenuItem>
        </Menu>
      }
    >
      <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 text-muted">
        <span className="shrink-0">
          {people}, {projects}
        </span>
        {group.claim ? (
          <Badge>
            <code className="max-w-48 truncate">{withMarks(group.claim)}</code>
          </Badge>
        ) : null}
      </span>
      {open === "edit" ? <GroupDialog group={group} onClose={close} /> : null}
      {open === "members" ? <GroupMembersDialog group={group} onClose={close} /> : null}
      <ConfirmDialog
        open={open === "delete"}
        onOpenChange={close}
        title={`Delete ${group.name}?`}
        description={`${people} lose the roles that the group has in ${projects}. Their accounts stay.`}
        confirmLabel="Delete group"
        onConfirm={() => remove.mutateAsync({ id: group.id })}
      />
    </ListRow>
  );
}
