"use client";

import { LogOut, UserMinus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Avatar } from "../../../components/avatar";
import { Badge } from "../../../components/badge";
import { ConfirmDialog } from "../../../components/confirm-dialog";
import { sayFault } from "../../../components/fault";
import { IconButton } from "../../../components/icon-button";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { Select } from "../../../components/select";
import { SkeletonRows } from "../../../components/skeleton";
import { toast } from "../../../components/toast";
import { withMarks } from "../../../lib/marks";
import type { ProjectRole } from "../../../model/roles";
import { trpc } from "../../../trpc/react";
import { useProject } from "../../projects/ui/project-provider";
import { ROLE_LABELS, ROLE_OPTIONS } from "../../projects/ui/roles";
import type { Member } from "../schema";
import { AddMemberForm } from "./add-member-form";
import { ProjectGroups } from "./project-groups";

/** The project's members. Owners can change them; everybody can leave. */
export function MemberSettings() {
  const project = useProject();
  const members = trpc.members.list.useQuery({ project_id: project.id });
  const me = trpc.users.me.useQuery();
  const manages = project.may("member:write");
  return (
    <Section
      title="Members"
      description={manages ? undefined : "Owners of the project add members and change roles."}
    >
      {manages ? <AddMemberForm /> : null}
      <QueryView query={members} skeleton={<SkeletonRows rows={3} label="Loading the members" />}>
        {({ items, owners_count }) => (
          <List label="Members">
            {items.map((member) => (
              <MemberRow
                key={member.user_id}
                member={member}
                manages={manages}
                isMe={member.user_id === me.data?.id}
                isLastOwner={member.role === "owner" && !member.disabled && owners_count === 1}
              />
            ))}
          </List>
        )}
      </QueryView>
      <ProjectGroups />
    </Section>
  );
}

function MemberRow({
  member,
  manages,
  isMe,
  isLastOwner,
}: {
  member: Member;
  manages: boolean;
  isMe: boolean;
  isLastOwner: boolean;
}) {
  return (
    <ListRow
      stacked
      title={withMarks(member.name)}
      start={<Avatar name={member.name} size={24} decorative />}
      end={
        <>
          {manages && !isLastOwner && member.own_role !== null ? (
            <RoleSelect member={member} isMe={isMe} />
          ) : (
            <Badge>{ROLE_LABELS[member.role]}</Badge>
          )}
          {(manages || isMe) && !isLastOwner && member.own_role !== null ? (
            <RemoveMember member={member} isMe={isMe} />
          ) : null}
        </>
      }
    >
      <span className="min-w-0 truncate text-muted">
        {withMarks(member.email)}
        {isMe ? ", you" : ""}
        {member.groups.length > 0 ? (
          <span className="text-faint">, by {withMarks(member.groups.join(", "))}</span>
        ) : (
          ""
        )}
        {member.disabled ? <span className="text-faint">, disabled</span> : ""}
        {isLastOwner ? <span className="text-faint">, the only owner</span> : ""}
      </span>
    </ListRow>
  );
}

function useRefresh(isMe: boolean) {
  const utils = trpc.useUtils();
  return () => {
    void utils.members.list.invalidate();
    if (!isMe) return;
    void utils.projects.getBySlug.invalidate();
    void utils.projects.list.invalidate();
  };
}

function RoleSelect({ member, isMe }: { member: Member; isMe: boolean }) {
  const refresh = useRefresh(isMe);
  const update = trpc.members.update.useMutation({
    onError: (error) => toast.failed("The role was not changed", { description: sayFault(error) }),
    onSettled: refresh,
  });
  const role: ProjectRole = update.isPending ? update.variables.role : (member.own_role ?? member.role);
  return (
    <Select
      quiet
      aria-label={`Role of ${member.name}`}
      options={ROLE_OPTIONS}
      value={role}
      disabled={update.isPending}
      onValueChange={(next) =>
        update.mutate({ project_id: member.project_id, user_id: member.user_id, role: next })
      }
    />
  );
}

function RemoveMember({ member, isMe }: { member: Member; isMe: boolean }) {
  const project = useProject();
  const router = useRouter();
  const refresh = useRefresh(isMe);
  const [asking, setAsking] = useState(false);
  const remove = trpc.members.remove.useMutation({
    onSuccess: () => {
      if (isMe) router.push("/projects");
      refresh();
    },
  });
  return (
    <>
      <IconButton
        label={isMe ? "Leave the project" : `Remove ${member.name}`}
        icon={isMe ? LogOut : UserMinus}
        onClick={() => setAsking(true)}
      />
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={isMe ? `Leave ${project.name}?` : `Remove ${member.name}?`}
        description={
          isMe
            ? "You will not see its board and runs any more. An owner can add you again."
            : `${member.name} will not see the board and runs of ${project.name} any more. Runs they started stay.`
        }
        confirmLabel={isMe ? "Leave project" : "Remove member"}
        onConfirm={() => remove.mutateAsync({ project_id: member.project_id, user_id: member.user_id })}
      />
    </>
  );
}
