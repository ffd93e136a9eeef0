"use client";

import { UserMinus, Users } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../../components/badge";
import { Button } from "../../../components/button";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { restOfFault, sayFault } from "../../../components/fault";
import { FormError } from "../../../components/form-error";
import { IconButton } from "../../../components/icon-button";
import { List, ListRow } from "../../../components/list";
import { Select } from "../../../components/select";
import { SelectField } from "../../../components/select-field";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import type { ProjectRole } from "../../../model/roles";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { ROLE_LABELS, ROLE_OPTIONS } from "../../projects/ui/roles";
import type { ProjectGroup } from "../schema";

const MOST_GROUPS = 200;

/** The groups with a role in the project, below its members; nothing where the installation has no groups. */
export function ProjectGroups() {
  const project = useProject();
  const manages = project.may("member:write");
  const given = trpc.members.listGroups.useQuery({ project_id: project.id, limit: MOST_GROUPS });
  const groups = given.data?.items ?? [];
  return (
    <>
      {groups.length > 0 ? (
        <List label="Groups" className="border-t border-line">
          {groups.map((group) => (
            <GroupRow key={group.group_id} group={group} manages={manages} />
          ))}
        </List>
      ) : null}
      {manages ? <AddGroup given={groups} /> : null}
    </>
  );
}

function useRefresh() {
  const utils = trpc.useUtils();
  return () => {
    void utils.members.invalidate();
    void utils.projects.getBySlug.invalidate();
  };
}

function AddGroup({ given }: { given: ProjectGroup[] }) {
  const project = useProject();
  const refresh = useRefresh();
  const all = trpc.groups.list.useQuery({ limit: MOST_GROUPS });
  const [group, setGroup] = useState<string | null>(null);
  const [role, setRole] = useState<ProjectRole>("member");
  const add = trpc.members.setGroup.useMutation({
    onSuccess: () => {
      setGroup(null);
      refresh();
    },
  });
  const left = (all.data?.items ?? []).filter(({ id }) => !given.some(({ group_id }) => group_id === id));
  if (left.length === 0) return null;
  return (
    <form
      className="flex flex-col gap-3 border-t border-line p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (group) add.mutate({ project_id: project.id, group_id: group, role });
      }}
    >
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          label="Add a group"
          placeholder="Choose a group"
          options={left.map(({ id, name, members_count }) => ({
            value: id,
            label: name,
            hint: peopleOf(members_count),
          }))}
          value={group}
          onValueChange={setGroup}
          className="min-w-0 flex-1 basis-56"
        />
        <SelectField
          label="Role of the group"
          labelHidden
          options={ROLE_OPTIONS}
          value={role}
          onValueChange={setRole}
          className="w-36"
        />
        <Button type="submit" busy={add.isPending} disabled={group === null}>
          Add group
        </Button>
      </div>
      <FormError message={restOfFault(add.error, [])} />
    </form>
  );
}

const peopleOf = (count: number) => (count === 1 ? "1 person" : `${count} people`);

function GroupRow({ group, manages }: { group: ProjectGroup; manages: boolean }) {
  const project = useProject();
  const refresh = useRefresh();
  const [asking, setAsking] = useState(false);
  const { project_id, group_id, name } = group;
  const set = trpc.members.setGroup.useMutation({
    onError: (error) => toast.failed("The role was not changed", { description: sayFault(error) }),
    onSettled: refresh,
  });
  const remove = trpc.members.removeGroup.useMutation({ onSuccess: refresh });
  return (
    <ListRow
      title={withMarks(name)}
      start={<Users aria-hidden size={16} className="mx-1 shrink-0 text-faint" />}
      end={
        manages ? (
          <>
            <Select
              quiet
              aria-label={`Role of ${name}`}
              options={ROLE_OPTIONS}
              value={set.isPending ? set.variables.role : group.role}
              disabled={set.isPending}
              onValueChange={(role) => set.mutate({ project_id, group_id, role })}
            />
            <IconButton label={`Remove ${name}`} icon={UserMinus} onClick={() => setAsking(true)} />
          </>
        ) : (
          <Badge>{ROLE_LABELS[group.role]}</Badge>
        )
      }
    >
      <span className="min-w-0 flex-1 truncate text-muted">{peopleOf(group.members_count)}</span>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={`Remove ${name}?`}
        description={`${peopleOf(group.members_count)} of it will not see the board and runs of ${project.name} any more, unless they have another role here.`}
        confirmLabel="Remove group"
        onConfirm={() => remove.mutateAsync({ project_id, group_id })}
      />
    </ListRow>
  );
}
