"use client";

import { Plus, UserMinus } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { Avatar } from "../../../components/avatar";
import { Button } from "../../../components/button";
import { Dialog } from "../../../components/dialog";
import { sayFault } from "../../../components/fault";
import { TextField } from "../../../components/field";
import { IconButton } from "../../../components/icon-button";
import { List, ListRow } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { ShowMore } from "../../../components/show-more";
import { SkeletonRows } from "../../../components/skeleton";
import { toast } from "../../../components/toast";
import { moreOf } from "../../../components/use-more";
import { withMarks } from "../../../lib/marks";
import { trpc } from "../../../trpc/react";
import type { Group } from "../schema";

const MOST_FOUND = 5;

/** Who is in the group; without a claim, people are put in and taken out here. */
export function GroupMembersDialog({ group, onClose }: { group: Group; onClose: () => void }) {
  const utils = trpc.useUtils();
  const refresh = () => Promise.all([utils.groups.invalidate(), utils.users.list.invalidate()]);
  const members = trpc.groups.members.useInfiniteQuery(
    { id: group.id },
    { getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  const failed = (error: Parameters<typeof sayFault>[0]) =>
    toast.failed("The group was not changed", { description: sayFault(error) });
  const add = trpc.groups.addMember.useMutation({ onSuccess: refresh, onError: failed });
  const remove = trpc.groups.removeMember.useMutation({ onSuccess: refresh, onError: failed });
  const known = members.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog
      open
      onOpenChange={(next) => next || onClose()}
      title={`People of ${group.name}`}
      description={
        group.claim
          ? `Decided by ${group.claim} whenever somebody signs in by the provider.`
          : "They have the group's roles at once, and lose them at once."
      }
    >
      <div className="flex flex-col gap-3">
        {group.claim ? null : (
          <AddPerson
            known={known.map(({ user_id }) => user_id)}
            onAdd={(user_id) => add.mutate({ id: group.id, user_id })}
          />
        )}
        <QueryView query={members} skeleton={<SkeletonRows rows={3} label="Loading the people" />}>
          {() =>
            known.length === 0 ? (
              <p className="text-muted">Nobody is in it yet.</p>
            ) : (
              <div className="rounded-outer border border-line">
                <List label={`People of ${group.name}`}>
                  {known.map(({ user_id, name, email, disabled }) => (
                    <ListRow
                      key={user_id}
                      title={withMarks(name)}
                      start={<Avatar name={name} size={24} decorative />}
                      end={
                        <IconButton
                          label={`Take ${name} out`}
                          icon={UserMinus}
                          onClick={() => remove.mutate({ id: group.id, user_id })}
                        />
                      }
                    >
                      <span className="min-w-0 flex-1 truncate text-muted">
                        {withMarks(email)}
                        {disabled ? <span className="text-faint">, disabled</span> : null}
                      </span>
                    </ListRow>
                  ))}
                </List>
                <ShowMore more={moreOf(members)}>Show more people</ShowMore>
              </div>
            )
          }
        </QueryView>
      </div>
    </Dialog>
  );
}

/** Finds people by name or e-mail, and gives the one that is chosen. */
function AddPerson({ known, onAdd }: { known: string[]; onAdd: (user_id: string) => void }) {
  const [q, setQ] = useState("");
  const asked = useDeferredValue(q.trim());
  const found = trpc.users.list.useQuery({ q: asked, limit: MOST_FOUND }, { enabled: asked.length > 0 });
  const people = asked ? (found.data?.items ?? []).filter(({ status }) => status !== "nameless") : [];
  return (
    <div className="flex flex-col gap-2">
      <TextField
        label="Add somebody"
        type="search"
        placeholder="Name or e-mail"
        autoComplete="off"
        value={q}
        onChange={(event) => setQ(event.currentTarget.value)}
      />
      {people.map(({ id, name, email }) => (
        <div key={id} className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate">
            {withMarks(name)} <span className="text-muted">{withMarks(email)}</span>
          </span>
          {known.includes(id) ? (
            <span className="text-meta text-faint">is in it</span>
          ) : (
            <Button icon={Plus} aria-label={`Add ${name}`} onClick={() => onAdd(id)}>
              Add
            </Button>
          )}
        </div>
      ))}
      {asked && found.data && people.length === 0 ? (
        <p className="text-meta text-muted">Nobody is found.</p>
      ) : null}
    </div>
  );
}
