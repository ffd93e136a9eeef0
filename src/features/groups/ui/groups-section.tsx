"use client";

import { Plus, Users } from "lucide-react";
import { useState } from "react";
import { Button } from "../../../components/button";
import { List } from "../../../components/list";
import { QueryView } from "../../../components/query-view";
import { Section } from "../../../components/section";
import { ShowMore } from "../../../components/show-more";
import { SkeletonRows } from "../../../components/skeleton";
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
      <QueryView query={groups} skeleton={<SkeletonRows rows={3} label="Loading the groups" />}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? (
            <EmptyState icon={Users} title="No groups yet" className="py-8">
              Make one for a team, and projects take it in as a whole.
            </EmptyState>
          ) : (
            <>
              <List label="Groups">
                {items.map((group) => (
                  <GroupRow key={group.id} group={group} />
                ))}
              </List>
              <ShowMore
                more={
                  groups.hasNextPage
                    ? { busy: groups.isFetchingNextPage, load: () => void groups.fetchNextPage() }
                    : null
                }
              >
                Show more groups
              </ShowMore>
            </>
          );
        }}
      </QueryView>
      {making ? <GroupDialog onClose={() => setMaking(false)} /> : null}
    </Section>
  );
}
