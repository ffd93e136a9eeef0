"use client";

import { Plus, Users } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { PagedList } from "../../../components/paged-list";
import { Section } from "../../../components/section";
import { EmptyState } from "../../../components/states";
import { trpc } from "../../../trpc/react";
import { GroupDialog } from "./group-dialog";
import { GroupRow } from "./group-row";

/** All groups, for administrators. */
export function GroupsSection() {
  const [making, setMaking] = useState(false);
  const groups = trpc.groups.list.useInfiniteQuery(
    {},
    { getNextPageParam: (page) => page.next_cursor ?? undefined },
  );
  return (
    <Section
      title="Groups"
      description="Owners of a project give a group a role there, which all of its members have."
      actions={
        <Button icon={Plus} variant="primary" onClick={() => setMaking(true)}>
          New group
        </Button>
      }
    >
      <PagedList
        query={groups}
        label="Groups"
        noun="groups"
        empty={
          <EmptyState icon={Users} title="No groups yet" className="py-8">
            Make one for a team, and projects take it in as a whole.
          </EmptyState>
        }
      >
        {(group) => <GroupRow key={group.id} group={group} />}
      </PagedList>
      {making ? <GroupDialog onClose={() => setMaking(false)} /> : null}
    </Section>
  );
}
